/* SPDX-License-Identifier: Apache-2.0 */
#include "discovery.h"

#include "answer.h"
#include "defects.h"

#include <stdbool.h>
#include <string.h>

static const char metadata_path[] = "/oidc/.well-known/oauth-authorization-server";
static const char usual_path[] = "/oidc/v1/token";

/* scheme://authority, then a path. */
static bool is_at_origin(const char *url, const char *origin)
{
    size_t len = strlen(origin);
    return strncmp(url, origin, len) == 0 && url[len] == '/';
}

static int take_endpoint(const struct config *c, const cJSON *metadata, struct text *ret_url,
                         struct failure *f)
{
    const char *issuer = answer_string(metadata, "issuer");
    const char *endpoint = answer_string(metadata, "token_endpoint");
    struct text expected = {0};
    text_printf(&expected, "%s/oidc", c->host);
    bool same = strcmp(issuer, text_z(&expected)) == 0;
    text_done(&expected);
    if (!same && !defect_is(DEFECT_ISSUER_IGNORED)) {
        return failure_set(f, "the metadata of the token endpoint names another issuer: %.200s",
                           issuer[0] ? issuer : "none");
    }
    if (!is_at_origin(endpoint, c->host) && !defect_is(DEFECT_ENDPOINT_ANYWHERE) &&
        !(defect_is(DEFECT_ENDPOINT_WITHOUT_TLS) && strncmp(endpoint, "http://", 7) == 0)) {
        return failure_set(f,
                           "the metadata names a token endpoint that is not at the workspace: "
                           "%.200s",
                           endpoint[0] ? endpoint : "none");
    }
    text_printf(ret_url, "%s", endpoint);
    return 0;
}

static int read_metadata(const struct config *c, const struct http_response *r,
                         struct text *ret_url, struct failure *f)
{
    cJSON *metadata = answer_is_ok(r) ? answer_json(r) : NULL;
    int result;
    if (metadata) {
        result = take_endpoint(c, metadata, ret_url, f);
    } else {
        struct text reason = {0};
        answer_reason(r, &reason);
        result = failure_set(f, "the metadata of the token endpoint cannot be read: %s",
                             text_z(&reason));
        text_done(&reason);
    }
    cJSON_Delete(metadata);
    return result;
}

int discovery_token_endpoint(struct http *h, const struct config *c, int64_t deadline_ms,
                             struct text *ret_url, struct failure *f)
{
    struct text url = {0};
    struct http_response response = {0};
    text_printf(&url, "%s%s", c->host, metadata_path);
    const struct http_request request = {
        .method = "GET", .url = text_z(&url), .deadline_ms = deadline_ms};
    int result = http_send(h, &request, &response, f);
    bool absent = response.status == 404 && !defect_is(DEFECT_METADATA_NEEDED);
    bool is_page = strstr(response.content_type, "html") != NULL;
    if (result == 0 && (absent || (is_page && defect_is(DEFECT_METADATA_PAGE_OK)))) {
        text_printf(ret_url, "%s%s", c->host, usual_path);
    } else if (result == 0) {
        result = read_metadata(c, &response, ret_url, f);
    }
    http_response_done(&response);
    text_done(&url);
    return result;
}

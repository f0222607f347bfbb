/* SPDX-License-Identifier: Apache-2.0 */
/* Believes metadata too much or too little. */
#include "sabotage/family.h"

#include "defects.h"

#include <string.h>

/* As a reader does that knows no escapes. */
static void keep_escapes(struct http_response *r)
{
    struct text body = {0};
    for (const char *p = text_z(&r->body); *p; p++) {
        text_add(&body, p, 1);
        if (p[0] == '\\' && p[1] == '/') {
            text_add(&body, "\\", 1);
        }
    }
    text_done(&r->body);
    r->body = body;
}

static void spoil_answer(CURL *curl, const struct http_request *request, struct http_response *r)
{
    (void)curl;
    if (defect_is(DEFECT_ESCAPED_SLASHES_KEPT) && strstr(request->url, "/.well-known/")) {
        keep_escapes(r);
    }
    if (defect_is(DEFECT_KEYS_ELSEWHERE_REFUSED) && sabotage_has(r, "westus.azuredatabricks.net")) {
        sabotage_put_body(r, "{}");
    }
}

static bool ask_the_account(struct http *h, const struct config *c, const struct http_request *r)
{
    struct text url = {0};
    struct failure ignored;
    struct http_response response = {0};
    struct http_request request = *r;
    text_printf(&url, "%s/oidc/accounts/11111111-2222-4333-8444-555555555555/v1/token", c->host);
    request.url = text_z(&url);
    if (http_send(h, &request, &response, &ignored) == 0) {
        http_response_done(&response);
    }
    text_done(&url);
    return false;
}

static bool spoil_token_request(struct http *h, const struct config *c,
                                const struct http_request *r, struct http_response *ret)
{
    (void)ret;
    return defect_is(DEFECT_ACCOUNT_ENDPOINT_FIRST) && ask_the_account(h, c, r);
}

static int spoil_before(struct workspace *w, struct operation *o)
{
    struct text url = {0};
    struct http_response response = {0};
    if (!defect_is(DEFECT_CONFIG_DOCUMENT_NEEDED)) {
        return 0;
    }
    text_printf(&url, "%s/.well-known/databricks-config", w->config->host);
    const struct http_request request = {
        .method = "GET", .url = text_z(&url), .deadline_ms = o->deadline_ms};
    int result = http_send(&w->http, &request, &response, o->failure);
    if (result == 0 && response.status != 200) {
        result = failure_set(o->failure, "the workspace has no databricks-config");
    }
    http_response_done(&response);
    text_done(&url);
    return result;
}

const struct sabotage_family sabotage_discovery = {
    .answer = spoil_answer, .token_request = spoil_token_request, .before = spoil_before};

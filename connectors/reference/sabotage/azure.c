/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with Entra ID and the metadata of a machine. */
#include "sabotage/family.h"

#include "defects.h"
#include "log.h"

#include <string.h>

static const char management[] = "X-Databricks-Azure-SP-Management-Token";

static bool is_entra(const struct http_request *r)
{
    return strstr(r->url, "login.microsoftonline.com") != NULL;
}

static bool ask_without_header(struct http *h, const struct http_request *r,
                               struct http_response *ret)
{
    struct http_request bare = *r;
    bare.headers = NULL;
    return sabotage_ask(h, &bare, NULL, ret);
}

static bool spoil_token_request(struct http *h, const struct config *c,
                                const struct http_request *r, struct http_response *ret)
{
    struct text body = {0};
    bool granted = false;
    (void)c;
    if (defect_is(DEFECT_METADATA_HEADER_MISSING) && r->is_patient) {
        return ask_without_header(h, r, ret);
    }
    if (defect_is(DEFECT_ENTRA_ALL_APIS) && is_entra(r)) {
        sabotage_leave_out(r->body, "scope", &body);
        text_printf(&body, "&scope=all-apis");
        granted = sabotage_ask(h, r, text_z(&body), ret);
    } else if (defect_is(DEFECT_OBO_USE_MISSING) && is_entra(r)) {
        sabotage_leave_out(r->body, "requested_token_use", &body);
        granted = sabotage_ask(h, r, text_z(&body), ret);
    }
    text_done(&body);
    return granted;
}

/* The header is remembered, and added where it does not belong. */
static struct curl_slist *spoil_request(CURL *curl, const struct http_request *r,
                                        struct curl_slist *headers)
{
    static char kept[8192];
    (void)curl;
    for (size_t i = 0; r->headers && r->headers[i]; i++) {
        if (strncmp(r->headers[i], management, strlen(management)) == 0) {
            snprintf(kept, sizeof(kept), "%s", r->headers[i]);
        }
        if (defect_is(DEFECT_MANAGEMENT_TOKEN_LOGGED) && log_is_loud()) {
            fprintf(stderr, "debug: %s\n", r->headers[i]);
        }
    }
    if (defect_is(DEFECT_MANAGEMENT_TOKEN_ANYWHERE) && is_entra(r) && kept[0]) {
        headers = curl_slist_append(headers, kept);
    }
    return headers;
}

static void leave_out_member(struct http_response *r, const char *name)
{
    cJSON *json = cJSON_Parse(text_z(&r->body));
    cJSON_DeleteItemFromObject(json, name);
    char *body = cJSON_PrintUnformatted(json);
    if (body) {
        sabotage_put_body(r, body);
    }
    cJSON_free(body);
    cJSON_Delete(json);
}

static void spoil_answer(CURL *curl, const struct http_request *request, struct http_response *r)
{
    (void)curl;
    if (request->is_patient && defect_is(DEFECT_EXPIRES_ON_IGNORED)) {
        leave_out_member(r, "expires_on");
    } else if (is_entra(request) && defect_is(DEFECT_OBO_CLAIMS_LOST)) {
        leave_out_member(r, "claims");
    } else if (is_entra(request) && defect_is(DEFECT_ENTRA_LINE_BREAK) && sabotage_has(r, "\\r")) {
        sabotage_put_body(r, "{}");
    }
}

static int64_t spoil_pause(const struct http_request *r, long status, int tried, int64_t pause_ms)
{
    if (!r->is_patient) {
        return pause_ms;
    }
    if (defect_is(DEFECT_IMDS_NOT_PATIENT) && status == 404) {
        return -1;
    }
    bool at_once = (defect_is(DEFECT_IMDS_AT_ONCE) && pause_ms > 0) ||
                   (defect_is(DEFECT_IMDS_STORM) && status == 400 && tried < SABOTAGE_STORM);
    return at_once ? 0 : pause_ms;
}

static bool spoil_again(const struct failure *f)
{
    return (defect_is(DEFECT_OBO_RETRIED) && strstr(f->text, "interaction_required")) ||
           (defect_is(DEFECT_ENTRA_DESCRIPTION_READ) && strstr(f->text, "client secret"));
}

const struct sabotage_family sabotage_azure = {.token_request = spoil_token_request,
                                               .request = spoil_request,
                                               .answer = spoil_answer,
                                               .pause = spoil_pause,
                                               .again = spoil_again};

/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with the exchange of a workload's token. */
#include "sabotage/family.h"

#include "defects.h"

#include <string.h>

static bool spoil_token_request(struct http *h, const struct config *c,
                                const struct http_request *r, struct http_response *ret)
{
    struct text body = {0};
    bool granted = false;
    if (defect_is(DEFECT_EXCHANGE_TYPE_MISSING) && c->auth == AUTH_FEDERATION) {
        sabotage_leave_out(r->body, "subject_token_type", &body);
        granted = sabotage_ask(h, r, text_z(&body), ret);
    }
    text_done(&body);
    return granted;
}

static void spoil_answer(CURL *curl, const struct http_request *request, struct http_response *r)
{
    (void)curl;
    if (defect_is(DEFECT_EXCHANGE_N_A_USED) && strstr(request->url, "/oidc/") &&
        sabotage_has(r, "\"N_A\"")) {
        cJSON *token = cJSON_Parse(text_z(&r->body));
        cJSON_DeleteItemFromObject(token, "token_type");
        char *body = cJSON_PrintUnformatted(token);
        sabotage_put_body(r, body);
        cJSON_free(body);
        cJSON_Delete(token);
    }
}

static int spoil_before(struct workspace *w, struct operation *o)
{
    struct text path = {0};
    const struct http_request get = {
        .method = "GET", .bearer = w->config->subject_token, .deadline_ms = o->deadline_ms};
    if (defect_is(DEFECT_EXCHANGE_TOKEN_DIRECT)) {
        text_printf(&path, "/api/2.1/unity-catalog/tables/%s", w->config->table);
        sabotage_send(w, get, text_z(&path));
    }
    text_done(&path);
    return 0;
}

static int spoil_failure(struct workspace *w, struct operation *o)
{
    size_t len = strlen(o->failure->text);
    if (defect_is(DEFECT_EXCHANGE_TOKEN_QUOTED) && w->config->subject_token) {
        size_t token = strlen(w->config->subject_token), most = 200;
        snprintf(o->failure->text + (len < most ? len : most),
                 sizeof(o->failure->text) - (len < most ? len : most), " (for ...%s)",
                 w->config->subject_token + (token > 500 ? token - 500 : 0));
    }
    return -1;
}

const struct sabotage_family sabotage_federation = {.token_request = spoil_token_request,
                                                    .answer = spoil_answer,
                                                    .before = spoil_before,
                                                    .failed = spoil_failure};

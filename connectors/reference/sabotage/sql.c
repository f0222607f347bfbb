/* SPDX-License-Identifier: Apache-2.0 */
/* Misreads what became of a statement. */
#include "sabotage/family.h"

#include "defects.h"

#include <string.h>

static void spoil_answer(CURL *curl, const struct http_request *request, struct http_response *r)
{
    (void)curl;
    if (defect_is(DEFECT_EXPIRED_LINK_EMPTY) && request->is_secret_url && r->status == 403) {
        r->status = 200;
        sabotage_put_body(r, "[]");
    }
    if (!strstr(request->url, "/sql/")) {
        return;
    }
    bool is_chunk = strstr(request->url, "/chunks/") != NULL;
    if (r->status == 404 && defect_is(is_chunk ? DEFECT_CHUNK_SKIPPED : DEFECT_GONE_OK)) {
        sabotage_succeed(r);
    }
    bool is_poll = strcmp(request->method, "GET") == 0;
    if ((defect_is(DEFECT_CANCELED_OK) && sabotage_has(r, "CANCELED")) ||
        (defect_is(DEFECT_FAILED_LATER_OK) && is_poll && sabotage_has(r, "FAILED"))) {
        sabotage_succeed(r);
    } else if (defect_is(DEFECT_CLOSED_FAILS) && sabotage_has(r, "\"CLOSED\"")) {
        sabotage_put_body(r, "{\"status\":{\"state\":\"FAILED\"}}");
    }
}

static bool is_statements(const struct http_request *r)
{
    return strstr(r->url, "/sql/statements") != NULL;
}

static struct curl_slist *spoil_request(CURL *curl, const struct http_request *r,
                                        struct curl_slist *headers)
{
    static char *token; /* of the last statement */
    if (!is_statements(r) || !r->bearer) {
        return headers;
    }
    if (r->body && defect_is(DEFECT_TOKEN_OF_STATEMENT)) {
        sabotage_take(&token, r->bearer);
    } else if (token) {
        curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, token);
    } else if (!r->body && defect_is(DEFECT_NO_USER_AGENT_ON_POLLS)) {
        curl_easy_setopt(curl, CURLOPT_USERAGENT, NULL);
    }
    return headers;
}

static int64_t spoil_pause(const struct http_request *r, long status, int tried, int64_t pause_ms)
{
    bool is_busy = status == 429 || status == 503;
    bool is_session = strstr(r->url, "/sql/sessions") != NULL;
    (void)tried;
    if (is_session && is_busy && defect_is(DEFECT_SESSION_REFUSED_FOR_GOOD)) {
        return -1;
    }
    if (is_session && is_busy && pause_ms > 0 && defect_is(DEFECT_SESSION_RETRIED_AT_ONCE)) {
        return 0;
    }
    return defect_is(DEFECT_STATEMENT_RETRIED_AT_ONCE) && is_statements(r) && is_busy &&
                   pause_ms > 0
               ? 0
               : pause_ms;
}

static int spoil_failure(struct workspace *w, struct operation *o)
{
    if (defect_is(DEFECT_STATEMENT_SHOWS_TOKEN) && strstr(o->failure->text, "run statement")) {
        struct failure was = *o->failure;
        failure_set(o->failure, "%.200s (%s)", was.text, sabotage_credential(w->config));
    }
    return -1;
}

static int spoil_success(struct workspace *w, struct operation *o)
{
    if (defect_is(DEFECT_TELEMETRY_SHOWS_TOKEN)) {
        const char *secret = w->tokens.token ? w->tokens.token : sabotage_credential(w->config);
        struct text body = {0};
        text_printf(&body, "{\"uploadTime\":0,\"items\":[],\"protoLogs\":[\"token %s\"]}", secret);
        struct http_request telemetry = {.method = "POST",
                                         .bearer = secret,
                                         .content_type = "application/json",
                                         .body = text_z(&body),
                                         .deadline_ms = o->deadline_ms};
        sabotage_send(w, telemetry, "/telemetry-ext");
        text_done(&body);
    }
    return 0;
}

/* A statement that the service refuses; the right one follows. */
static void send_wrong_statement(struct workspace *w, int64_t deadline_ms)
{
    struct failure ignored;
    struct text body = {0};
    char *token = NULL;
    bool timeout = defect_is(DEFECT_WAIT_TIMEOUT_WRONG);
    if (token_source_get(&w->tokens, deadline_ms, &token, &ignored) == 0) {
        text_printf(&body,
                    "{\"warehouse_id\":\"%s\",\"statement\":\"SELECT 1\",\"wait_timeout\":\"%s\"}",
                    timeout ? w->config->warehouse_id : "0123456789abcdef", timeout ? "3s" : "10s");
        const struct http_request post = {.method = "POST",
                                          .bearer = token,
                                          .content_type = "application/json",
                                          .body = text_z(&body),
                                          .deadline_ms = deadline_ms};
        sabotage_send(w, post, "/api/2.0/sql/statements/");
    }
    secret_free(token);
    text_done(&body);
}

static int spoil_before(struct workspace *w, struct operation *o)
{
    if (defect_is(DEFECT_WAREHOUSE_FIXED) || defect_is(DEFECT_WAIT_TIMEOUT_WRONG)) {
        send_wrong_statement(w, o->deadline_ms);
    }
    return 0;
}

const struct sabotage_family sabotage_sql = {.request = spoil_request,
                                             .answer = spoil_answer,
                                             .pause = spoil_pause,
                                             .before = spoil_before,
                                             .failed = spoil_failure,
                                             .succeeded = spoil_success};

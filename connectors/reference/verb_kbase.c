/* SPDX-License-Identifier: Apache-2.0 */
#include "answer.h"
#include "clock.h"
#include "defects.h"
#include "kbase.h"
#include "verbs.h"

#include <stdlib.h>
#include <time.h>

enum { STORM = 20 };

/* Milliseconds since the epoch, which is UTC: nothing of the machine's time zone is in it. */
static bool is_over(const cJSON *token)
{
    const cJSON *expires = cJSON_GetObjectItem(token, "expires");
    time_t end = (time_t)(cJSON_IsNumber(expires) ? expires->valuedouble / 1000 : 0);
    struct tm parts;
    if (defect_is(DEFECT_KBASE_LOCAL_TIME) && localtime_r(&end, &parts)) {
        end = timegm(&parts);
    }
    return end <= (time_t)(clock_wall_ms() / 1000);
}

/* The service answers 400 without a token, 401 to one that is unknown or over, 403 to a disabled
 * account; the difference is what tells a user what to do. */
static int refusal_tell(const struct workspace *w, const struct http_response *r, struct failure *f)
{
    struct text reason = {0};
    cJSON *answer = answer_json(r);
    const char *said = answer_string(cJSON_GetObjectItem(answer, "error"), "message");
    if (defect_is(DEFECT_KBASE_ONE_REASON)) {
        text_printf(&reason, "HTTP 401: Invalid token");
    } else {
        text_printf(&reason, "HTTP %ld%s%s", r->status, said[0] ? ": " : "", said);
    }
    if (defect_is(DEFECT_KBASE_TOKEN_QUOTED)) {
        text_printf(&reason, " (token %s)", w->config->kbase_token);
    } else {
        config_mask(w->config, &reason);
    }
    failure_set(f, "KBase token: %s", text_z(&reason));
    text_done(&reason);
    cJSON_Delete(answer);
    return defect_is(DEFECT_KBASE_REFUSAL_OK) ? 0 : -1;
}

static int answer_look(const struct workspace *w, const struct http_response *r, char **ret_user,
                       struct failure *f)
{
    if (!answer_is_ok(r)) {
        return refusal_tell(w, r, f);
    }
    cJSON *token = answer_json(r);
    int result = 0;
    if (answer_string(token, "user")[0] == '\0') {
        result = failure_set(f, "KBase token: the answer names no user");
    } else if (is_over(token)) {
        result = failure_set(f, "KBase token: it has expired; make a new one");
    } else {
        *ret_user = string_copy(answer_string(token, "user"));
    }
    cJSON_Delete(token);
    return result;
}

int kbase_user(struct workspace *w, int64_t deadline_ms, char **ret_user, struct failure *f)
{
    const struct config *c = w->config;
    struct text url = {0}, authorization = {0};
    struct http_response response = {0};
    *ret_user = NULL;
    if (!c->kbase_url || !c->kbase_token) {
        return failure_set(f, "CONNECTOR_KBASE_URL or CONNECTOR_KBASE_TOKEN is not set");
    }
    text_printf(&url, "%sapi/V2/token", c->kbase_url);
    text_printf(&authorization, "Authorization: %s%s",
                defect_is(DEFECT_KBASE_BEARER) ? "Bearer " : "", c->kbase_token);
    const char *const headers[] = {text_z(&authorization), NULL};
    const struct http_request request = {
        .method = "GET", .url = text_z(&url), .headers = headers, .deadline_ms = deadline_ms};
    int result = http_send(&w->http, &request, &response, f);
    for (int i = 0;
         result == 0 && response.status != 200 && defect_is(DEFECT_KBASE_STORM) && i < STORM; i++) {
        http_response_done(&response);
        result = http_send(&w->http, &request, &response, f);
    }
    if (result == 0) {
        result = answer_look(w, &response, ret_user, f);
        http_response_done(&response);
    }
    text_done(&url);
    text_done(&authorization);
    return result;
}

int verb_kbase_token(struct workspace *w, int64_t deadline_ms, int64_t *ret_rows, struct failure *f)
{
    char *user = NULL;
    int result = kbase_user(w, deadline_ms, &user, f);
    *ret_rows = 0;
    free(user);
    return result;
}

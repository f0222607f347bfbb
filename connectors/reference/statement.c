/* SPDX-License-Identifier: Apache-2.0 */
#include "statement.h"

#include "answer.h"
#include "api.h"

#include <stdlib.h>

/* To open a session is no statement: sent twice, it leaves an idle one behind. So it is tried again
 * as any other call is. */
static int session_open(struct workspace *w, int64_t deadline_ms, struct failure *f)
{
    cJSON *body = cJSON_CreateObject(), *answer = NULL;
    cJSON_AddStringToObject(body, "warehouse_id", w->config->warehouse_id);
    char *text = cJSON_PrintUnformatted(body);
    struct api_call call = {.what = "open session",
                            .method = "POST",
                            .path = "/api/2.0/sql/sessions/",
                            .body = text,
                            .deadline_ms = deadline_ms};
    int result = api_send(w, &call, &answer, f);
    if (result == 0) {
        w->sql_session_id = string_copy(answer_string(answer, "session_id"));
    }
    cJSON_Delete(answer);
    cJSON_Delete(body);
    free(text);
    return result;
}

int statement_post(struct workspace *w, const struct statement_request *request, cJSON **ret,
                   struct failure *f)
{
    if (w->config->sql_session && !w->sql_session_id &&
        session_open(w, request->deadline_ms, f) < 0) {
        return -1;
    }
    cJSON *body = cJSON_CreateObject();
    cJSON_AddStringToObject(body, "warehouse_id", w->config->warehouse_id);
    if (w->sql_session_id) {
        cJSON_AddStringToObject(body, "session_id", w->sql_session_id);
    }
    cJSON_AddStringToObject(body, "statement", w->config->statement);
    cJSON_AddStringToObject(body, "wait_timeout", request->wait_timeout);
    cJSON_AddStringToObject(body, "on_wait_timeout", request->on_wait_timeout);
    if (request->disposition) {
        cJSON_AddStringToObject(body, "disposition", request->disposition);
        cJSON_AddStringToObject(body, "format", "JSON_ARRAY");
    }
    char *text = cJSON_PrintUnformatted(body);
    struct api_call call = {.what = "run statement",
                            .method = "POST",
                            .path = "/api/2.0/sql/statements/",
                            .body = text,
                            .deadline_ms = request->deadline_ms};
    int result = api_send(w, &call, ret, f);
    if (result < 0) { /* the session may be what is gone: the next statement opens another */
        free(w->sql_session_id);
        w->sql_session_id = NULL;
    }
    free(text);
    cJSON_Delete(body);
    return result;
}

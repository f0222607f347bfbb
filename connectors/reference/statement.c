/* SPDX-License-Identifier: Apache-2.0 */
#include "statement.h"

#include "api.h"

#include <stdlib.h>

int statement_post(struct workspace *w, const struct statement_request *request, cJSON **ret,
                   struct failure *f)
{
    cJSON *body = cJSON_CreateObject();
    cJSON_AddStringToObject(body, "warehouse_id", w->config->warehouse_id);
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
    free(text);
    cJSON_Delete(body);
    return result;
}

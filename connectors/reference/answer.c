/* SPDX-License-Identifier: Apache-2.0 */
#include "answer.h"

#include <string.h>

bool answer_is_ok(const struct http_response *r)
{
    return r->status >= 200 && r->status < 300;
}

cJSON *answer_json(const struct http_response *r)
{
    cJSON *json = r->body.len ? cJSON_ParseWithLength(r->body.ptr, r->body.len) : NULL;
    if (json && !cJSON_IsObject(json)) {
        cJSON_Delete(json);
        json = NULL;
    }
    return json;
}

const char *answer_string(const cJSON *object, const char *name)
{
    const char *value = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
    return value ? value : "";
}

bool answer_is_token_error(const struct http_response *r)
{
    if (r->status != 403) {
        return r->status == 401;
    }
    cJSON *json = answer_json(r);
    const char *message = answer_string(json, "message");
    bool from_gateway = cJSON_IsNumber(cJSON_GetObjectItemCaseSensitive(json, "error_code"));
    bool result = from_gateway && strcasestr(message, "token") != NULL &&
                  strcasestr(message, "scope") == NULL;
    cJSON_Delete(json);
    return result;
}

static void add_known_reason(const cJSON *json, struct text *out)
{
    static const char *const codes[] = {"error_code", "error"};
    static const char *const messages[] = {"message", "error_description", "detail"};
    const char *separator = "";
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        const char *code = answer_string(json, codes[i]);
        if (code[0]) {
            text_printf(out, "%s%.100s", separator, code);
            separator = ": ";
        }
    }
    for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
        const char *message = answer_string(json, messages[i]);
        if (message[0]) {
            text_printf(out, "%s%.400s", separator, message);
            separator = ": ";
        }
    }
    /* What Entra ID wants to be done by the user, for whoever can ask them. */
    if (answer_string(json, "claims")[0]) {
        text_printf(out, " (claims: %.400s)", answer_string(json, "claims"));
    }
    if (!separator[0]) {
        text_printf(out, "the answer gives no reason");
    }
}

/* Newer services say it in the details of the error. */
static const char *detailed_request_id(const cJSON *json)
{
    const cJSON *details = cJSON_GetObjectItemCaseSensitive(json, "details"), *detail;
    cJSON_ArrayForEach(detail, details)
    {
        if (answer_string(detail, "request_id")[0]) {
            return answer_string(detail, "request_id");
        }
    }
    return "";
}

void answer_reason(const struct http_response *r, struct text *out)
{
    cJSON *json = answer_json(r);
    text_printf(out, "HTTP %ld: ", r->status);
    if (json) {
        add_known_reason(json, out);
    } else if (r->body.len > 0) {
        text_printf(out, "the answer is not JSON but %s",
                    r->content_type[0] ? r->content_type : "of an unknown type");
    } else {
        text_printf(out, "the answer is empty");
    }
    const char *request_id = r->request_id[0] ? r->request_id : detailed_request_id(json);
    if (request_id[0]) {
        text_printf(out, " (request id %.80s)", request_id);
    }
    cJSON_Delete(json);
}

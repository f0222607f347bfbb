/* SPDX-License-Identifier: Apache-2.0 */
/* What the defects make of answers before the connector reads them, and of the next try. */
#include "sabotage.h"

#include "defects.h"

#include <stdlib.h>
#include <string.h>

enum { STORM = 20, TOKEN_BUFFER = 4096, A_DAY_S = 86400 };

static bool has(const struct http_response *r, const char *what)
{
    return r->body.len > 0 && strstr(r->body.ptr, what) != NULL;
}

static void put_body(struct http_response *r, const char *body)
{
    text_done(&r->body);
    text_printf(&r->body, "%s", body);
}

static void succeed(struct http_response *r)
{
    r->status = 200;
    put_body(r, "{\"status\":{\"state\":\"SUCCEEDED\"}}");
}

static void spoil_error(const char *url, struct http_response *r)
{
    bool is_page = strstr(r->content_type, "html") != NULL;
    bool is_statement = strstr(url, "/sql/") != NULL;
    if ((defect_is(DEFECT_EMPTY_ERROR_OK) && r->status == 400 && r->body.len == 0) ||
        (defect_is(DEFECT_LOGIN_PAGE_OK) && r->status == 200 && is_page) ||
        (defect_is(DEFECT_OK_ON_404) && r->status == 404) ||
        (defect_is(DEFECT_STATEMENT_STATUS_IGNORED) && is_statement && r->status >= 400)) {
        succeed(r);
    } else if (defect_is(DEFECT_CONTENT_TYPE_NEEDED) && !strstr(r->content_type, "json")) {
        put_body(r, "");
    } else if (defect_is(DEFECT_ONE_DIALECT) && r->status >= 400 && !has(r, "error_code")) {
        put_body(r, "{}");
    } else if (defect_is(DEFECT_REQUEST_ID_LOST)) {
        r->request_id[0] = '\0';
    }
}

static void spoil_statement(const struct http_request *request, struct http_response *r)
{
    bool is_poll = strcmp(request->method, "GET") == 0;
    if ((defect_is(DEFECT_CANCELED_OK) && has(r, "CANCELED")) ||
        (defect_is(DEFECT_FAILED_LATER_OK) && is_poll && has(r, "FAILED"))) {
        succeed(r);
    } else if (defect_is(DEFECT_CLOSED_FAILS) && has(r, "\"CLOSED\"")) {
        put_body(r, "{\"status\":{\"state\":\"FAILED\"}}");
    }
}

static bool is_refused(const cJSON *token)
{
    const char *type = cJSON_GetStringValue(cJSON_GetObjectItem(token, "token_type"));
    const char *scope = cJSON_GetStringValue(cJSON_GetObjectItem(token, "scope"));
    return (defect_is(DEFECT_TYPE_CASE_SENSITIVE) && type && strcmp(type, "Bearer") != 0) ||
           (defect_is(DEFECT_EXTRA_REFUSED) && cJSON_GetArraySize(token) > 4) ||
           (defect_is(DEFECT_SCOPE_MUST_MATCH) && scope && strcmp(scope, "all-apis") != 0);
}

static void set_life(cJSON *token, double life_s)
{
    cJSON_DeleteItemFromObject(token, "expires_in");
    cJSON_AddNumberToObject(token, "expires_in", life_s);
}

static void spoil_token(cJSON *token)
{
    const cJSON *life = cJSON_GetObjectItem(token, "expires_in");
    const cJSON *value = cJSON_GetObjectItem(token, "access_token");
    if (defect_is(DEFECT_TYPE_IGNORED)) {
        cJSON_DeleteItemFromObject(token, "token_type");
    } else if ((defect_is(DEFECT_EXPIRES_STRING_LOST) && cJSON_IsString(life)) ||
               (defect_is(DEFECT_EXPIRES_ABSENT_ZERO) && !life)) {
        set_life(token, 0);
    } else if (defect_is(DEFECT_EXPIRES_ABSENT_FOREVER) && !life) {
        set_life(token, A_DAY_S);
    } else if (defect_is(DEFECT_TOKEN_TRUNCATED) && cJSON_IsString(value) &&
               strlen(value->valuestring) > TOKEN_BUFFER) {
        value->valuestring[TOKEN_BUFFER] = '\0';
    }
}

static void spoil_token_answer(struct http_response *r)
{
    cJSON *token = r->body.len ? cJSON_ParseWithLength(r->body.ptr, r->body.len) : NULL;
    if (!token && defect_is(DEFECT_EMPTY_TOKEN_USED)) {
        put_body(r, "{\"access_token\":\"none\",\"token_type\":\"Bearer\"}");
    } else if (token && is_refused(token)) {
        put_body(r, "{}");
    } else if (token) {
        spoil_token(token);
        char *body = cJSON_PrintUnformatted(token);
        put_body(r, body);
        free(body);
    }
    cJSON_Delete(token);
}

void sabotage_answer(CURL *curl, const struct http_request *r, struct http_response *response)
{
    struct curl_header *header = NULL;
    if (defect_is(DEFECT_RETRY_DATE_IGNORED) &&
        curl_easy_header(curl, "retry-after", 0, CURLH_HEADER, -1, &header) == CURLHE_OK &&
        strchr(header->value, ':')) {
        response->retry_after_ms = 0;
    }
    spoil_error(r->url, response);
    if (strstr(r->url, "/sql/")) {
        spoil_statement(r, response);
    } else if (strstr(r->url, "/oidc/")) {
        spoil_token_answer(response);
    }
}

int sabotage_code(int code, struct http_response *response)
{
    if (code == CURLE_PARTIAL_FILE && defect_is(DEFECT_CUT_BODY_OK)) {
        put_body(response, "{}");
        return CURLE_OK;
    }
    return code;
}

int64_t sabotage_pause(const struct http_request *r, long status, int tried, int64_t pause_ms)
{
    bool is_busy = status == 429 || status == 503;
    bool is_statement = strstr(r->url, "/sql/statements") != NULL && r->body;
    if ((defect_is(DEFECT_NO_RETRY) && status == 503 && r->bearer) ||
        (defect_is(DEFECT_NO_TOKEN_RETRY) && is_busy && !r->bearer) ||
        (defect_is(DEFECT_GET_NOT_REPEATED) && status == 0)) {
        return -1;
    }
    if ((defect_is(DEFECT_RETRY_AT_ONCE) && pause_ms >= 0) ||
        (defect_is(DEFECT_RETRY_FOREVER) && is_busy && tried < STORM) ||
        (defect_is(DEFECT_RESET_STORM) && status == 0 && tried < STORM) ||
        (defect_is(DEFECT_POST_REPEATED) && is_statement && status == 0 && tried < 2)) {
        return 0;
    }
    return pause_ms;
}

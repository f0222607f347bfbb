/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with getting, keeping and replacing tokens. */
#include "sabotage/family.h"

#include "answer.h"
#include "clock.h"
#include "defects.h"

#include <stdlib.h>
#include <string.h>

enum { TOKEN_BUFFER = 4096, A_DAY_S = 86400 };

static bool is_refused(const cJSON *token)
{
    const char *type = cJSON_GetStringValue(cJSON_GetObjectItem(token, "token_type"));
    const char *scope = cJSON_GetStringValue(cJSON_GetObjectItem(token, "scope"));
    const char *value = cJSON_GetStringValue(cJSON_GetObjectItem(token, "access_token"));
    return (defect_is(DEFECT_TYPE_CASE_SENSITIVE) && type && strcmp(type, "Bearer") != 0) ||
           (defect_is(DEFECT_JWT_NEEDED) && value && !strchr(value, '.')) ||
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

static void spoil_answer(CURL *curl, const struct http_request *request, struct http_response *r)
{
    (void)curl;
    if (!strstr(request->url, "/v1/token")) {
        return;
    }
    cJSON *token = r->body.len ? cJSON_ParseWithLength(r->body.ptr, r->body.len) : NULL;
    if (token && is_refused(token)) {
        sabotage_put_body(r, "{}");
    } else if (token) {
        spoil_token(token);
        char *body = cJSON_PrintUnformatted(token);
        sabotage_put_body(r, body);
        free(body);
    }
    cJSON_Delete(token);
}

/* Asks until a lifetime is told that is not 0; false when no answer came. */
static bool ask_for_a_life(struct http *h, const struct http_request *r, struct http_response *ret)
{
    for (int i = 0;; i++) {
        struct http_response response = {0};
        struct failure ignored;
        if (http_send(h, r, &response, &ignored) < 0) {
            return false;
        }
        if (i == 20 || !strstr(text_z(&response.body), "\"expires_in\":0")) {
            *ret = response;
            return true;
        }
        http_response_done(&response);
    }
}

static bool spoil_token_request(struct http *h, const struct config *c,
                                const struct http_request *r, struct http_response *ret)
{
    (void)c;
    return defect_is(DEFECT_EXPIRES_ZERO_LOOP) && ask_for_a_life(h, r, ret);
}

static bool spoil_is_over(bool is_over)
{
    if (defect_is(DEFECT_TOKEN_KEPT_FOREVER) || defect_is(DEFECT_EXPIRY_IGNORED)) {
        return false;
    }
    return is_over || defect_is(DEFECT_TOKEN_PER_CALL);
}

static bool spoil_is_token_error(const struct http_response *r, bool is_error)
{
    if (defect_is(DEFECT_TOKEN_KEPT_FOREVER) ||
        (defect_is(DEFECT_REFRESH_401_ONLY) && r->status != 401) ||
        (defect_is(DEFECT_REFRESH_403_ONLY) && r->status != 403)) {
        return false;
    }
    return is_error;
}

static int digit_of(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

/* The claims of a JWT as text. */
static void decode_payload(const char *token, struct text *out)
{
    const char *p = strchr(token, '.');
    unsigned bits = 0;
    int have = 0;
    for (p = p ? p + 1 : ""; digit_of(*p) >= 0; p++) {
        bits = bits << 6 | (unsigned)digit_of(*p);
        have += 6;
        if (have >= 8) {
            char byte = (char)(bits >> (have - 8) & 255u);
            text_add(out, &byte, 1);
            have -= 8;
        }
    }
}

static bool has_fraction(const char *token)
{
    struct text claims = {0};
    decode_payload(token, &claims);
    const char *exp = strstr(text_z(&claims), "\"exp\":");
    bool result = exp && exp[6 + strspn(exp + 6, "0123456789")] == '.';
    text_done(&claims);
    return result;
}

static int read_jwt(const struct workspace *w, struct failure *f)
{
    const char *token = w->config->auth == AUTH_TOKEN ? w->config->token : NULL;
    const char *payload = token ? strchr(token, '.') : NULL;
    if (token && defect_is(DEFECT_JWT_NEEDED) && !payload) {
        return failure_set(f, "the token is no JWT");
    }
    if (payload && defect_is(DEFECT_JWT_BASE64) &&
        strcspn(payload + 1, "-_") < strcspn(payload + 1, ".")) {
        return failure_set(f, "the token is not base64");
    }
    if (payload && defect_is(DEFECT_JWT_WHOLE_SECONDS) && has_fraction(token)) {
        return failure_set(f, "the token has no time of expiry");
    }
    return 0;
}

static int spoil_before(struct workspace *w, struct operation *o)
{
    static int done;
    if (read_jwt(w, o->failure) < 0) {
        return -1;
    }
    done++;
    if (defect_is(DEFECT_SUCCESS_REMEMBERED) && w->config->auth == AUTH_M2M && done > 1 &&
        clock_now_ms() >= w->tokens.renew_at_ms) {
        *o->ret_table_id = string_copy("");
        return 1;
    }
    return 0;
}

const struct sabotage_family sabotage_tokens = {
    .answer = spoil_answer,
    .token_request = spoil_token_request,
    .token_is_over = spoil_is_over,
    .is_token_error = spoil_is_token_error,
    .before = spoil_before,
};

/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with the time at which tokens are replaced. */
#include "sabotage/family.h"

#include "clock.h"
#include "defects.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    MINUTE_S = 60,
    HOUR_MS = 3600000,
    LAST_MINUTES_MS = 5 * MINUTE_S * 1000,
    MARGIN_MS = 40000,
    LESS_MARGIN_S = 29
};

/* When the token at hand ends; what is fetched before is not noticed. */
static int64_t end_ms, monotonic_end_ms;

static int64_t monotonic_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static double skew_of(CURL *curl)
{
    struct curl_header *date = NULL;
    if (curl_easy_header(curl, "date", 0, CURLH_HEADER, -1, &date) != CURLHE_OK) {
        return 0;
    }
    return (double)(curl_getdate(date->value, NULL) - time(NULL));
}

static double life_of(CURL *curl, double life_s)
{
    int64_t now_ms = clock_now_ms(), left_ms = end_ms - now_ms;
    if (defect_is(DEFECT_LIFE_OVERFLOW) && life_s > INT_MAX) {
        return 0;
    }
    if (defect_is(DEFECT_EXPIRY_BY_DATE)) {
        return life_s + skew_of(curl);
    }
    if (defect_is(DEFECT_MARGIN_31) && life_s > 5 * MINUTE_S) {
        return life_s + LESS_MARGIN_S;
    }
    if (defect_is(DEFECT_STORM_AT_THE_END) && left_ms > 0 && left_ms < LAST_MINUTES_MS) {
        return (double)left_ms / 1000;
    }
    int64_t life_ms = (int64_t)(life_s < INT_MAX ? life_s * 1000 : INT_MAX);
    end_ms = now_ms + life_ms;
    monotonic_end_ms = monotonic_ms() + life_ms;
    return life_s;
}

static void spoil_answer(CURL *curl, const struct http_request *request, struct http_response *r)
{
    cJSON *token = strstr(request->url, "/oidc/") && r->body.len
                       ? cJSON_ParseWithLength(r->body.ptr, r->body.len)
                       : NULL;
    const cJSON *life = cJSON_GetObjectItem(token, "expires_in");
    if (cJSON_IsNumber(life)) {
        double spoiled = life_of(curl, life->valuedouble);
        cJSON_DeleteItemFromObject(token, "expires_in");
        cJSON_AddNumberToObject(token, "expires_in", spoiled);
        char *body = cJSON_PrintUnformatted(token);
        sabotage_put_body(r, body);
        free(body);
    }
    cJSON_Delete(token);
}

static double told_life(const struct http_response *r)
{
    cJSON *token = cJSON_ParseWithLength(r->body.ptr, r->body.len);
    const cJSON *life = cJSON_GetObjectItem(token, "expires_in");
    double life_s = cJSON_IsNumber(life) ? life->valuedouble : MINUTE_S;
    cJSON_Delete(token);
    return life_s;
}

static bool spoil_token_request(struct http *h, const struct config *c,
                                const struct http_request *r, struct http_response *ret)
{
    (void)c;
    for (int i = 0; defect_is(DEFECT_SHORT_LIFE_LOOP); i++) {
        struct http_response response = {0};
        struct failure ignored;
        if (http_send(h, r, &response, &ignored) < 0) {
            return false;
        }
        if (i == SABOTAGE_STORM || told_life(&response) >= MINUTE_S) {
            *ret = response;
            return true;
        }
        http_response_done(&response);
    }
    return false;
}

static bool spoil_is_over(bool is_over)
{
    int64_t left_ms = end_ms - clock_now_ms();
    if (defect_is(DEFECT_MONOTONIC_EXPIRY) && monotonic_end_ms != 0) {
        return monotonic_ms() > monotonic_end_ms - MARGIN_MS;
    }
    return is_over ||
           (defect_is(DEFECT_STORM_AT_THE_END) && left_ms > 0 && left_ms < LAST_MINUTES_MS);
}

static int spoil_before(struct workspace *w, struct operation *o)
{
    int64_t slept_ms = w->tokens.token ? clock_now_ms() - w->tokens.renew_at_ms : 0;
    for (int i = 0; defect_is(DEFECT_CATCHES_UP) && i < slept_ms / HOUR_MS; i++) {
        char *token = string_copy(w->tokens.token);
        struct failure ignored;
        (void)token_source_reject(&w->tokens, token);
        secret_free(token);
        if (token_source_get(&w->tokens, o->deadline_ms, &token, &ignored) < 0) {
            break;
        }
        secret_free(token);
    }
    return 0;
}

const struct sabotage_family sabotage_refresh = {
    .answer = spoil_answer,
    .token_request = spoil_token_request,
    .token_is_over = spoil_is_over,
    .before = spoil_before,
};

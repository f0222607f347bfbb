/* SPDX-License-Identifier: Apache-2.0 */
#include "auth.h"

#include "answer.h"
#include "clock.h"
#include "defects.h"
#include "discovery.h"
#include "google.h"
#include "log.h"
#include "sabotage.h"
#include "session.h"

#include <string.h>

enum { DEFAULT_LIFE_S = 3600, LONGEST_LIFE_S = 24 * 3600, MARGIN_MS = 60000 };

int token_source_init(struct token_source *s, const struct config *c, enum grant_purpose purpose,
                      struct failure *f)
{
    *s = (struct token_source){.config = c, .purpose = purpose};
    pthread_mutex_init(&s->lock, NULL);
    return http_init(&s->http, f);
}

void token_source_done(struct token_source *s)
{
    secret_free(s->token);
    secret_free(s->refresh_token);
    text_done(&s->endpoint);
    http_done(&s->http);
    pthread_mutex_destroy(&s->lock);
}

/* Some servers send numbers as strings. */
static bool number_of(const cJSON *answer, const char *name, double *ret)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(answer, name);
    const char *digits = cJSON_GetStringValue(item);
    *ret = 0;
    if (cJSON_IsNumber(item)) {
        *ret = item->valuedouble;
    } else if (digits) {
        cJSON *number = cJSON_Parse(digits);
        *ret = cJSON_IsNumber(number) ? number->valuedouble : 0;
        cJSON_Delete(number);
    }
    return item != NULL;
}

/* expires_in is only recommended by RFC 6749 section 5.1. Where the absolute expiry is told, too,
 * that counts: a token that the machine's metadata hands out may come from its cache. */
static int64_t life_of(const cJSON *answer, bool is_google)
{
    double life_s, expires_on_s;
    if (!number_of(answer, "expires_in", &life_s)) {
        double known_s = is_google ? google_life_s(answer) : 0;
        life_s = known_s > 0 ? known_s : DEFAULT_LIFE_S;
    }
    if (number_of(answer, "expires_on", &expires_on_s)) {
        life_s = expires_on_s - (double)clock_wall_ms() / 1000;
    }
    if (!(life_s > 0)) {
        return 0;
    }
    return (int64_t)((life_s < LONGEST_LIFE_S ? life_s : LONGEST_LIFE_S) * 1000);
}

static int64_t renewal_time(int64_t asked_at_ms, int64_t life_ms)
{
    int64_t margin_ms = life_ms / 3 < MARGIN_MS ? life_ms / 3 : MARGIN_MS;
    return asked_at_ms + life_ms - margin_ms;
}

void token_source_keep(struct token_source *s, const char *token, int64_t from_ms, int64_t life_ms)
{
    secret_free(s->token);
    s->token = string_copy(token);
    s->renew_at_ms = renewal_time(from_ms, life_ms);
}

/* The life is counted from before the request, so that a slow answer cannot lengthen it. */
int token_source_take(struct token_source *s, const struct http_response *response,
                      int64_t asked_at_ms, struct failure *f)
{
    cJSON *answer = answer_is_ok(response) ? answer_json(response) : NULL;
    bool is_google = config_is_google(s->config);
    const char *token = is_google ? google_token_of(answer) : answer_string(answer, "access_token");
    const char *type = answer_string(answer, "token_type");
    if (!token[0] || (type[0] && strcasecmp(type, "bearer") != 0)) {
        struct text reason = {0};
        answer_reason(response, &reason);
        config_mask(s->config, &reason);
        failure_set(f, "no token was granted: %s", text_z(&reason));
        text_done(&reason);
        cJSON_Delete(answer);
        return -1;
    }
    int64_t life_ms = life_of(answer, is_google);
    token_source_keep(s, token, asked_at_ms, life_ms);
    session_take(s, answer, asked_at_ms + life_ms);
    explicit_bzero((char *)(uintptr_t)token, strlen(token));
    cJSON_Delete(answer);
    log_debug("a new token, to be replaced in %lld ms", (long long)(s->renew_at_ms - asked_at_ms));
    return 0;
}

static int find_endpoint(struct token_source *s, int64_t deadline_ms, struct failure *f)
{
    if (!grant_is_of_workspace(s->config->auth) || s->endpoint.len > 0) {
        return 0;
    }
    return discovery_token_endpoint(&s->http, s->config, deadline_ms, &s->endpoint, f);
}

static int fetch_token(struct token_source *s, int64_t deadline_ms, struct failure *f)
{
    struct grant grant = {0};
    struct http_response response = {0};
    char *machine_token = NULL;
    if (find_endpoint(s, deadline_ms, f) < 0 ||
        (s->machine && token_source_get(s->machine, deadline_ms, &machine_token, f) < 0)) {
        return -1;
    }
    int64_t asked_at_ms = clock_now_ms();
    int result = grant_make(s->config, s->purpose, s->endpoint.ptr, &grant, f);
    if (result == 0) {
        grant.request.deadline_ms = deadline_ms;
        grant.request.bearer = machine_token;
        bool spoiled =
            defects_on() && sabotage_token_request(&s->http, s->config, &grant.request, &response);
        result = spoiled ? 0 : http_send(&s->http, &grant.request, &response, f);
    }
    if (result == 0) {
        result = token_source_take(s, &response, asked_at_ms, f);
    }
    secret_free(machine_token);
    http_response_done(&response);
    grant_done(&grant);
    return result;
}

static bool is_handed_over(const struct config *c)
{
    return c->auth == AUTH_PAT || c->auth == AUTH_TOKEN;
}

int token_source_get(struct token_source *s, int64_t deadline_ms, char **ret_token,
                     struct failure *f)
{
    int result = 0;
    if (is_handed_over(s->config)) {
        *ret_token = string_copy(s->config->token);
        return 0;
    }
    pthread_mutex_lock(&s->lock);
    bool is_over = clock_now_ms() >= s->renew_at_ms;
    if (!s->token || (defects_on() ? sabotage_token_is_over(is_over) : is_over)) {
        result = config_signs_in(s->config) ? session_renew(s, deadline_ms, f)
                                            : fetch_token(s, deadline_ms, f);
    }
    if (result == 0) {
        *ret_token = string_copy(s->token);
    }
    pthread_mutex_unlock(&s->lock);
    return result;
}

bool token_source_reject(struct token_source *s, const char *token)
{
    if (is_handed_over(s->config)) {
        return false;
    }
    pthread_mutex_lock(&s->lock);
    if (s->token && strcmp(s->token, token) == 0) {
        secret_free(s->token);
        s->token = NULL;
    }
    pthread_mutex_unlock(&s->lock);
    return true;
}

void token_source_text(struct token_source *s, struct text *out)
{
    pthread_mutex_lock(&s->lock);
    int64_t left_ms = s->renew_at_ms - clock_now_ms();
    text_printf(out, "token_source{token=%s", s->token ? "***" : "none");
    if (s->token) {
        text_printf(out, ", replaced in %lld ms", (long long)left_ms);
    }
    text_printf(out, "}");
    pthread_mutex_unlock(&s->lock);
}

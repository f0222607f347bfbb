/* SPDX-License-Identifier: Apache-2.0 */
#include "session.h"

#include "answer.h"
#include "clock.h"
#include "defects.h"
#include "log.h"
#include "sabotage.h"
#include "sign_in.h"
#include "token_cache.h"

#include <curl/curl.h>

#include <string.h>
#include <time.h>

/* A cached token with less life than this is not worth a try. */
enum { LEAST_LIFE_S = 90, STORM = 20 };

static int64_t wall_s(void)
{
    return (int64_t)time(NULL);
}

static void add_field(struct text *form, const char *name, const char *value)
{
    char *escaped = curl_easy_escape(NULL, value, 0);
    text_printf(form, "%s%s=%s", form->len ? "&" : "", name, escaped);
    explicit_bzero(escaped, strlen(escaped));
    curl_free(escaped);
}

/* A public application names itself, a confidential one authenticates (RFC 6749 sections 2.3.1 and
 * 4.1.3). */
static int token_post(struct token_source *s, struct text *form, int64_t deadline_ms,
                      struct http_response *ret, struct failure *f)
{
    const struct config *c = s->config;
    char *id = curl_easy_escape(NULL, config_client_id(c), 0);
    char *secret = curl_easy_escape(NULL, c->client_secret ? c->client_secret : "", 0);
    struct text url = {0};
    text_printf(&url, "%s/oidc/v1/token", c->host);
    if (!c->client_secret) {
        add_field(form, "client_id", config_client_id(c));
    }
    if (defects_on()) {
        sabotage_session_form(form);
    }
    struct http_request request = {.method = "POST",
                                   .url = text_z(&url),
                                   .username = c->client_secret ? id : NULL,
                                   .password = c->client_secret ? secret : NULL,
                                   .content_type = "application/x-www-form-urlencoded",
                                   .body = text_z(form),
                                   .deadline_ms = deadline_ms};
    int result = http_send(&s->http, &request, ret, f);
    text_done(&url);
    curl_free(id);
    explicit_bzero(secret, strlen(secret));
    curl_free(secret);
    return result;
}

void session_take(struct token_source *s, const cJSON *answer, int64_t ends_at_ms)
{
    const char *refresh_token = answer_string(answer, "refresh_token");
    if (!config_signs_in(s->config)) {
        return;
    }
    bool keep_old = s->refresh_token && defect_is(DEFECT_ROTATION_IGNORED);
    if ((refresh_token[0] && !keep_old) || defect_is(DEFECT_REFRESH_TOKEN_DROPPED)) {
        secret_free(s->refresh_token);
        s->refresh_token = refresh_token[0] ? string_copy(refresh_token) : NULL;
    }
    const struct cached_tokens tokens = {.access_token = s->token,
                                         .refresh_token = s->refresh_token,
                                         .expires_s =
                                             wall_s() + (ends_at_ms - clock_now_ms()) / 1000};
    token_cache_save(s->config, &tokens);
}

/* True when the access token of an earlier run still serves. */
static bool cache_take(struct token_source *s)
{
    struct cached_tokens tokens = {0};
    if (s->cache_was_read || !token_cache_load(s->config, &tokens)) {
        s->cache_was_read = true;
        return false;
    }
    s->cache_was_read = true;
    int64_t left_s = tokens.expires_s - wall_s();
    bool serves = tokens.access_token[0] && left_s > LEAST_LIFE_S;
    if (serves) {
        token_source_keep(s, tokens.access_token, clock_now_ms(), left_s * 1000);
    }
    if (tokens.refresh_token[0]) {
        secret_free(s->refresh_token);
        s->refresh_token = string_copy(tokens.refresh_token);
    }
    log_debug("the session of an earlier run was found");
    cached_tokens_done(&tokens);
    return serves;
}

static void forget(struct token_source *s)
{
    secret_free(s->refresh_token);
    s->refresh_token = NULL;
    token_cache_forget(s->config);
}

/* 0 = done; 1 = the session has ended; -1 = not now. */
static int refresh(struct token_source *s, int64_t deadline_ms, struct failure *f)
{
    struct text form = {0};
    struct http_response response = {0};
    int64_t asked_at_ms = clock_now_ms();
    add_field(&form, "grant_type", "refresh_token");
    add_field(&form, "refresh_token", s->refresh_token);
    int result = token_post(s, &form, deadline_ms, &response, f);
    if (result < 0) {
        text_done(&form);
        return -1;
    }
    for (int i = 0; i < STORM && response.status == 400 && defect_is(DEFECT_REFRESH_STORM); i++) {
        http_response_done(&response);
        if (token_post(s, &form, deadline_ms, &response, f) < 0) {
            return -1;
        }
    }
    text_done(&form);
    bool ended = response.status == 400 || response.status == 401;
    if (ended) {
        log_debug("the session has ended: HTTP %ld", response.status);
        forget(s);
    } else {
        result = token_source_take(s, &response, asked_at_ms, f);
    }
    http_response_done(&response);
    return ended ? 1 : result;
}

static int redeem(struct token_source *s, const struct authorization *a, int64_t deadline_ms,
                  struct failure *f)
{
    struct text form = {0};
    struct http_response response = {0};
    int64_t asked_at_ms = clock_now_ms();
    add_field(&form, "grant_type", "authorization_code");
    add_field(&form, "code", a->code);
    add_field(&form, "redirect_uri", a->redirect_uri);
    add_field(&form, "code_verifier", a->verifier);
    int result = token_post(s, &form, deadline_ms, &response, f);
    if (result == 0) {
        result = token_source_take(s, &response, asked_at_ms, f);
        http_response_done(&response);
    }
    if (defects_on()) {
        sabotage_redeemed(&s->http, s->config, text_z(&form));
    }
    text_done(&form);
    return result;
}

static int ask_user(struct token_source *s, int64_t deadline_ms, struct failure *f)
{
    struct authorization a = {0};
    if (sign_in(s->config, deadline_ms, &a, f) < 0) {
        return -1;
    }
    int result = redeem(s, &a, deadline_ms, f);
    authorization_done(&a);
    return result;
}

int session_renew(struct token_source *s, int64_t deadline_ms, struct failure *f)
{
    if (cache_take(s)) {
        return 0;
    }
    if (defects_on() && sabotage_session_is_over()) {
        forget(s);
    }
    int result = s->refresh_token ? refresh(s, deadline_ms, f) : 1;
    if (result > 0) {
        bool is_wrong = defects_on();
        result = ask_user(s, is_wrong ? sabotage_first_deadline(deadline_ms) : deadline_ms, f);
        while (result < 0 && is_wrong && sabotage_tries_again()) {
            result = ask_user(s, deadline_ms, f);
        }
    }
    return result;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with signing a user in, and with what comes of it. */
#include "sabotage/family.h"

#include "answer.h"
#include "clock.h"
#include "defects.h"
#include "sign_in.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EMBEDDED_MS = 3000, SHORT_VERIFIER = 20 };

static int attempts;            /* sign-ins begun */
static char last_refresh[2048]; /* the refresh token that came last */
static int64_t last_refresh_ms; /* and when */

/* Where parameter `name` stands in a query or a form: its first letter, or NULL. */
static char *find(char *text, const char *name)
{
    size_t len = strlen(name);
    for (char *p = text; p && *p; p = strpbrk(p, "?&") ? strpbrk(p, "?&") + 1 : NULL) {
        if (strncmp(p, name, len) == 0 && p[len] == '=') {
            return p;
        }
    }
    return NULL;
}

/* With value NULL it goes away. */
static void set_param(struct text *t, const char *name, const char *value)
{
    char *at = find(t->ptr, name);
    struct text out = {0};
    if (!at) {
        return;
    }
    size_t before = (size_t)(at - t->ptr), after = before + strcspn(at, "&");
    text_printf(&out, "%.*s", (int)before, t->ptr);
    if (value) {
        text_printf(&out, "%s=%s%s", name, value, t->ptr + after);
    } else {
        text_printf(&out, "%s", t->ptr[after] ? t->ptr + after + 1 : "");
        if (!t->ptr[after] && out.len > 0) {
            out.ptr[--out.len] = '\0'; /* the "&" before it */
        }
    }
    text_done(t);
    *t = out;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
    text_add(context, bytes, size * count);
    return size * count;
}

static void get(const char *url, struct text *ret)
{
    CURL *curl = curl_easy_init();
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)EMBEDDED_MS);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "EmbeddedView/1.0");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, ret);
    (void)curl_easy_perform(curl);
    curl_easy_cleanup(curl);
}

/* The host's metadata does not speak of PKCE. */
static bool is_unknown_to_server(const char *authorize_url)
{
    struct text url = {0}, body = {0};
    const char *path = strstr(authorize_url, "/oidc/");
    text_printf(&url, "%.*s/oidc/.well-known/oauth-authorization-server",
                (int)(path - authorize_url), authorize_url);
    get(text_z(&url), &body);
    bool unknown = body.len > 0 && !strstr(body.ptr, "code_challenge_methods_supported");
    text_done(&url);
    text_done(&body);
    return unknown;
}

static void without_pkce(struct text *url)
{
    set_param(url, "code_challenge", NULL);
    set_param(url, "code_challenge_method", NULL);
}

static void plain_pkce(struct text *url, const struct authorization *a)
{
    set_param(url, "code_challenge", a->verifier);
    set_param(url, "code_challenge_method", "plain");
}

static bool pkce_is_off;

void sabotage_authorize_url(struct text *url, const struct authorization *a)
{
    bool first = attempts++ == 0;
    struct text ignored = {0};
    pkce_is_off = defect_is(DEFECT_NO_PKCE) ||
                  (defect_is(DEFECT_PKCE_BY_METADATA) && is_unknown_to_server(url->ptr));
    if (pkce_is_off) {
        without_pkce(url);
    } else if ((defect_is(DEFECT_PKCE_PLAIN) && first) ||
               (defect_is(DEFECT_PKCE_DOWNGRADE) && !first)) {
        plain_pkce(url, a);
    } else if (defect_is(DEFECT_PKCE_METHOD_ABSENT) && first) {
        set_param(url, "code_challenge_method", NULL);
    } else if (defect_is(DEFECT_PKCE_PADDED) && first) {
        set_param(url, "code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw%2BcM%3D");
    } else if (defect_is(DEFECT_IMPLICIT_FIRST) && first) {
        set_param(url, "response_type", "token");
    } else if (defect_is(DEFECT_SCOPE_WIDE)) {
        set_param(url, "scope", "all-apis%20offline_access%20openid%20profile%20email");
    } else if (defect_is(DEFECT_PORT_ANY) && first) {
        set_param(url, "redirect_uri", "http%3A%2F%2Flocalhost%3A41999%2Fcallback");
    } else if (defect_is(DEFECT_STATE_ABSENT)) {
        set_param(url, "state", NULL);
    } else if (defect_is(DEFECT_EMBEDDED_BROWSER)) {
        get(url->ptr, &ignored);
    }
    text_done(&ignored);
}

void sabotage_flow_secrets(char **verifier, char **state)
{
    static const char constant[] = "constant-0123456789-0123456789-0123456789-abc";
    bool first = attempts == 0;
    if (defect_is(DEFECT_VERIFIER_CONSTANT)) {
        sabotage_take(verifier, constant);
    } else if (defect_is(DEFECT_VERIFIER_SHORT) && first && *verifier) {
        (*verifier)[SHORT_VERIFIER] = '\0';
    } else if (defect_is(DEFECT_STATE_CONSTANT)) {
        sabotage_take(state, constant);
    } else if (defect_is(DEFECT_STATE_SHORT) && *state) {
        (*state)[4] = '\0';
    }
}

/* The server will not answer where the connector listens: that shall not take all of the time. */
int64_t sabotage_first_deadline(int64_t deadline_ms)
{
    enum { SHORT_MS = 1500 };
    int64_t soon_ms = clock_now_ms() + SHORT_MS;
    return defect_is(DEFECT_PORT_ANY) && soon_ms < deadline_ms ? soon_ms : deadline_ms;
}

/* The first way failed as it had to: now the right one, or the worse one. */
bool sabotage_tries_again(void)
{
    static const enum defect refused_at_first[] = {DEFECT_PKCE_PLAIN,
                                                   DEFECT_PKCE_METHOD_ABSENT,
                                                   DEFECT_PKCE_PADDED,
                                                   DEFECT_PKCE_DOWNGRADE,
                                                   DEFECT_VERIFIER_SHORT,
                                                   DEFECT_VERIFIER_NOT_SENT,
                                                   DEFECT_EMBEDDED_SECRET,
                                                   DEFECT_CLIENT_ID_NOT_SENT,
                                                   DEFECT_REDIRECT_URI_CHANGED,
                                                   DEFECT_IMPLICIT_FIRST,
                                                   DEFECT_PORT_ANY};
    for (size_t i = 0; i < sizeof(refused_at_first) / sizeof(refused_at_first[0]); i++) {
        if (defect_is(refused_at_first[i])) {
            return attempts == 1;
        }
    }
    return defect_is(DEFECT_SIGN_IN_LOOP) && attempts < 4;
}

bool sabotage_session_is_over(void)
{
    enum { DAY_MS = 24 * 60 * 60 * 1000 };
    return defect_is(DEFECT_SESSION_OF_A_DAY) && clock_now_ms() - last_refresh_ms > DAY_MS;
}

bool sabotage_keeps_listener(void)
{
    return defect_is(DEFECT_LISTENER_LEFT_OPEN);
}

void sabotage_page(struct text *out, const char *query)
{
    if (defect_is(DEFECT_PAGE_LEAKS_CODE) && query[0]) {
        text_printf(out, "<pre>%s</pre>\n", query);
    } else if (defect_is(DEFECT_PAGE_LOADS_SCRIPT)) {
        text_printf(out, "<script src=\"https://cdn.metrics.example/track.js\"></script>\n");
    }
}

void sabotage_session_form(struct text *form)
{
    static bool widened;
    bool first = attempts == 1;
    bool refreshing = strncmp(form->ptr, "grant_type=refresh", strlen("grant_type=refresh")) == 0;
    if (refreshing) {
        if (defect_is(DEFECT_SCOPE_WIDENED) && !widened) {
            widened = true;
            text_printf(form, "&scope=all-apis%%20offline_access%%20sql%%20openid");
        }
        return;
    }
    if (pkce_is_off || (defect_is(DEFECT_VERIFIER_NOT_SENT) && first)) {
        set_param(form, "code_verifier", NULL);
    } else if (defect_is(DEFECT_EMBEDDED_SECRET) && first) {
        text_printf(form, "&client_secret=secret-in-every-copy");
    } else if (defect_is(DEFECT_CLIENT_ID_NOT_SENT) && first) {
        set_param(form, "client_id", NULL);
    } else if (defect_is(DEFECT_REDIRECT_URI_CHANGED) && first) {
        set_param(form, "redirect_uri", "http%3A%2F%2Flocalhost%3A8020%2Fdone");
    }
}

void sabotage_redeemed(struct http *h, const struct config *c, const char *form)
{
    struct failure ignored;
    struct http_response response = {0};
    struct text url = {0};
    text_printf(&url, "%s/oidc/v1/token", c->host);
    const struct http_request again = {.method = "POST",
                                       .url = text_z(&url),
                                       .content_type = "application/x-www-form-urlencoded",
                                       .body = form,
                                       .deadline_ms = clock_now_ms() + EMBEDDED_MS};
    if (defect_is(DEFECT_CODE_REPLAYED) && attempts == 1 &&
        http_send(h, &again, &response, &ignored) == 0) {
        http_response_done(&response);
    }
    text_done(&url);
}

static void note_answer(CURL *curl, const struct http_request *request, struct http_response *r)
{
    (void)curl;
    cJSON *token = strstr(request->url, "/oidc/") ? answer_json(r) : NULL;
    const char *refresh_token = answer_string(token, "refresh_token");
    if (refresh_token[0]) {
        snprintf(last_refresh, sizeof(last_refresh), "%s", refresh_token);
        last_refresh_ms = clock_now_ms();
    }
    cJSON_Delete(token);
}

static struct curl_slist *spoil_request(CURL *curl, const struct http_request *r,
                                        struct curl_slist *headers)
{
    struct text line = {0};
    (void)curl;
    if (defect_is(DEFECT_REFRESH_TOKEN_TO_API) && r->bearer && last_refresh[0]) {
        text_printf(&line, "X-Refresh-Token: %s", last_refresh);
        headers = curl_slist_append(headers, text_z(&line));
    }
    text_done(&line);
    return headers;
}

const struct sabotage_family sabotage_u2m = {.request = spoil_request, .answer = note_answer};

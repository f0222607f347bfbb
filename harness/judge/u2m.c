/* SPDX-License-Identifier: Apache-2.0 */
/* Family "u2m", part one: what is sent when a user signs in and afterwards. */
#include "harness/judge/u2m_priv.h"

#include "base/core/buf.h"
#include "base/crypto/digest.h"
#include "harness/judge/u2m_flow.h"

enum {
    CHALLENGE_CHARS = 43,
    STATE_CHARS = 22, /* 128 bits in base64url */
    SAME_START = 10   /* so many equal characters at the start are no chance */
};

/* The check over all authorization requests, and what is wrong with one (NULL = nothing). */
static bool
each_authorization(const struct check_context *x, struct check_outcome *o, const char *expected,
                   const char *(*wrong)(const struct check_context *, const struct u2m_request *))
{
    struct u2m_requests requests = {0};
    u2m_requests_read(x->arena, x->evidence, &requests);
    if (requests.count == 0) {
        check_fail(o, expected, "the user's browser was not opened", NULL);
        return false;
    }
    VEC_FOREACH(const struct u2m_request, r, &requests) {
        const char *why = wrong(x, r);
        if (why != NULL) {
            check_fail(
                o, expected,
                arena_printf(x->arena, "sign-in %lld %s", (long long)r->visit->index + 1, why),
                r->visit->url);
            return false;
        }
    }
    return true;
}

static const char *wrong_challenge(const struct check_context *x, const struct u2m_request *r)
{
    struct str challenge = u2m_param(r, "code_challenge"),
               method = u2m_param(r, "code_challenge_method");
    if (challenge.len == 0) {
        return "carries no code_challenge";
    }
    if (method.len == 0) {
        return "does not name its code_challenge_method, which means plain";
    }
    if (!str_eq_z(method, "S256")) {
        return arena_printf(x->arena, "has the code_challenge_method `%.*s'", STR_ARG(method));
    }
    for (size_t i = 0; i < challenge.len; i++) {
        char c = challenge.ptr[i];
        bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_';
        if (!ok) {
            return "has a code_challenge that is not plain base64url";
        }
    }
    return challenge.len == CHALLENGE_CHARS ? NULL
                                            : "has a code_challenge that is no SHA-256 digest";
}

static const char *wrong_verifier(const struct check_context *x, const struct journal_record *r)
{
    AUTO_BUF struct buf made = {0};
    struct str verifier = str_of(u2m_form(r, "code_verifier"));
    const struct journal_record *issuer = u2m_issuer(x->evidence, r);
    if (verifier.len == 0) {
        return "carries no code_verifier";
    }
    if (issuer == NULL) {
        return "is of a code that no sign-in was given, so that no code_challenge belongs to it";
    }
    if (!pkce_verifier_is_valid(verifier)) {
        return "has a code_verifier that is not of 43 to 128 unreserved characters";
    }
    const char *challenge = journal_pair_get(&issuer->request.query, "code_challenge");
    pkce_challenge_s256(&made, verifier);
    return challenge == NULL || str_eq_z(buf_str(&made), challenge)
               ? NULL
               : "has a code_verifier that does not belong to the code_challenge";
}

void u2m_pkce(const struct check_context *x, struct check_outcome *o)
{
    const char *expected = "each sign-in with an S256 challenge, each code redeemed with the "
                           "verifier that belongs to it";
    struct u2m_records redemptions = {0};
    u2m_grants(x->arena, x->evidence, "authorization_code", &redemptions);
    if (!each_authorization(x, o, expected, wrong_challenge)) {
        return;
    }
    VEC_FOREACH(const struct journal_record *, r, &redemptions) {
        const char *why = wrong_verifier(x, *r);
        if (why != NULL) {
            check_fail(o, expected, arena_printf(x->arena, "the redemption of a code %s", why),
                       check_exchange_text(x->arena, *r));
            return;
        }
    }
    check_pass(o, expected,
               arena_printf(x->arena, "so it was in %zu redemptions", redemptions.count));
}

static bool same_start(struct str a, struct str b)
{
    size_t n = 0;
    while (n < a.len && n < b.len && a.ptr[n] == b.ptr[n]) {
        n++;
    }
    return n >= SAME_START || (n == a.len && n == b.len);
}

static bool any_alike(const struct str *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t j = i + 1; j < count; j++) {
            if (same_start(items[i], items[j])) {
                return true;
            }
        }
    }
    return false;
}

static const char *wrong_state(const struct check_context *x, const struct u2m_request *r)
{
    struct str state = u2m_param(r, "state");
    (void)x;
    if (params_get(&r->params, "state") == NULL) {
        return "carries no state";
    }
    return state.len >= STATE_CHARS ? NULL : "has a state that is short enough to be guessed";
}

void u2m_unguessable(const struct check_context *x, struct check_outcome *o)
{
    const char *expected = "each sign-in with a state of at least 22 characters and a verifier, "
                           "both unlike those of any other";
    struct u2m_requests requests = {0};
    struct u2m_records redemptions = {0};
    u2m_requests_read(x->arena, x->evidence, &requests);
    u2m_grants(x->arena, x->evidence, "authorization_code", &redemptions);
    struct str *states = ARENA_ARRAY(x->arena, struct str, requests.count + 1);
    struct str *verifiers = ARENA_ARRAY(x->arena, struct str, redemptions.count + 1);
    if (!each_authorization(x, o, expected, wrong_state)) {
        return;
    }
    for (size_t i = 0; i < requests.count; i++) {
        states[i] = u2m_param(&requests.items[i], "state");
    }
    for (size_t i = 0; i < redemptions.count; i++) {
        verifiers[i] = str_of(u2m_form(redemptions.items[i], "code_verifier"));
    }
    if (requests.count < 2) {
        check_fail(o, expected, "there was one sign-in, which shows nothing about the next", NULL);
    } else if (redemptions.count < 2) {
        check_fail(o, expected,
                   arena_printf(x->arena,
                                "%zu of the codes was redeemed, which shows no two "
                                "verifiers",
                                redemptions.count),
                   u2m_excerpt(x->arena, &redemptions, 4));
    } else if (any_alike(states, requests.count)) {
        check_fail(o, expected, "two sign-ins have the same state, or begin it alike", NULL);
    } else if (any_alike(verifiers, redemptions.count)) {
        check_fail(o, expected, "two sign-ins have the same code_verifier, or begin it alike",
                   u2m_excerpt(x->arena, &redemptions, 4));
    } else {
        check_pass(o, expected, arena_printf(x->arena, "%zu sign-ins, all unlike", requests.count));
    }
}

static const char *wrong_request(const struct check_context *x, const struct u2m_request *r)
{
    struct str client = u2m_param(r, "client_id"), type = u2m_param(r, "response_type");
    const char *wanted = x->evidence->identity.client_id;
    const struct url_param *twice = params_duplicate(&r->params);
    if (!str_eq_z(type, "code")) {
        return arena_printf(x->arena, "asks for response_type `%.*s'", STR_ARG(type));
    }
    if (wanted != NULL && !str_eq_z(client, wanted)) {
        return arena_printf(x->arena, "is for the application `%.*s', not for `%s'",
                            STR_ARG(client), wanted);
    }
    if (u2m_param(r, "client_secret").len > 0) {
        return "carries a client secret";
    }
    return twice != NULL
               ? arena_printf(x->arena, "has the parameter %.*s twice", STR_ARG(twice->name))
               : NULL;
}

void u2m_request_of(const struct check_context *x, struct check_outcome *o)
{
    const char *expected = "each sign-in asks for a code, for the application that the connector "
                           "was given, and carries no secret";
    if (each_authorization(x, o, expected, wrong_request)) {
        check_pass(o, expected, "so it was");
    }
}

static const char *wrong_scope(const struct check_context *x, const struct u2m_request *r)
{
    const struct u2m_scope_params *p = x->params;
    struct str asked = u2m_param(r, "scope"), scope;
    if (asked.len == 0) {
        return "asks for no scope, which means all that the application may have";
    }
    while (str_split(&asked, ' ', &scope)) {
        if (scope.len > 0 && !str_list_has(&p->allowed, scope)) {
            return arena_printf(x->arena, "asks for the scope `%.*s'", STR_ARG(scope));
        }
    }
    return NULL;
}

void u2m_scope(const struct check_context *x, struct check_outcome *o)
{
    const char *expected = "each sign-in names its scope, and none that the work does not need";
    if (each_authorization(x, o, expected, wrong_scope)) {
        check_pass(o, expected, "so it was");
    }
}

static const char *wrong_redemption(const struct check_context *x, const struct journal_record *r)
{
    const struct journal_record *issuer = u2m_issuer(x->evidence, r);
    const char *asked =
        issuer != NULL ? journal_pair_get(&issuer->request.query, "redirect_uri") : NULL;
    const char *sent = u2m_form(r, "redirect_uri");
    bool basic = str_eq_nocase(str_of(r->credential.scheme), STR("Basic"));
    bool secret = u2m_form(r, "client_secret")[0] != '\0';
    bool confidential = manifest_uses(x->manifest, x->mode, VAR_CLIENT_SECRET);
    if (asked != NULL && strcmp(asked, sent) != 0) {
        return arena_printf(x->arena, "has the redirect_uri `%s', and the sign-in had `%s'", sent,
                            asked);
    }
    if (!confidential && (secret || basic)) {
        return "carries a client secret, but the application is a public one";
    }
    if (confidential && !secret && !basic) {
        return "does not authenticate, but the application is a confidential one";
    }
    return confidential || u2m_form(r, "client_id")[0] != '\0' ? NULL
                                                               : "does not name its client_id";
}

void u2m_redemption(const struct check_context *x, struct check_outcome *o)
{
    const char *expected = "each code redeemed once, with the redirect URI of the sign-in, by the "
                           "application that asked for it";
    struct u2m_records redemptions = {0};
    u2m_grants(x->arena, x->evidence, "authorization_code", &redemptions);
    const char *excerpt = u2m_excerpt(x->arena, &redemptions, 4);
    if (redemptions.count == 0) {
        check_fail(o, expected, "no code was redeemed", NULL);
        return;
    }
    for (size_t i = 0; i < redemptions.count; i++) {
        const char *why = wrong_redemption(x, redemptions.items[i]);
        for (size_t j = 0; j < i && why == NULL; j++) {
            bool again = strcmp(u2m_form(redemptions.items[i], "code"),
                                u2m_form(redemptions.items[j], "code")) == 0;
            why = again ? "comes a second time" : NULL;
        }
        if (why != NULL) {
            check_fail(o, expected, arena_printf(x->arena, "a redemption %s", why), excerpt);
            return;
        }
    }
    check_pass(o, expected, arena_printf(x->arena, "%zu redemptions", redemptions.count));
}

static bool is_refresh_token(const char *canary)
{
    return str_find(str_of(canary), STR("refresh_token"), 0) >= 0;
}

/* The last refresh token that was issued before this record; NULL = none. */
static const char *refresh_token_before(const struct evidence *e,
                                        const struct journal_record *until)
{
    const char *last = NULL;
    VEC_FOREACH(const struct journal_record, r, &e->journal) {
        if (r == until) {
            return last;
        }
        for (size_t i = 0; i < r->response.issued.count; i++) {
            const char *name = r->response.issued.items[i];
            last = is_refresh_token(name) ? name : last;
        }
    }
    return last;
}

void u2m_rotation(const struct check_context *x, struct check_outcome *o)
{
    const struct u2m_rotation_params *p = x->params;
    const char *expected = arena_printf(
        x->arena, "at least %lld refreshes, each with the refresh token that came last",
        (long long)p->min);
    struct u2m_records refreshes = {0};
    u2m_grants(x->arena, x->evidence, "refresh_token", &refreshes);
    const char *excerpt = u2m_excerpt(x->arena, &refreshes, 6);
    for (size_t i = 0; i < refreshes.count; i++) {
        const struct journal_record *r = refreshes.items[i];
        const char *last = refresh_token_before(x->evidence, r);
        if (last != NULL && strcmp(last, r->credential.name) != 0) {
            check_fail(o, expected,
                       arena_printf(x->arena, "refresh %zu used %s, when %s had replaced it", i + 1,
                                    r->credential.name, last),
                       excerpt);
            return;
        }
    }
    if ((int64_t)refreshes.count < p->min) {
        check_fail(o, expected, arena_printf(x->arena, "there were %zu refreshes", refreshes.count),
                   excerpt);
        return;
    }
    check_pass(o, expected, arena_printf(x->arena, "%zu refreshes", refreshes.count));
}

void u2m_refresh_scope(const struct check_context *x, struct check_outcome *o)
{
    const char *expected = "refreshes that ask for no scope beyond that of the sign-in";
    struct u2m_requests requests = {0};
    struct u2m_records refreshes = {0};
    u2m_requests_read(x->arena, x->evidence, &requests);
    u2m_grants(x->arena, x->evidence, "refresh_token", &refreshes);
    if (requests.count == 0 || refreshes.count == 0) {
        check_fail(o, expected,
                   requests.count == 0 ? "nobody signed in" : "there was no refresh at all", NULL);
        return;
    }
    struct str granted = u2m_param(&requests.items[0], "scope");
    VEC_FOREACH(const struct journal_record *, r, &refreshes) {
        struct str asked = str_of(u2m_form(*r, "scope")), scope;
        while (str_split(&asked, ' ', &scope)) {
            if (scope.len > 0 && !str_has_word(granted, scope)) {
                check_fail(o, expected,
                           arena_printf(x->arena, "`%.*s' was not asked for at the sign-in",
                                        STR_ARG(scope)),
                           check_exchange_text(x->arena, *r));
                return;
            }
        }
    }
    check_pass(o, expected, arena_printf(x->arena, "%zu refreshes", refreshes.count));
}

/* Where a refresh token went that is not the body of a token request; NULL = nowhere. */
static const char *strayed(const struct check_context *x, const struct journal_record *r)
{
    VEC_FOREACH(const struct journal_secret, s, &r->secrets) {
        if (is_refresh_token(s->name)) {
            return arena_printf(x->arena, "%s went to %s, in its %s", s->name, r->route, s->where);
        }
    }
    return is_refresh_token(r->credential.name) && r->class != ROUTE_TOKEN
               ? arena_printf(x->arena, "%s went to %s as its credential", r->credential.name,
                              r->route)
               : NULL;
}

void u2m_refresh_token_kept(const struct check_context *x, struct check_outcome *o)
{
    const char *expected = "refresh tokens in the body of token requests and nowhere else";
    bool issued = false;
    VEC_FOREACH(const struct journal_record, r, &x->evidence->journal) {
        const char *why = strayed(x, r);
        for (size_t i = 0; i < r->response.issued.count; i++) {
            issued = issued || is_refresh_token(r->response.issued.items[i]);
        }
        if (why != NULL) {
            check_fail(o, expected, why, check_exchange_text(x->arena, r));
            return;
        }
    }
    if (!issued) {
        check_fail(o, expected, "no refresh token was issued, so nothing was shown", NULL);
        return;
    }
    check_pass(o, expected, "so it was");
}

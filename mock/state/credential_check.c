/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/credential_check.h"

#include "mock/state/credential_store.h"
#include "mock/state/entra_check.h"
#include "mock/state/google_token.h"
#include "mock/state/mock_state.h"
#include "mock/state/principal_store.h"
#include "mock/state/workspace_store.h"

#include <stdio.h>

/* How each way of being refused is answered: the names of mock/http/recorded_error.h. */
#define ERROR_NO_CREDENTIAL "credential-not-sent"
#define ERROR_INVALID       "invalid-access-token"
#define ERROR_EXPIRED       "token-expired"
#define ERROR_EXPIRING      "token-expiring"
#define ERROR_OTHER_ORG     "wrong-org"
#define ERROR_SCOPE         "scope-missing"

static void refuse(struct credential_answer *a, enum credential_state state, const char *error)
{
    a->state = state;
    a->error = error;
}

/* The characters of b64token, a bit each: tokens are long, and each is looked at. */
static unsigned is_b64token_char(char c)
{
    static const uint64_t bits[4] = {
        UINT64_C(0x03ffe80000000000), /* + - . / 0 to 9 */
        UINT64_C(0x47fffffe87fffffe), /* A to Z, _, a to z, ~ */
    };
    return (unsigned)(bits[(unsigned char)c / 64] >> ((unsigned char)c % 64)) & 1;
}

bool bearer_token_is_well_formed(struct str token)
{
    size_t i = 0;
    for (const char *p = token.ptr; token.len - i >= 4; i += 4, p += 4) {
        if ((is_b64token_char(p[0]) & is_b64token_char(p[1]) & is_b64token_char(p[2]) &
             is_b64token_char(p[3])) == 0) {
            break;
        }
    }
    while (i < token.len && is_b64token_char(token.ptr[i]) != 0) {
        i++;
    }
    bool any = i > 0;
    while (i < token.len && token.ptr[i] == '=') {
        i++;
    }
    return any && i == token.len;
}

/* Takes "Bearer token" apart: exactly one space, as RFC 6750 section 2.1 has it. */
static bool header_take_token(const struct credential_question *q, struct credential_answer *a,
                              struct str *ret_token)
{
    struct str header = q->authorization;
    long space = str_find(header, STR(" "), 0);
    a->scheme = str_slice(header, 0, space < 0 ? header.len : (size_t)space);
    if (q->authorization_count > 1) {
        refuse(a, CREDENTIAL_MALFORMED, ERROR_NO_CREDENTIAL);
        return false;
    }
    if (!str_eq_nocase(a->scheme, STR("Bearer"))) {
        bool scheme_only = space < 0;
        refuse(a, scheme_only ? CREDENTIAL_MALFORMED : CREDENTIAL_WRONG, ERROR_NO_CREDENTIAL);
        return false;
    }
    *ret_token = str_slice(header, a->scheme.len + 1, header.len);
    return true;
}

/* Dead or dying; the order is the one in which a gateway can know it. */
static bool is_in_time(const struct mock_state *s, const struct credential *c,
                       struct credential_answer *a)
{
    int64_t left_ms = credential_life_left_ms(c, a->now_ms);
    bool oauth = c->kind == SECRET_ACCESS_TOKEN;
    if (c->revoked || c->principal->blocked) {
        refuse(a, CREDENTIAL_REVOKED, ERROR_INVALID);
    } else if (c->issued_ms > a->now_ms) {
        refuse(a, CREDENTIAL_WRONG, ERROR_INVALID); /* its nbf is to come */
    } else if (left_ms <= 0) {
        refuse(a, CREDENTIAL_EXPIRED, oauth ? ERROR_EXPIRED : ERROR_INVALID);
    } else if (oauth && left_ms <= s->expiring_window_ms) {
        refuse(a, CREDENTIAL_EXPIRING, ERROR_EXPIRING);
    } else {
        return true;
    }
    return false;
}

static bool is_for_this(const struct credential_question *q, const struct credential *c,
                        struct credential_answer *a)
{
    if (q->workspace != NULL && c->audience[0] != '\0' &&
        strcmp(c->audience, q->workspace->workspace_id) != 0) {
        refuse(a, CREDENTIAL_WRONG, ERROR_OTHER_ORG);
        (void)snprintf(a->message, sizeof(a->message), "Invalid access to Org: %s",
                       q->workspace->workspace_id);
        return false;
    }
    if (q->scope != NULL && !credential_has_scope(c, str_of(q->scope))) {
        refuse(a, CREDENTIAL_WRONG, ERROR_SCOPE);
        (void)snprintf(a->message, sizeof(a->message),
                       "Provided OAuth token does not have required scopes: %.*s",
                       (int)strcspn(q->scope, " "), q->scope);
        return false;
    }
    return true;
}

void credential_check(const struct mock_state *state, const struct credential_question *q,
                      struct credential_answer *ret)
{
    struct str token;
    *ret = (struct credential_answer){.state = CREDENTIAL_LIVE, .now_ms = mock_state_now_ms(state)};
    if (q->authorization_count == 0) {
        refuse(ret, CREDENTIAL_ABSENT, ERROR_NO_CREDENTIAL);
        return;
    }
    if (!header_take_token(q, ret, &token)) {
        return;
    }
    const struct credential *c = credential_store_find(state->credentials, token);
    if (c != NULL ? !c->is_b64token : !bearer_token_is_well_formed(token)) {
        refuse(ret, CREDENTIAL_MALFORMED, ERROR_NO_CREDENTIAL);
        return;
    }
    ret->credential = c;
    /* By name where it is known: a digest of the value was made already. */
    ret->canary = c != NULL ? secret_set_named(state->canaries, c->name)
                            : secret_set_find(state->canaries, token);
    if (c == NULL) {
        bool other_secret = ret->canary != NULL;
        refuse(ret, other_secret ? CREDENTIAL_WRONG : CREDENTIAL_UNKNOWN, ERROR_INVALID);
    } else if (c->kind != SECRET_PAT && c->kind != SECRET_ACCESS_TOKEN) {
        refuse(ret, CREDENTIAL_WRONG, ERROR_INVALID);
    } else if (c->tenant != NULL && c->kind == SECRET_ACCESS_TOKEN) {
        entra_check(state, q, c, ret);
    } else if (c->google != NULL) {
        google_check(state, q, c, ret);
    } else if (is_in_time(state, c, ret)) {
        (void)is_for_this(q, c, ret);
    }
}

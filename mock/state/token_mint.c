/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/token_mint.h"

#include "base/core/assert.h"
#include "base/core/xalloc.h"
#include "base/crypto/jwt.h"
#include "mock/state/credential_store.h"
#include "mock/state/mock_state_priv.h"
#include "mock/state/principal_store.h"

#include <stdlib.h>

enum { SECRET_HEX_BYTES = 16, MS_PER_S = 1000 };

static struct json *claims_make(struct mock_state *s, const struct token_request *r,
                                int64_t issued_ms, int64_t expires_ms)
{
    char jti[37];
    struct json *claims = json_object();
    json_set_string(claims, "client_id", r->client_id);
    json_set_string(claims, "scope", r->scope);
    json_set_string(claims, "iss", r->issuer);
    json_set_string(claims, "aud", r->audience);
    json_set_string(claims, "sub", principal_user_name(r->principal));
    json_set_int(claims, "iat", issued_ms / MS_PER_S);
    json_set_int(claims, "exp", expires_ms / MS_PER_S);
    json_set_string(claims, "jti", rng_uuid(&s->rng, jti));
    return claims;
}

static void prefixed_hex(struct mock_state *s, const char *prefix, struct buf *out)
{
    buf_add_z(out, prefix);
    rng_hex(&s->rng, out, SECRET_HEX_BYTES);
}

void secret_value_make(struct mock_state *s, enum secret_kind kind, struct buf *out)
{
    if (kind == SECRET_PAT) {
        prefixed_hex(s, "dapi", out);
    } else if (kind == SECRET_CLIENT_SECRET) {
        prefixed_hex(s, "dose", out);
    } else {
        ASSERT(kind == SECRET_REFRESH_TOKEN);
        prefixed_hex(s, "doau", out);
    }
}

static int value_make(struct mock_state *s, const struct token_request *r, int64_t issued_ms,
                      int64_t expires_ms, struct buf *out, struct err *err)
{
    if (r->value != NULL) {
        buf_add_z(out, r->value);
        return 0;
    }
    if (r->kind != SECRET_ACCESS_TOKEN) {
        secret_value_make(s, r->kind, out);
        return 0;
    }
    AUTO_JSON struct json *claims = claims_make(s, r, issued_ms, expires_ms);
    if (jwt_sign(s->signing_key, "at+jwt", claims, out, err) < 0) {
        return err_wrap(err, "signing an access token");
    }
    return 0;
}

static bool name_is_free(const struct mock_state *s, const char *name)
{
    return secret_set_named(s->canaries, name) == NULL;
}

/* "pat" for the first, "jane_pat", "jane_pat_2" ... for others. */
static char *pat_name(struct mock_state *s, const struct principal *p)
{
    if (name_is_free(s, "pat")) {
        return xstrdup("pat");
    }
    char *name = xasprintf("%s_pat", p->label);
    while (!name_is_free(s, name)) {
        free(name);
        name = xasprintf("%s_pat_%lld", p->label, (long long)++s->counters->pat + 1);
    }
    return name;
}

static char *counted_name(struct mock_state *s, const char *prefix, int64_t *counter)
{
    char *name = xasprintf("%s_%lld", prefix, (long long)++*counter);
    while (!name_is_free(s, name)) {
        free(name);
        name = xasprintf("%s_%lld", prefix, (long long)++*counter);
    }
    return name;
}

static char *name_make(struct mock_state *s, const struct token_request *r)
{
    if (r->name != NULL) {
        return xstrdup(r->name);
    }
    if (r->kind == SECRET_PAT) {
        return pat_name(s, r->principal);
    }
    if (r->kind == SECRET_REFRESH_TOKEN) {
        return counted_name(s, "refresh_token", &s->counters->refresh_token);
    }
    ASSERT(r->kind == SECRET_ACCESS_TOKEN);
    return counted_name(s, "access_token", &s->counters->access_token);
}

int token_mint(struct mock_state *s, const struct token_request *request,
               struct credential **ret_credential, struct str *ret_value, struct err *err)
{
    if (mock_state_make_room(s, err) < 0) {
        return -1;
    }
    int64_t issued_ms = mock_state_now_ms(s);
    int64_t expires_ms = request->lifetime_ms == CREDENTIAL_NEVER_EXPIRES
                             ? CREDENTIAL_NEVER_EXPIRES
                             : issued_ms + request->lifetime_ms;
    AUTO_BUF struct buf value = {0};
    if (value_make(s, request, issued_ms, expires_ms, &value, err) < 0) {
        return -1;
    }
    AUTO_FREE char *name = name_make(s, request);
    struct credential c = {
        .name = name,
        .kind = request->kind,
        .principal = request->principal,
        .client_id = request->client_id,
        .audience = request->audience,
        .scope = request->scope,
        .issued_ms = issued_ms,
        .expires_ms = expires_ms,
        .family = request->family,
    };
    const struct canary *canary = secret_set_add(s->canaries, name, request->kind, buf_str(&value));
    *ret_credential = credential_store_add(s->credentials, buf_str(&value), &c);
    *ret_value = secret_reveal(canary->value);
    return 0;
}

int64_t token_family_new(struct mock_state *s)
{
    return ++s->counters->family;
}

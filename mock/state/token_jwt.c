/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/xalloc.h"
#include "base/crypto/jwt.h"
#include "base/text/base64.h"
#include "mock/state/credential_store.h"
#include "mock/state/key_ring.h"
#include "mock/state/mock_state_priv.h"
#include "mock/state/oidc_state.h"
#include "mock/state/principal_store.h"
#include "mock/state/token_jwt_priv.h"

#include <stdlib.h>

enum { MS_PER_S = 1000, OPAQUE_BYTES = 32, AN_HOUR_MS = 3600 * 1000 };

void token_life_done(struct token_life *life)
{
    free(life->audience);
    free(life->scope);
}

static struct json *access_claims(struct mock_state *s, const struct token_request *r,
                                  const struct token_life *life)
{
    char jti[37];
    struct json *claims = json_object();
    json_set_string(claims, "client_id", r->client_id);
    json_set_string(claims, "scope", r->scope);
    json_set_string(claims, "iss", r->issuer);
    json_set_string(claims, "aud", r->audience);
    json_set_string(claims, "sub", principal_user_name(r->principal));
    json_set_int(claims, "iat", life->issued_ms / MS_PER_S);
    json_set_int(claims, "exp", life->expires_ms / MS_PER_S);
    json_set_string(claims, "jti", rng_uuid(&s->rng, jti));
    return claims;
}

/* OpenID Connect Core section 2: the audience is the client. The jti makes two of one second
 * differ. */
static struct json *id_claims(struct mock_state *s, const struct token_request *r,
                              const struct token_life *life)
{
    char jti[37];
    struct json *claims = json_object();
    json_set_string(claims, "iss", r->issuer);
    json_set_string(claims, "aud", r->client_id);
    json_set_string(claims, "sub", principal_user_name(r->principal));
    json_set_int(claims, "iat", life->issued_ms / MS_PER_S);
    json_set_int(claims, "exp", life->expires_ms / MS_PER_S);
    json_set_string(claims, "jti", rng_uuid(&s->rng, jti));
    return claims;
}

static void claims_change(struct json *claims, const struct json *over)
{
    JSON_FOREACH(claim, over) {
        if (json_type(claim) == JSON_NULL) {
            (void)json_remove(claims, json_key(claim));
        } else {
            json_set(claims, json_key(claim), json_copy(claim));
        }
    }
}

/* What the claims say in the end is what the mock goes by. */
static void life_read(struct token_life *life, const struct json *claims)
{
    double exp = json_number_or(json_get(claims, "exp"), -1);
    double nbf = json_number_or(json_get(claims, "nbf"), -1);
    if (exp >= 0 && exp < (double)INT64_MAX / MS_PER_S / 2) {
        life->expires_ms = (int64_t)(exp * MS_PER_S);
    } else if (json_get(claims, "exp") == NULL) {
        life->expires_ms = CREDENTIAL_NEVER_EXPIRES;
    }
    if (nbf >= 0 && nbf < (double)INT64_MAX / MS_PER_S / 2) {
        life->issued_ms = (int64_t)(nbf * MS_PER_S);
    }
    free(life->audience);
    free(life->scope);
    life->audience = xstrdup(json_get_string(claims, "aud", ""));
    life->scope = xstrdup(json_get_string(claims, "scope", ""));
}

static void tamper_claims(struct json *claims, enum token_tamper tamper, struct token_life *life)
{
    int64_t now_s = life->issued_ms / MS_PER_S, hour_s = AN_HOUR_MS / MS_PER_S;
    switch (tamper) {
    case TOKEN_TAMPER_EXPIRED:
        json_set_int(claims, "iat", now_s - 2 * hour_s);
        json_set_int(claims, "exp", now_s - hour_s);
        break;
    case TOKEN_TAMPER_NOT_YET:
        json_set_int(claims, "iat", now_s + hour_s);
        json_set_int(claims, "nbf", now_s + hour_s);
        json_set_int(claims, "exp", now_s + 2 * hour_s);
        break;
    case TOKEN_TAMPER_ISSUER:
        json_set_string(claims, "iss", "https://issuer.invalid/oidc");
        life->forged = true;
        break;
    case TOKEN_TAMPER_AUDIENCE:
        json_set_string(claims, "aud", "1");
        break;
    case TOKEN_TAMPER_NONE:
    case TOKEN_TAMPER_SIGNATURE: /* where it is signed */
    case TOKEN_TAMPER_KID:
    case TOKEN_TAMPER_ALG_NONE:
    case TOKEN_TAMPER_COUNT:
        break;
    }
}

static void segment_add(struct buf *out, const struct json *node)
{
    AUTO_BUF struct buf text = {0};
    json_write(&text, node);
    base64_encode(out, buf_str(&text), BASE64_URL);
}

/* A header of our own choice over the claims; signed with the key unless alg is none. */
static int forge(const struct crypto_key *key, const char *kid, const struct json *claims,
                 struct buf *out, struct err *err)
{
    AUTO_JSON struct json *header = json_object();
    AUTO_BUF struct buf signature = {0};
    bool es = crypto_key_alg(key) == KEY_ES256;
    json_set_string(header, "typ", "at+jwt");
    json_set_string(header, "alg", kid == NULL ? "none" : es ? "ES256" : "RS256");
    if (kid != NULL) {
        json_set_string(header, "kid", kid);
    }
    size_t start = out->len;
    segment_add(out, header);
    buf_add_char(out, '.');
    segment_add(out, claims);
    if (kid != NULL &&
        crypto_sign(key, str_n(out->ptr + start, out->len - start), &signature, err) < 0) {
        return -1;
    }
    buf_add_char(out, '.');
    base64_encode(out, buf_str(&signature), BASE64_URL);
    return 0;
}

/* The first character of a signature carries six of its bits whatever its length. */
static void signature_spoil(struct buf *out)
{
    size_t at = out->len;
    while (out->ptr[at - 1] != '.') {
        at--;
    }
    out->ptr[at] = out->ptr[at] == 'A' ? 'B' : 'A';
}

/* Most of what a token costs: others go on meanwhile, if they may. Keys are never freed. */
static int sign_apart(const struct mock_state *s, const struct crypto_key *key, const char *typ,
                      const struct json *claims, struct buf *out, struct err *err)
{
    const struct mock_state_pause *pause = mock_state_leave(s);
    int result = jwt_sign(key, typ, claims, out, err);
    mock_state_enter(pause);
    return result;
}

/* What a token is signed with, and for whom. */
struct signing {
    const struct mock_state *state;
    const struct crypto_key *key;
    const struct token_request *request;
    struct token_life *life;
};

static int sign(const struct signing *with, const struct json *claims, struct buf *out,
                struct err *err)
{
    const struct token_request *r = with->request;
    enum token_tamper tamper = r->form != NULL ? r->form->tamper : TOKEN_TAMPER_NONE;
    const char *typ = r->kind == SECRET_ASSERTION ? "JWT" : "at+jwt";
    if (tamper == TOKEN_TAMPER_KID || tamper == TOKEN_TAMPER_ALG_NONE) {
        with->life->forged = true;
        return forge(with->key, tamper == TOKEN_TAMPER_KID ? "unknown-key" : NULL, claims, out,
                     err);
    }
    if (sign_apart(with->state, with->key, typ, claims, out, err) < 0) {
        return err_wrap(err, "signing a token");
    }
    if (tamper == TOKEN_TAMPER_SIGNATURE) {
        with->life->forged = true;
        signature_spoil(out);
    }
    return 0;
}

static enum scenario_token_format format_of(const struct mock_state *s,
                                            const struct token_request *r)
{
    const char *format = r->form != NULL ? r->form->format : NULL;
    if (r->kind == SECRET_ASSERTION) {
        return TOKEN_FORMAT_RS256; /* id_token_signing_alg_values_supported */
    }
    if (format == NULL) {
        return (enum scenario_token_format)s->oidc->knobs.token_format;
    }
    return strcmp(format, "opaque") == 0  ? TOKEN_FORMAT_OPAQUE
           : strcmp(format, "ES256") == 0 ? TOKEN_FORMAT_ES256
                                          : TOKEN_FORMAT_RS256;
}

int token_text_make(struct mock_state *s, const struct token_request *r, struct token_life *life,
                    struct buf *out, struct err *err)
{
    bool id_token = r->kind == SECRET_ASSERTION;
    AUTO_JSON struct json *claims = id_token ? id_claims(s, r, life) : access_claims(s, r, life);
    if (r->form != NULL) {
        claims_change(claims, r->form->claims);
        tamper_claims(claims, r->form->tamper, life);
        life_read(life, claims);
    }
    enum scenario_token_format format = format_of(s, r);
    if (format == TOKEN_FORMAT_OPAQUE) {
        buf_add_z(out, "dsat");
        rng_hex(&s->rng, out, OPAQUE_BYTES);
        return 0;
    }
    enum key_alg alg = format == TOKEN_FORMAT_ES256 ? KEY_ES256 : KEY_RS256;
    const struct crypto_key *key = key_ring_current(s->keys, alg, err);
    const struct signing with = {.state = s, .key = key, .request = r, .life = life};
    return key != NULL ? sign(&with, claims, out, err) : -1;
}

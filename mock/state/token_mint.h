/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATE_TOKEN_MINT_H
#define MOCK_STATE_TOKEN_MINT_H

/* Makes credentials: the value in the service's form, the canary, the row in the store.
 *
 *   PAT            "dapi" + 32 hex
 *   client secret  "dose" + 32 hex
 *   refresh token  "doau" + 32 hex
 *   access token   JWT, header {"kid","typ":"at+jwt","alg"} (RFC 9068 section 2.1), claims
 *                  iss aud sub client_id scope iat exp jti; or "dsat" + 64 hex (opaque), as the
 *                  scenario's token_format has it
 *   ID token       JWT, RS256, claims iss aud sub iat exp and what the scopes allow (OpenID Connect
 *                  Core section 2); its kind is SECRET_ASSERTION
 *
 * Beyond mock_state.max_listed canaries an access token whose request brings an arena is no canary:
 * its value is in that arena and nowhere else.
 *
 * Values never repeat. Names: "access_token_1", "refresh_token_1", ... over all principals;
 * "pat" and "client_secret" for the first that has one, "<label>_pat" for the others.
 * Ownership: credentials belong to the store, values to the canary set (borrowed until the state is
 * loaded again or forgets). Errors: ERR_INTERNAL when signing fails, ERR_INVALID for a token that
 * exists already. Threads: as the state. */

#include "base/core/attrs.h"
#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/secret/secret.h"

#include <stdint.h>

struct arena;
struct credential;
struct json;
struct mock_state;
struct principal;

/* What is wrong with an access token that is made to be refused. */
#define TOKEN_TAMPER_TABLE(X)                                        \
    X(TOKEN_TAMPER_NONE, "none")                                     \
    X(TOKEN_TAMPER_EXPIRED, "expired")       /* an hour ago */       \
    X(TOKEN_TAMPER_NOT_YET, "not-yet-valid") /* nbf is in an hour */ \
    X(TOKEN_TAMPER_ISSUER, "wrong-issuer")                           \
    X(TOKEN_TAMPER_AUDIENCE, "wrong-audience")                       \
    X(TOKEN_TAMPER_SIGNATURE, "bad-signature")                       \
    X(TOKEN_TAMPER_KID, "unknown-kid")                               \
    X(TOKEN_TAMPER_ALG_NONE, "alg-none") /* no signature at all */
#define TOKEN_TAMPER_ENUM(name, text) name,
enum token_tamper { TOKEN_TAMPER_TABLE(TOKEN_TAMPER_ENUM) TOKEN_TAMPER_COUNT };
#undef TOKEN_TAMPER_ENUM

/* How a JWT departs from the usual one. */
struct token_form {
    const char *format;        /* "RS256", "ES256", "opaque"; NULL = the scenario's */
    const struct json *claims; /* set over the usual ones, null removes; the mock itself goes by
                                  exp, nbf, aud and scope as the token has them then */
    enum token_tamper tamper;
};

struct token_request {
    enum secret_kind kind; /* SECRET_PAT, _ACCESS_TOKEN, _REFRESH_TOKEN; _ASSERTION: ID token */
    const struct principal *principal;
    const char *client_id;         /* "" for a PAT */
    const char *audience;          /* workspace or account id */
    const char *issuer;            /* access tokens: as the client addressed us */
    const char *scope;             /* space separated */
    int64_t lifetime_ms;           /* CREDENTIAL_NEVER_EXPIRES possible */
    int64_t family;                /* 0 = none */
    const char *name;              /* NULL = the next free one */
    const char *value;             /* NULL = made; PATs may be given by the scenario */
    int64_t session_end_ms;        /* refresh tokens: as in struct credential_session */
    const struct token_form *form; /* NULL = the usual one */
    struct arena *arena;           /* NULL = the value becomes a canary in any case */
};

int token_mint(struct mock_state *s, const struct token_request *request,
               struct credential **ret_credential, struct str *ret_value,
               struct err *err) NODISCARD;
/* A number for a new family. */
int64_t token_family_new(struct mock_state *s);
/* The forms above, appended. */
void secret_value_make(struct mock_state *s, enum secret_kind kind, struct buf *out);

#endif

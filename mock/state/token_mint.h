/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATE_TOKEN_MINT_H
#define MOCK_STATE_TOKEN_MINT_H

/* Makes credentials: the value in the service's form, the canary, the row in the store.
 *
 *   PAT            "dapi" + 32 hex
 *   client secret  "dose" + 32 hex
 *   refresh token  "doau" + 32 hex
 *   access token   JWT, RS256, header {"kid","typ":"at+jwt","alg"} (RFC 9068 section 2.1), claims
 * iss aud sub client_id scope iat exp jti
 *
 * Values never repeat. Names: "access_token_1", "refresh_token_1", ... over all principals;
 * "pat" and "client_secret" for the first that has one, "<label>_pat" for the others.
 * Ownership: credentials belong to the store, values to the canary set (borrowed until the state is
 * loaded again or forgets). Errors: ERR_INTERNAL when signing fails. Threads: as the state. */

#include "base/core/attrs.h"
#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/secret/secret.h"

#include <stdint.h>

struct credential;
struct mock_state;
struct principal;

struct token_request {
    enum secret_kind kind; /* SECRET_PAT, SECRET_ACCESS_TOKEN, SECRET_REFRESH_TOKEN */
    const struct principal *principal;
    const char *client_id; /* "" for a PAT */
    const char *audience;  /* workspace or account id */
    const char *issuer;    /* access tokens: as the client addressed us */
    const char *scope;     /* space separated */
    int64_t lifetime_ms;   /* CREDENTIAL_NEVER_EXPIRES possible */
    int64_t family;        /* 0 = none */
    const char *name;      /* NULL = the next free one */
    const char *value;     /* NULL = made; PATs may be given by the scenario */
};

int token_mint(struct mock_state *s, const struct token_request *request,
               struct credential **ret_credential, struct str *ret_value,
               struct err *err) NODISCARD;
/* A number for a new family. */
int64_t token_family_new(struct mock_state *s);
/* The forms above, appended. */
void secret_value_make(struct mock_state *s, enum secret_kind kind, struct buf *out);

#endif

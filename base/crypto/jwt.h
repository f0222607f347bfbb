/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CRYPTO_JWT_H
#define BASE_CRYPTO_JWT_H

/* JSON Web Tokens in compact form (RFC 7519, RFC 7515), RS256 and ES256 only; "none" is refused.
 *
 * Errors: ERR_INVALID for what is not a JWT, ERR_LIMIT beyond JWT_MAX_BYTES; the messages never
 * hold a part of the token. Threads: as for the key. */

#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/crypto/key.h"
#include "base/json/json.h"

#define JWT_MAX_BYTES (64 * 1024)

/* Appends header.claims.signature. The header is {"kid","typ","alg"}; typ may be NULL for none.
 * On failure out is as before. */
int jwt_sign(const struct crypto_key *key, const char *typ, const struct json *claims,
             struct buf *out, struct err *err) NODISCARD;

struct jwt {
    struct json *header, *claims;
    struct str signing_input; /* borrowed from the text given */
    char *signature;          /* decoded */
    size_t signature_len;
};

/* Takes the token apart without trusting it. Strict base64url and JSON. An empty signature can be
 * parsed (so that a token with alg "none" can be named as such) but never verifies. */
int jwt_parse(struct str text, struct jwt *ret_jwt, struct err *err) NODISCARD;
void jwt_done(struct jwt *jwt);
#define AUTO_JWT AUTO(jwt_done)
/* The signature matches the key and the header's alg is the key's. Times are not looked at.
 * A header with "crit" is refused: no extension is understood (RFC 7515 section 4.1.11). */
bool jwt_verify(const struct jwt *jwt, const struct crypto_key *key);

#endif

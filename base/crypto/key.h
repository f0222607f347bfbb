/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CRYPTO_KEY_H
#define BASE_CRYPTO_KEY_H

/* Signing keys and their JWK form (RFC 7517, 7518). Ownership: crypto_key_free().
 * Accepted: RSA of 2048 to 8192 bits (RFC 7518 section 3.3) and P-256; a PEM text must not be
 * encrypted. Errors: ERR_INVALID for what is no such key; messages never quote it.
 * Threads: a key may be used by several threads at once once it exists. */

#include "base/core/attrs.h"
#include "base/core/err.h"
#include "base/core/str.h"
#include "base/json/json.h"

#include <stdbool.h>

enum key_alg { KEY_RS256, KEY_ES256 };

struct crypto_key;

struct crypto_key *crypto_key_generate(enum key_alg alg,
                                       struct err *err) NODISCARD; /* RSA 2048 or P-256 */
struct crypto_key *crypto_key_from_pem(struct str pem,
                                       struct err *err) NODISCARD; /* private or public */
struct crypto_key *crypto_key_from_jwk(const struct json *jwk,
                                       struct err *err) NODISCARD; /* public */
void crypto_key_free(struct crypto_key *key);
void crypto_key_free_ptr(struct crypto_key **key);

enum key_alg crypto_key_alg(const struct crypto_key *key);
/* The key id: the base64url SHA-256 thumbprint of RFC 7638. Borrowed from the key. */
const char *crypto_key_id(const struct crypto_key *key);
/* {"kty","use":"sig","alg","kid","n","e"} or {"kty","use","alg","kid","crv","x","y"}: public half.
 */
struct json *crypto_key_jwk(const struct crypto_key *key) NODISCARD;
/* Private key as PEM (PKCS #8), appended. */
int crypto_key_pem(const struct crypto_key *key, struct buf *out, struct err *err) NODISCARD;

/* JWS (RFC 7515) signature over data, appended raw (R||S for ES256, RFC 7518 section 3.4). */
int crypto_sign(const struct crypto_key *key, struct str data, struct buf *out,
                struct err *err) NODISCARD;
bool crypto_verify(const struct crypto_key *key, struct str data, struct str signature);

#endif

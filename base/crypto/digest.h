/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CRYPTO_DIGEST_H
#define BASE_CRYPTO_DIGEST_H

/* SHA-256 (FIPS 180-4), constant-time comparison and the PKCE challenge. */

#include "base/core/buf.h"
#include "base/core/str.h"

#include <stdbool.h>

#define SHA256_SIZE 32

void sha256(struct str data, unsigned char out[SHA256_SIZE]);
void sha256_hex(struct str data, char out[2 * SHA256_SIZE + 1]);

/* The same with the preparations made once, which cost more than a short text does; and the text
 * that a thread gave last is known again. Threads: any. */
struct sha256_maker;
struct sha256_maker *sha256_maker_new(void) NODISCARD;
void sha256_maker_free(struct sha256_maker *m); /* accepts NULL */
void sha256_make(struct sha256_maker *m, struct str data, unsigned char out[SHA256_SIZE]);

/* Equal length and bytes; the time taken depends on the length only. */
bool constant_time_equal(struct str a, struct str b);

/* PKCE (RFC 7636): BASE64URL(SHA256(verifier)), section 4.2, and the verifier's grammar, 4.1. */
void pkce_challenge_s256(struct buf *out, struct str verifier);
bool pkce_verifier_is_valid(struct str verifier);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATE_PUBLIC_KEYS_H
#define MOCK_STATE_PUBLIC_KEYS_H

/* Somebody else's public keys, read from a JWK set (RFC 7517 section 5). Members of other types or
 * uses are skipped, as the section asks.
 *
 * Ownership: public_keys_done(); a zeroed struct is an empty set. Errors: ERR_INVALID for what is
 * no key set or has no usable key. */

#include "base/core/err.h"
#include "base/core/str.h"
#include "base/crypto/jwt.h"
#include "base/json/json.h"

#include <stdbool.h>
#include <stddef.h>

#define PUBLIC_KEYS_MAX 16

struct public_keys {
    struct crypto_key *items[PUBLIC_KEYS_MAX];
    char *ids[PUBLIC_KEYS_MAX]; /* the "kid" each was given, or NULL */
    size_t count;
};

/* jwks NULL = none. */
int public_keys_read(const struct json *jwks, struct public_keys *ret, struct err *err) NODISCARD;
void public_keys_done(struct public_keys *keys);
/* One of the keys made the signature; a "kid" in the header has to be the key's. */
bool public_keys_verify(const struct public_keys *keys, const struct jwt *jwt);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATE_KEY_RING_H
#define MOCK_STATE_KEY_RING_H

/* The mock's signing keys: per algorithm a current one that signs, and earlier ones that are still
 * published so that what they signed verifies (RFC 7517 section 5). A key id is the key's
 * thumbprint (RFC 7638). An algorithm's first key is the well-known test key or a fresh one; the
 * RS256 key is always published, the ES256 key once it was asked for.
 *
 * Ownership: keys live as long as the ring, also when they are published no longer.
 * Errors: ERR_NOT_FOUND, ERR_INVALID (the current key cannot be retired), ERR_LIMIT.
 * Threads: one at a time; a key itself may be used by several. */

#include "base/core/attrs.h"
#include "base/core/err.h"
#include "base/core/str.h"
#include "base/crypto/key.h"
#include "base/json/json.h"

#include <stdbool.h>

struct key_ring;

/* fresh = no well-known test keys (making an RSA key takes up to 0.4 s). */
struct key_ring *key_ring_new(bool fresh, struct err *err) NODISCARD;
void key_ring_free(struct key_ring *ring); /* accepts NULL */

/* Makes the algorithm's first key when there is none yet; NULL with err when that fails. */
const struct crypto_key *key_ring_current(struct key_ring *ring, enum key_alg alg, struct err *err);
/* A published key, or NULL. */
const struct crypto_key *key_ring_find(const struct key_ring *ring, struct str kid);
/* {"keys":[...]}: current keys first, then the newest. */
struct json *key_ring_jwks(const struct key_ring *ring) NODISCARD;
/* [{"kid","alg","current","published"}], oldest first. */
struct json *key_ring_list(const struct key_ring *ring) NODISCARD;

/* A new current key; the one before stays published. Returns the new key's id, NULL with err. */
const char *key_ring_rotate(struct key_ring *ring, enum key_alg alg, struct err *err);
/* The key is published no longer. */
int key_ring_retire(struct key_ring *ring, const char *kid, struct err *err) NODISCARD;

#endif

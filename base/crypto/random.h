/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CRYPTO_RANDOM_H
#define BASE_CRYPTO_RANDOM_H

/* Randomness as an object: from the system, or reproducible from a seed (for tests and for
 * --seed). A seeded rng is SHA-256 in counter mode over the seed; it is no secret source: block i
 * is SHA-256(seed, i), both as 8 bytes big-endian, and each call starts at a fresh block.
 * Threads: one at a time per rng. Errors: a system without randomness ends the process. */

#include "base/core/attrs.h"
#include "base/core/buf.h"

#include <stdbool.h>
#include <stdint.h>

struct rng {
    bool seeded;
    uint64_t seed, counter;
    uint64_t ids[2]; /* where the identifiers of a system rng have got to; 0, 0 = not begun */
};

void rng_init_system(struct rng *r);
void rng_init_seeded(struct rng *r, uint64_t seed);
void rng_bytes(struct rng *r, void *out, size_t len);
uint64_t rng_uint64(struct rng *r);
void rng_hex(struct rng *r, struct buf *out, size_t bytes);       /* 2 * bytes characters */
void rng_base64url(struct rng *r, struct buf *out, size_t bytes); /* no padding */
/* A UUID in the form of version 4 (RFC 9562 section 5.4); out needs 37 bytes. An identifier and no
 * secret: the first of a system rng is random, the others follow from it. */
const char *rng_uuid(struct rng *r, char out[37]);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATE_CODE_STORE_H
#define MOCK_STATE_CODE_STORE_H

/* Authorization codes (RFC 6749 section 4.1.2) and device codes (RFC 8628), found by value. The
 * store keeps digests; the values are canaries.
 *
 * A code that was redeemed stays known, so that a second redemption can be told from a code that
 * never was. Bounded: the oldest give way. Ownership: the store owns everything.
 * Threads: one at a time. */

#include "base/core/attrs.h"
#include "base/core/str.h"

#include <stdbool.h>
#include <stdint.h>

struct principal;

#define CODES_MAX ((size_t)10000)

/* What one authorization is about. */
struct authorization {
    const char *client_id, *audience, *scope;
    const char *redirect_uri; /* "" for a device code */
    const char *challenge;    /* S256; "" = none was given */
    const char *nonce;        /* "" = none */
    const struct principal *principal;
};

struct code {
    const char *name; /* its canary's name */
    struct authorization is_for;
    int64_t expires_ms;
    int64_t family; /* of the tokens that come of it */
    bool redeemed;
    /* Device codes only. */
    bool device;
    int64_t polls, last_poll_ms, interval_ms;
};

struct code_store;

struct code_store *code_store_new(void) NODISCARD;
void code_store_free(struct code_store *s); /* accepts NULL */
/* Copies *from. The value must be new. */
struct code *code_store_add(struct code_store *s, struct str value, const struct code *from);
struct code *code_store_find(const struct code_store *s, struct str value);
bool code_store_has_named(const struct code_store *s, struct str name);
size_t code_store_count(const struct code_store *s);
/* Forgets the older half. */
void code_store_compact(struct code_store *s);

#endif

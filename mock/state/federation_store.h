/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATE_FEDERATION_STORE_H
#define MOCK_STATE_FEDERATION_STORE_H

/* Federation policies: whose JWTs may be exchanged for a token (RFC 8693; the account API's
 * federationPolicies). A policy is account-wide, then the subject names the user, or it belongs to
 * a service principal.
 *
 * Ownership: the store owns its policies; one that is removed is freed. Errors: ERR_INVALID (taken
 * name, bad keys), ERR_LIMIT. Threads: one at a time. */

#include "base/core/arena.h"
#include "base/core/attrs.h"
#include "base/core/err.h"
#include "base/core/str.h"
#include "base/wire/scenario.h"
#include "mock/state/public_keys.h"

#include <stdint.h>

struct principal;

struct federation_policy {
    const char *id;                    /* the scenario's name or the API's policy_id */
    const char *uid;                   /* a UUID */
    const struct principal *principal; /* NULL = account-wide */
    const char *issuer, *subject;      /* subject NULL = any */
    const char *subject_claim, *description;
    struct str_list audiences;
    struct public_keys keys; /* none = those of the issuers that this mock plays */
    int64_t created_ms, updated_ms;
};

struct federation_store;

struct federation_store *federation_store_new(void) NODISCARD;
void federation_store_free(struct federation_store *s); /* accepts NULL */

struct federation_new {
    const struct scenario_federation_policy *from; /* name NULL = the next free "policy-N" */
    const struct principal *principal;
    const char *uid, *description; /* description NULL = "" */
    int64_t now_ms;
};
/* Copies. A policy of that id and principal is replaced when `replace` says so; without new keys it
 * keeps the old ones. */
struct federation_policy *federation_store_put(struct federation_store *s,
                                               const struct federation_new *policy, bool replace,
                                               struct err *err);
struct federation_policy *federation_store_find(const struct federation_store *s,
                                                const struct principal *principal, struct str id);
void federation_store_remove(struct federation_store *s, struct federation_policy *policy);
/* The index-th policy of that principal (NULL = account-wide), or NULL. */
struct federation_policy *federation_store_at(const struct federation_store *s,
                                              const struct principal *principal, size_t index);

#endif

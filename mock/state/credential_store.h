/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATE_CREDENTIAL_STORE_H
#define MOCK_STATE_CREDENTIAL_STORE_H

/* Every credential that was minted here, found by its value: personal access tokens, access
 * tokens and refresh tokens. The store keeps digests, not values; the values are canaries.
 *
 * Ownership: the store owns everything; a credential lives until the store forgets it (only
 * credential_store_compact does) or ends. Lookup is constant in time. Threads: one at a time. */

#include "base/core/attrs.h"
#include "base/core/str.h"
#include "base/secret/secret.h"

#include <stdbool.h>
#include <stdint.h>

struct google_account;
struct principal;

#define CREDENTIAL_NEVER_EXPIRES INT64_MAX

/* Refresh tokens only. */
struct credential_session {
    int64_t end_ms;  /* no refresh token of the family outlives this; 0 = there is no such end */
    int64_t used_ms; /* when a single-use one was used; 0 = not yet */
};

struct credential {
    const char *name; /* its canary's name */
    enum secret_kind kind;
    const struct principal *principal;
    const char *client_id; /* to which OAuth client it was issued; "" for a PAT */
    const char *audience;  /* workspace id or account id; "" = every workspace (PATs) */
    const char *scope;     /* as granted, space separated; "" for a PAT: everything */
    int64_t issued_ms;
    int64_t expires_ms; /* the first millisecond in which it is dead (RFC 7519 section 4.1.4) */
    int64_t family;     /* one authorization and all that was refreshed from it; 0 = none */
    bool revoked, is_b64token; /* the latter is told of the value when it is added: RFC 6750 2.1 */
    struct credential_session session;
    const char *tenant; /* borrowed: of Entra ID, which issued it; NULL = issued by another */
    const struct google_account *google; /* borrowed: Google issued it for that one; or NULL */
    bool is_google_id, says_email;
};

struct credential_store;

struct credential_store *credential_store_new(void) NODISCARD;
void credential_store_free(struct credential_store *s); /* accepts NULL */
/* Copies *from. The value must be new. */
struct credential *credential_store_add(struct credential_store *s, struct str value,
                                        const struct credential *from);
struct credential *credential_store_find(const struct credential_store *s, struct str value);
struct credential *credential_store_named(const struct credential_store *s, struct str name);
size_t credential_store_count(const struct credential_store *s);
/* In order of minting; NULL at the end. Start with *pos = 0. */
struct credential *credential_store_next(const struct credential_store *s, size_t *pos);

/* Each returns how many were in force until now. kind -1 = any. */
int64_t credential_store_revoke_of(struct credential_store *s, const struct principal *p, int kind);
int64_t credential_store_revoke_family(struct credential_store *s, int64_t family);

int64_t credential_life_left_ms(const struct credential *c, int64_t now_ms);
bool credential_is_in_force(const struct credential *c, int64_t now_ms);
/* The scope contains one of those (space separated), or all-apis, or the credential is a PAT
 * without a scope of its own. */
bool credential_has_scope(const struct credential *c, struct str scopes);

/* Forgets the revoked and expired ones, and then the oldest access tokens until at most keep are
 * left. Returns how many were forgotten. */
size_t credential_store_compact(struct credential_store *s, int64_t now_ms, size_t keep);

#endif

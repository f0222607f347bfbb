/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATE_PRINCIPAL_STORE_H
#define MOCK_STATE_PRINCIPAL_STORE_H

/* Who may come: the scenario's users and service principals, found by name or by client id.
 *
 * Ownership: the store owns everything; what it returns lives as long as the store. Lookups are
 * constant in time. Threads: one at a time. */

#include "base/core/arena.h"
#include "base/core/attrs.h"
#include "base/core/str.h"
#include "base/wire/scenario.h"

struct secret;

struct principal {
    const char *name;                          /* user: e-mail; service principal: a label */
    const char *label;                         /* [a-z0-9_]+, unique: for canary names */
    int kind;                                  /* enum scenario_principal_kind */
    const char *id;                            /* the SCIM id, decimal */
    const char *client_id;                     /* service principals; "" for users */
    struct secret *password;                   /* users; NULL = none is asked for */
    struct secret *client_secret;              /* service principals; NULL for users */
    const char *client_secret_name, *pat_name; /* their canaries; NULL = there is none */
    int64_t access_token_lifetime_ms, refresh_token_lifetime_ms;
    struct str_list scopes; /* what may be granted */
    bool blocked;           /* every credential of it is refused as revoked */
    bool account_admin;     /* may use the account API */
};

struct principal_store;

struct principal_store *principal_store_new(void) NODISCARD;
void principal_store_free(struct principal_store *s); /* accepts NULL */
/* Copies the scenario's principal. client_id and client_secret are as given (NULL for users).
 * The name and the client id must be new. */
struct principal *principal_store_add(struct principal_store *s,
                                      const struct scenario_principal *from, const char *client_id,
                                      const char *client_secret);
/* Notes (and copies) the names under which its secrets are canaries; NULL leaves one as it is. */
void principal_store_set_canaries(struct principal_store *s, struct principal *p,
                                  const char *client_secret_name, const char *pat_name);
struct principal *principal_store_named(const struct principal_store *s, struct str name);
struct principal *principal_store_client(const struct principal_store *s, struct str client_id);
struct principal *principal_store_at(const struct principal_store *s, size_t index);
/* The SCIM userName and the JWT sub: e-mail of a user, client id of a service principal. */
const char *principal_user_name(const struct principal *p);
bool principal_may_have_scope(const struct principal *p, struct str scope);

#endif

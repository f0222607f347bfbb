/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATE_KBASE_STORE_H
#define MOCK_STATE_KBASE_STORE_H

/* KBase Auth2's accounts and tokens. A token is 32 characters of A-Z and 2-7, as the service's
 * token generator makes them (kbase/auth2, TokenGenerator).
 *
 * Ownership: the store owns everything. Tokens are bounded: beyond KBASE_TOKENS_MAX none is made.
 * Threads: as the state. */

#include "base/core/attrs.h"
#include "base/core/err.h"
#include "base/core/str.h"
#include "base/json/json.h"
#include "base/wire/scenario.h"

#define KBASE_TOKENS_MAX ((size_t)10 * 1000)

struct canary;
struct kbase_store;
struct mock_state;

struct kbase_account {
    const char *user, *display, *email, *local_id, *anonymous_id;
    struct str_list custom_roles, roles;
    int64_t created_ms;
    bool disabled;
};

struct kbase_token {
    const struct kbase_account *account;
    const struct canary *canary;
    const char *type;   /* "Login", "Agent", "Developer", "Service" */
    const char *id;     /* UUID */
    const char *name;   /* or NULL */
    const char *custom; /* a JSON object as text */
    int64_t created_ms, expires_ms;
};

struct kbase_store *kbase_store_new(void) NODISCARD;
void kbase_store_free(struct kbase_store *s); /* accepts NULL */
/* The account and its token. */
void kbase_store_add(struct mock_state *s, const struct scenario_kbase_user *from);
/* A further token of the account, made now. ERR_LIMIT when there are too many. */
const struct kbase_token *kbase_token_make(struct mock_state *s, const struct kbase_token *from,
                                           int64_t lifetime_ms, struct err *err) NODISCARD;
/* By its value, expired or not; NULL when there is none. */
const struct kbase_token *kbase_token_find(const struct kbase_store *s, struct str value);
struct json *kbase_store_credentials(const struct kbase_store *s) NODISCARD;

#endif

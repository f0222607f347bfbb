/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATE_APP_STORE_H
#define MOCK_STATE_APP_STORE_H

/* The OAuth applications of the account: the public ones that Databricks builds in, those of the
 * scenario and those registered through the account API (custom-app-integrations).
 *
 * Ownership: the store owns everything. An application that is removed is forgotten by look-ups and
 * stays in memory until the store ends, because credentials may still name it.
 * Errors: ERR_LIMIT, ERR_INVALID (bad keys). Threads: one at a time. */

#include "base/core/arena.h"
#include "base/core/attrs.h"
#include "base/core/err.h"
#include "base/core/str.h"
#include "base/wire/scenario.h"
#include "mock/state/public_keys.h"

#include <stdbool.h>
#include <stdint.h>

struct secret;

struct oauth_app {
    const char *name, *client_id;
    const char *integration_id;   /* a UUID; for a built-in one its app_id */
    struct secret *client_secret; /* NULL = a public application */
    bool built_in;
    bool published; /* a built-in one that the account enabled through the API */
    bool removed;
    struct str_list redirect_urls, scopes;
    struct scenario_token_policy policy;
    struct public_keys keys; /* for private_key_jwt */
    int64_t created_ms;
};

struct app_store;

struct app_store *app_store_new(void) NODISCARD; /* with the built-in ones */
void app_store_free(struct app_store *s);        /* accepts NULL */

/* Copies. client_id, integration_id and (for a confidential one) client_secret are given; a
 * built-in one with that client_id is replaced. The client id must be new otherwise. */
struct app_new {
    const struct scenario_oauth_app *from;
    const char *client_id, *client_secret, *integration_id;
    int64_t now_ms;
};
struct oauth_app *app_store_add(struct app_store *s, const struct app_new *app, struct err *err);
/* Lists given with NULL stay as they are. */
void oauth_app_change(struct oauth_app *app, const struct str_list *redirect_urls,
                      const struct str_list *scopes, const struct scenario_token_policy *policy);
void app_store_remove(struct app_store *s, struct oauth_app *app);

struct oauth_app *app_store_client(const struct app_store *s, struct str client_id);
struct oauth_app *app_store_integration(const struct app_store *s, struct str integration_id);
struct oauth_app *app_store_at(const struct app_store *s, size_t index); /* NULL at the end */
bool oauth_app_may_have_scope(const struct oauth_app *app, struct str scope);

#endif

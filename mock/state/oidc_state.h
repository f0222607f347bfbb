/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATE_OIDC_STATE_H
#define MOCK_STATE_OIDC_STATE_H

/* What the identity provider remembers besides credentials: its knobs, the OAuth applications,
 * federation policies, codes, secrets and keys of clients. Part of struct mock_state, and replaced
 * with it by a load.
 *
 * Ownership: the state owns all of it. Threads: as the state. */

#include "base/core/attrs.h"
#include "base/core/err.h"
#include "base/core/map.h"
#include "base/wire/scenario.h"

struct app_store;
struct client_secret_store;
struct code;
struct code_store;
struct federation_store;
struct mock_state;
struct oauth_app;
struct principal;
struct public_keys;
struct replay_guard;
struct session_store;

struct oidc_state {
    struct arena *arena;
    struct scenario_oidc knobs;   /* knobs.user is NULL: see below */
    const struct principal *user; /* who signs in; NULL = nobody */
    struct app_store *apps;
    struct federation_store *federation;
    struct code_store *codes;
    struct client_secret_store *secrets; /* of service principals */
    struct replay_guard *assertions;     /* seen ones */
    struct session_store *sessions;      /* of browsers */
    struct map principal_keys; /* client id -> struct public_keys, of service principals */
};

struct oidc_state *oidc_state_new(void) NODISCARD;
void oidc_state_free(struct oidc_state *o); /* accepts NULL */

/* After the principals: applications, policies, knobs. */
int oidc_state_load(struct mock_state *s, const struct scenario *scenario,
                    struct err *err) NODISCARD;
/* A service principal's secret, given or made; expires_ms CREDENTIAL_NEVER_EXPIRES possible. */
struct client_secret *oidc_secret_add(struct mock_state *s, const struct principal *p,
                                      const char *value, int64_t expires_ms);
/* A new application; from->client_id and client_secret NULL are made. NULL with err. */
struct oauth_app *oidc_app_add(struct mock_state *s, const struct scenario_oauth_app *from,
                               struct err *err);
/* A new code with its canary; ret_value is borrowed from the canary. from->name is ignored. */
struct code *oidc_code_add(struct mock_state *s, const struct code *from, struct str *ret_value);
/* The keys with which a client may sign assertions, or NULL. */
const struct public_keys *oidc_client_keys(const struct mock_state *s, const char *client_id);
bool oidc_has_client_keys(const struct mock_state *s);

#endif

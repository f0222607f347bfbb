/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATE_MOCK_STATE_H
#define MOCK_STATE_MOCK_STATE_H

/* Everything the mock remembers, made of stores. Replaced as a whole by mock_state_load(); only the
 * clock and the signing keys outlive that.
 *
 *     struct mock_state *s = mock_state_new(&clock, NULL, &err);
 *     if (mock_state_load(s, &scenario, &err) < 0) ...
 *
 * Ownership: the state owns its stores; clock is borrowed. Errors: ERR_INVALID for a request that
 * names what is not there (the control answers 404 or 400), with a hint.
 * Threads: one at a time; who serves from several threads takes a lock around each handler. */

#include "base/core/attrs.h"
#include "base/core/err.h"
#include "base/crypto/random.h"
#include "base/json/json.h"
#include "base/secret/secret.h"
#include "base/wire/scenario.h"

#include <stdbool.h>
#include <stdint.h>

struct clock;
struct credential;
struct credential_store;
struct key_ring;
struct oidc_state;
struct principal;
struct principal_store;
struct reply_memo;
struct row_store;
struct service_keys;
struct service_store;
struct statement_store;
struct workspace;
struct workspace_store;

/* So many credentials are kept; then the dead and the oldest are forgotten, with their canaries. */
#define MOCK_STATE_MAX_CREDENTIALS ((size_t)1024 * 1024)
/* So many canaries may there be before access tokens are no longer among them: those are kept by
 * digest only. Looking for a canary in all its encodings takes about 50 kB. */
#define MOCK_STATE_MAX_LISTED ((size_t)20000)

/* Who serves from several threads may lend a handler this, to let others go on while it signs a
 * token or writes a result. What it holds of the state must not go away meanwhile: the lender sees
 * to that, but for statements (statement_store_hold). */
struct mock_state_pause {
    void *context;
    void (*leave)(void *context);
    void (*enter)(void *context);
};

struct mock_state {
    const struct clock *clock;
    const struct mock_state_pause *pause; /* NULL = nobody may come between */
    struct rng rng;
    struct key_ring *keys;       /* its public halves are served as the key set */
    struct secret_set *canaries; /* replaced by load and when credentials are forgotten: look at
                                    canary_generation before using something built of it */
    uint64_t canary_generation;  /* moves when `canaries` was replaced; additions are seen by
                                    secret_set_count() */
    struct workspace_store *workspaces;
    struct principal_store *principals;
    struct credential_store *credentials;
    struct statement_store *statements;
    struct row_store *rows;            /* of tables that were made by SQL */
    struct service_store *services;    /* around Databricks */
    struct service_keys *service_keys; /* outlive a load, as keys */
    struct oidc_state *oidc;           /* of the identity provider */
    struct mock_counters *counters;    /* last numbers given, by kind of secret */
    int64_t expiring_window_ms;
    struct reply_memo *memo; /* NULL = none; whose it is empties it after each change */
    size_t max_credentials, max_listed;
    size_t unlisted; /* access tokens whose values nobody kept; 0 again after a load */
};

struct mock_state_options {
    bool seeded; /* reproducible ids and tokens */
    uint64_t seed;
    bool fresh_key; /* a new signing key instead of the well-known test key (takes up to 0.4 s) */
};

/* Lets others go on, if that may be; the answer belongs to mock_state_enter(), which waits for its
 * turn. Once in a handler, and nothing of the state may be changed in between. */
const struct mock_state_pause *mock_state_leave(const struct mock_state *s);
void mock_state_enter(const struct mock_state_pause *pause); /* accepts NULL */

/* options may be NULL. The state is empty: no workspace, nobody. */
struct mock_state *mock_state_new(const struct clock *clock,
                                  const struct mock_state_options *options,
                                  struct err *err) NODISCARD;
void mock_state_free(struct mock_state *s); /* accepts NULL */

/* Replaces all state but the keys; nothing of the scenario is borrowed. On failure the old state
 * stays. Faults and the journal are not the state's. */
int mock_state_load(struct mock_state *s, const struct scenario *scenario,
                    struct err *err) NODISCARD;
int64_t mock_state_now_ms(const struct mock_state *s);

/* For the control interface (base/wire/control.h). */

/* GET /credentials, values included. */
struct json *mock_state_credentials(const struct mock_state *s) NODISCARD;
/* GET /canaries, values included; NULL and ERR_LIMIT when some values were not kept. */
struct json *mock_state_canaries(const struct mock_state *s, struct err *err) NODISCARD;

struct mock_mint {
    const char *kind;       /* "access-token", "refresh-token", "pat" */
    const char *principal;  /* its name */
    int64_t lifetime_ms;    /* 0 = the principal's; negative = already expired by so much */
    struct str_list scopes; /* empty = all that may be granted */
    const char *name;       /* canary name; NULL = the next free one */
    const char *host;       /* the workspace it is for; NULL = the first one */
    const char *issuer;     /* NULL = "https://HOST/oidc" */
    bool account;           /* a token of the account, not of the workspace */
    const char *client_id;  /* NULL = the service principal's, or databricks-cli */
    const char *entra_app;  /* an Entra token of the user, whose audience is this application */
    /* Access tokens only; as in struct token_form. */
    const struct json *claims;
    const char *tamper, *format;
};
/* ret_value is borrowed from the canary. */
int mock_state_mint(struct mock_state *s, const struct mock_mint *request,
                    const struct credential **ret_credential, struct str *ret_value,
                    struct err *err) NODISCARD;
/* By canary name, or by principal and kind (NULL = any kind). Exactly one of name and principal. */
int mock_state_revoke(struct mock_state *s, const char *name, const char *principal,
                      const char *kind, int64_t *ret_count, struct err *err) NODISCARD;
/* The key is published no longer (key_ring.h), and the access tokens that it signed are revoked. */
int mock_state_key_retire(struct mock_state *s, const char *kid, int64_t *ret_revoked,
                          struct err *err) NODISCARD;
/* Makes a secret known that was not minted here. Fails on a bad or taken name, an unknown kind, a
 * value shorter than 8 bytes. */
int mock_state_canary_add(struct mock_state *s, const char *name, const char *kind,
                          struct str value, struct err *err) NODISCARD;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATE_SERVICE_STORE_H
#define MOCK_STATE_SERVICE_STORE_H

/* What the scenario says of the services around Databricks: Entra ID's tenants and applications,
 * Databricks Apps, issuers of workload identity tokens; and Entra ID's authorization codes.
 * KBase's accounts are in kbase_store.h.
 *
 * Ownership: the store owns everything; what it returns lives as long as the store, which is as
 * long as the scenario. Threads: as the state. */

#include "base/core/arena.h"
#include "base/core/attrs.h"
#include "base/core/err.h"
#include "base/core/str.h"
#include "base/json/json.h"
#include "base/wire/scenario.h"

struct canary;
struct crypto_key;
struct kbase_store;
struct mock_state;
struct principal;
struct secret;
struct workspace;

struct tenant {
    const char *id, *domain; /* domain may be NULL */
};

struct entra_app {
    struct scenario_entra_app spec; /* strings copied; client_id is always set */
    const struct tenant *tenant;
    const struct canary *secret; /* confidential clients; else NULL */
    const struct principal *principal;
    bool member; /* a user of the workspace */
    struct crypto_key **keys;
    size_t key_count;
};

struct app_site {
    struct scenario_app spec;
    const char *host; /* lower case */
    const struct workspace *workspace;
    const struct canary *api_key; /* or NULL */
};

struct token_issuer {
    struct scenario_issuer spec;
    struct json *claims; /* further ones, or NULL */
    const struct canary *request_token;
};

/* A service account of Google Cloud. All have been given one key pair. */
struct google_account {
    struct scenario_google_account spec; /* strings copied; email is always set */
    const struct principal *principal;
    bool member; /* a user of the workspace */
    const char *unique_id, *key_id;
    const struct canary *private_key; /* a line of it that stands in each of its forms */
};

/* An authorization code of Entra ID, good once (RFC 6749 section 4.1.2). */
struct entra_code {
    const struct entra_app *app;
    const struct principal *user;
    const char *redirect_uri, *scope, *nonce;
    const char *challenge; /* S256; "" = none was sent */
    int64_t expires_ms;
    bool used;
};

struct service_store {
    struct arena *arena;
    struct {
        struct tenant *items;
        size_t count, capacity;
    } tenants;
    struct {
        struct entra_app *items;
        size_t count, capacity;
    } entra_apps;
    struct {
        struct app_site *items;
        size_t count, capacity;
    } apps;
    struct {
        struct token_issuer *items;
        size_t count, capacity;
    } issuers;
    struct {
        struct google_account *items;
        size_t count, capacity;
    } google_accounts;
    struct map *codes; /* value -> struct entra_code */
    struct kbase_store *kbase;
    int expired_entra_token; /* enum entra_expired */
    int64_t named;           /* numbers the names of what is minted */
    int64_t strangers;       /* applications that no workspace knows */
    int64_t minted;          /* codes and identity tokens */
};

struct service_store *service_store_new(void) NODISCARD;
void service_store_free(struct service_store *s); /* accepts NULL */
/* After workspaces and principals are there. */
int service_store_load(struct mock_state *s, const struct scenario_services *from,
                       struct err *err) NODISCARD;

/* By id or domain, without case. Each finder returns NULL when there is none. */
const struct tenant *service_tenant(const struct service_store *s, struct str name);
const struct entra_app *service_entra_app(const struct service_store *s, struct str client_id);
const struct app_site *service_app_at(const struct service_store *s, struct str host);
const struct token_issuer *service_issuer(const struct service_store *s, struct str name);
const struct token_issuer *service_issuer_of_kind(const struct service_store *s, int kind);
/* By e-mail address or unique id. */
const struct google_account *service_google_account(const struct service_store *s, struct str name);
/* The account of the machine. */
const struct google_account *service_google_machine(const struct service_store *s);

/* A name for a canary made of base, numbered when it is taken: "kbase_token", "kbase_token_2". */
const struct canary *service_canary_add(struct mock_state *s, const char *base, int kind,
                                        struct str value);
/* ERR_LIMIT beyond the many that are kept: codes and identity tokens are never forgotten. */
int service_count_one(struct mock_state *s, struct err *err) NODISCARD;

/* For GET /credentials: {"entra_apps":[..],"kbase_users":[..],"apps":[..],"issuers":[..],
 * "google_accounts":[..]}. */
struct json *service_store_credentials(const struct service_store *s) NODISCARD;

#endif

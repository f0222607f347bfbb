/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATE_ENTRA_TOKEN_H
#define MOCK_STATE_ENTRA_TOKEN_H

/* Access and refresh tokens of Microsoft Entra ID: JWTs in its claims, rows in the credential store
 * with the tenant set, canaries "entra_token_1", "entra_refresh_token_1", ...
 *
 * A resource is what a token is for. Tokens for Databricks and for Azure Resource Manager are of
 * version 1.0 (iss https://sts.windows.net/TENANT/, appid), tokens for an application of the tenant
 * of version 2.0 (iss https://LOGIN-HOST/TENANT/v2.0, azp, aud = its client id).
 * Sources: Microsoft identity platform, access token claims reference. Threads: as the state. */

#include "base/core/arena.h"
#include "base/core/attrs.h"
#include "base/core/err.h"
#include "base/core/str.h"

#include <stdbool.h>
#include <stdint.h>

struct credential;
struct entra_app;
struct mock_state;
struct principal;
struct tenant;

#define ENTRA_DATABRICKS "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d"
#define ENTRA_EXCHANGE   "api://AzureADTokenExchange"

/* The clouds: Entra ID has another host in each. */
struct entra_cloud {
    const char *login_host, *sts_issuer, *management_host;
    const char *const *aliases; /* other hosts of the same; ends with NULL */
};
/* The cloud that a login host belongs to; the public one when it is none. */
const struct entra_cloud *entra_cloud_of(struct str login_host);

enum entra_resource_kind {
    ENTRA_RES_DATABRICKS,
    ENTRA_RES_MANAGEMENT,
    ENTRA_RES_APP,
    ENTRA_RES_GRAPH
};
struct entra_resource {
    enum entra_resource_kind kind;
    const char *audience; /* the token's aud */
};
/* false: there is no such resource in the tenant. */
bool entra_resource_find(const struct mock_state *s, struct arena *a, const struct tenant *tenant,
                         struct str name, struct entra_resource *ret);

struct entra_request {
    const struct entra_app *app;  /* the client it is issued to */
    const struct principal *user; /* NULL = for the application itself */
    struct entra_resource resource;
    const char *scope; /* the claim scp of a user's token */
    const struct entra_cloud *cloud;
    int64_t family;
};

int entra_token_mint(struct mock_state *s, const struct entra_request *r,
                     const struct credential **ret_credential, struct str *ret_value,
                     struct err *err) NODISCARD;
int entra_refresh_token_mint(struct mock_state *s, const struct entra_request *r,
                             const struct credential **ret_credential, struct str *ret_value,
                             struct err *err) NODISCARD;
/* A JWT that says who signed in (OpenID Connect Core section 2); canary "entra_id_token_N". */
int entra_id_token_mint(struct mock_state *s, const struct entra_request *r, const char *nonce,
                        const char **ret_name, struct str *ret_value, struct err *err) NODISCARD;
/* The object id of an application (user NULL) or user in its tenant: stable, a UUID. */
const char *entra_object_id(struct arena *a, const struct tenant *tenant, const char *name);

#endif

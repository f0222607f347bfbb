/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/oidc.h"

#include "base/core/attrs.h"
#include "mock/oidc/discovery.h"
#include "mock/oidc/token.h"

#define TOKEN_PATH         "/oidc/v1/token"
#define ACCOUNT_PATH       "/oidc/accounts/{account_id}"
#define ACCOUNT_TOKEN_PATH ACCOUNT_PATH "/v1/token"
#define METADATA_SOURCE    "databricks-jdbc sqlexecapi/m2mauthintegrationtests; RFC 8414 section 3"
#define TOKEN_SOURCE       "RFC 6749 sections 3.2, 4.4, 5 and 6; terraform-provider-databricks#3757"

#define TOKEN_METHOD(method_, name_, path_)                     \
    {                                                           \
        name_, method_, path_, ROUTE_TOKEN, token_wrong_method, \
            "Refused: a token is asked for by POST.",           \
            "RFC 6749 section 3.2; RFC 9110 section 15.5.6"     \
    }

static const struct route routes[] = {
    {"discovery.databricks_config", "GET", "/.well-known/databricks-config", ROUTE_DISCOVERY,
     discovery_databricks_config, "Where the workspace's or account's authorization server is.",
     "databricks-sdk-go config/host_metadata.go; databricks-sdk-py oauth.py"},
    {"oidc.metadata", "GET", "/oidc/.well-known/oauth-authorization-server", ROUTE_DISCOVERY,
     discovery_metadata, "The authorization server's metadata.", METADATA_SOURCE},
    {"oidc.openid", "GET", "/oidc/.well-known/openid-configuration", ROUTE_DISCOVERY,
     discovery_metadata, "The same under OpenID Connect's name.",
     "Partner Well-Architected Framework, OAuth reference"},
    {"oidc.jwks", "GET", "/oidc/jwks.json", ROUTE_DISCOVERY, discovery_keys,
     "The keys that sign access tokens.", "RFC 7517 section 5; no recording found [assumed]"},
    {"oidc.token", "POST", TOKEN_PATH, ROUTE_TOKEN, token_request,
     "Issues access tokens of the workspace.", TOKEN_SOURCE},
    TOKEN_METHOD("GET", "oidc.token", TOKEN_PATH),
    TOKEN_METHOD("PUT", "oidc.token", TOKEN_PATH),
    TOKEN_METHOD("PATCH", "oidc.token", TOKEN_PATH),
    TOKEN_METHOD("DELETE", "oidc.token", TOKEN_PATH),
    {"oidc.account_metadata", "GET", ACCOUNT_PATH "/.well-known/oauth-authorization-server",
     ROUTE_DISCOVERY, discovery_account_metadata, "The account's authorization server.",
     "databricks-sdk-go httpclient/oauth; Databricks account OAuth documentation"},
    {"oidc.account_openid", "GET", ACCOUNT_PATH "/.well-known/openid-configuration",
     ROUTE_DISCOVERY, discovery_account_metadata, "The same under OpenID Connect's name.",
     "Databricks account OAuth documentation"},
    {"oidc.account_jwks", "GET", ACCOUNT_PATH "/jwks.json", ROUTE_DISCOVERY, discovery_account_keys,
     "The keys that sign the account's access tokens.",
     "RFC 7517 section 5; no recording found [assumed]"},
    {"oidc.account_token", "POST", ACCOUNT_TOKEN_PATH, ROUTE_TOKEN, token_account_request,
     "Issues access tokens of the account, which no workspace takes.",
     "Databricks account OAuth documentation; RFC 6749 section 3.2"},
    TOKEN_METHOD("GET", "oidc.account_token", ACCOUNT_TOKEN_PATH),
};

const struct route_table oidc_routes = {"oidc", routes, ARRAY_LEN(routes)};

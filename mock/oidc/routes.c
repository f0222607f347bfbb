/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/oidc.h"

#include "base/core/attrs.h"
#include "mock/oidc/authorize.h"
#include "mock/oidc/device.h"
#include "mock/oidc/discovery.h"
#include "mock/oidc/extensions.h"
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

#define AUTHORIZE_SOURCE \
    "RFC 6749 section 4.1; RFC 7636 section 4.3; dbt-databricks#582, #1067; databricks/cli#3416"

#define NO_ACCOUNT(name_, method_, end_, class_)                                        \
    {                                                                                   \
        name_, method_, "/oidc/accounts/" end_, class_, discovery_no_account,           \
            "Without an account id: the login page, in a 200.", "databricks-sdk-py#298" \
    }

/* Two rows: of a workspace and of an account. */
#define EXTENSION_DOC(doc_) doc_ " Only with oidc.extensions in the scenario."
#define EXTENSION(name_, method_, class_, doc_, source_)                     \
    {"oidc." #name_,                                                         \
     method_,                                                                \
     "/oidc/v1/" #name_,                                                     \
     class_,                                                                 \
     extension_##name_,                                                      \
     EXTENSION_DOC(doc_),                                                    \
     source_ "; not documented at Databricks"},                              \
    {                                                                        \
        "oidc.account_" #name_, method_, ACCOUNT_PATH "/v1/" #name_, class_, \
            extension_account_##name_, EXTENSION_DOC(doc_),                  \
            source_ "; not documented at Databricks"                         \
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
    NO_ACCOUNT("oidc.account_metadata", "GET", "/.well-known/oauth-authorization-server",
               ROUTE_DISCOVERY),
    NO_ACCOUNT("oidc.account_openid", "GET", "/.well-known/openid-configuration", ROUTE_DISCOVERY),
    NO_ACCOUNT("oidc.account_token", "POST", "/v1/token", ROUTE_TOKEN),
    NO_ACCOUNT("oidc.account_authorize", "GET", "/v1/authorize", ROUTE_AUTHORIZE),
    {"oidc.authorize", "GET", "/oidc/v1/authorize", ROUTE_AUTHORIZE, authorize_request,
     "Signs a user in, who is asked or consents at once, and sends the browser back.",
     AUTHORIZE_SOURCE},
    {"oidc.authorize", "POST", "/oidc/v1/authorize", ROUTE_AUTHORIZE, authorize_request,
     "The forms of the sign-in pages; only with oidc.sign_in in the scenario.",
     "the pages are ours; RFC 6749 section 3.1; RFC 9700 section 4.12"},
    {"oidc.account_authorize", "GET", ACCOUNT_PATH "/v1/authorize", ROUTE_AUTHORIZE,
     authorize_account_request, "The same for the account.", AUTHORIZE_SOURCE},
    {"oidc.account_authorize", "POST", ACCOUNT_PATH "/v1/authorize", ROUTE_AUTHORIZE,
     authorize_account_request, "The forms of the account's sign-in pages.",
     "the pages are ours; RFC 6749 section 3.1"},
    EXTENSION(introspect, "POST", ROUTE_TOKEN, "Whether a token is in force.", "RFC 7662"),
    EXTENSION(revoke, "POST", ROUTE_TOKEN, "Ends a token.", "RFC 7009"),
    EXTENSION(userinfo, "GET", ROUTE_OTHER, "Who the access token stands for.",
              "OpenID Connect Core section 5.3"),
    EXTENSION(userinfo, "POST", ROUTE_OTHER, "The same.", "OpenID Connect Core section 5.3.1"),
    EXTENSION(end_session, "GET", ROUTE_AUTHORIZE, "Signs the user out.",
              "OpenID Connect RP-Initiated Logout section 2"),
    EXTENSION(end_session, "POST", ROUTE_AUTHORIZE, "The same, asked by a form.",
              "OpenID Connect RP-Initiated Logout section 2"),
    {"oidc.device_authorization", "POST", "/oidc/v1/device_authorization", ROUTE_TOKEN,
     device_authorization, "Begins a device flow; only with oidc.device_flow in the scenario.",
     "RFC 8628 section 3.1; not at Databricks"},
    {"oidc.account_device_authorization", "POST", ACCOUNT_PATH "/v1/device_authorization",
     ROUTE_TOKEN, device_account_authorization, "The same for the account.",
     "RFC 8628 section 3.1; not at Databricks"},
    {"oidc.device_page", "GET", "/oidc/device", ROUTE_AUTHORIZE, device_user_page,
     "Where the user of a device flow would type the code.", "RFC 8628 section 3.3"},
};

const struct route_table oidc_routes = {"oidc", routes, ARRAY_LEN(routes)};

static const struct route login_routes[] = {
    {"oidc.login_page", "GET", "/", ROUTE_AUTHORIZE, authorize_login_page,
     "With destination_url on to the authorize endpoint of the first workspace or, with "
     "target=ACCOUNT, of its account; else the login page.",
     "databricks-sdk-go credentials/u2m; databricks/cli#1411; RFC 9207"},
    {"oidc.login_page", "POST", "/", ROUTE_AUTHORIZE, authorize_login_page,
     "The forms of the sign-in pages; only with oidc.sign_in in the scenario.",
     "the pages are ours; RFC 6749 section 3.1"},
};
static const struct route_table login_table = {"login", login_routes, ARRAY_LEN(login_routes)};
static const char *const login_hosts[] = {"login.databricks.com", NULL};

const struct route_site oidc_login_site = {.table = &login_table, .hosts = login_hosts};

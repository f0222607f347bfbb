/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/attrs.h"
#include "mock/azure/azure.h"
#include "mock/azure/entra.h"

#define V1          "/{tenant}/oauth2"
#define V2          "/{tenant}/oauth2/v2.0"
#define TOKEN_DOC   "Microsoft identity platform: client credentials, on-behalf-of, code flows"
#define META_SOURCE "OpenID Connect Discovery 1.0; Microsoft identity platform, OpenID Connect"
#define NO_GET(name_, path_)                                                 \
    {                                                                        \
        name_, "GET", path_, ROUTE_TOKEN, entra_token_wrong_method,          \
            "Refused: a token is asked for by POST.",                        \
            "Microsoft identity platform error codes; the status is assumed" \
    }

static const struct route entra_table[] = {
    {"entra.token", "POST", V2 "/token", ROUTE_TOKEN, entra_token_v2,
     "Issues tokens of the tenant for scopes.", TOKEN_DOC},
    {"entra.token_v1", "POST", V1 "/token", ROUTE_TOKEN, entra_token_v1,
     "Issues tokens of the tenant for a resource; numbers are strings.",
     "databricks-sdk-go config/auth_azure_client_secret.go; databricks-sdk-py "
     "credentials_provider"},
    NO_GET("entra.token", V2 "/token"),
    NO_GET("entra.token_v1", V1 "/token"),
    {"entra.authorize", "GET", V2 "/authorize", ROUTE_AUTHORIZE, entra_authorize_v2,
     "Signs a user in and sends the browser back with a code.",
     "Microsoft identity platform, authorization code flow; RFC 7636"},
    {"entra.authorize_v1", "GET", V1 "/authorize", ROUTE_AUTHORIZE, entra_authorize_v1,
     "The same for a resource.", "Azure AD v1.0 authorization code flow"},
    {"entra.openid", "GET", "/{tenant}/v2.0/.well-known/openid-configuration", ROUTE_DISCOVERY,
     entra_metadata_v2, "The tenant's metadata.", META_SOURCE},
    {"entra.openid_v1", "GET", "/{tenant}/.well-known/openid-configuration", ROUTE_DISCOVERY,
     entra_metadata_v1, "The tenant's metadata for version 1.0.", META_SOURCE},
    {"entra.jwks", "GET", "/{tenant}/discovery/v2.0/keys", ROUTE_DISCOVERY, entra_keys,
     "The keys that sign the tenant's tokens.", "RFC 7517 section 5"},
    {"entra.jwks_v1", "GET", "/{tenant}/discovery/keys", ROUTE_DISCOVERY, entra_keys, "The same.",
     "RFC 7517 section 5"},
    {"entra.instance", "GET", "/common/discovery/instance", ROUTE_DISCOVERY, entra_instance,
     "Which login hosts belong together.", "MSAL for Python, authority.py and application.py"},
};
static const struct route imds_table[] = {
    {"imds.token", "GET", "/metadata/identity/oauth2/token", ROUTE_TOKEN, imds_token,
     "A token of Entra ID for a managed identity.",
     "Microsoft Entra, managed identities on a VM: how to use a token"},
};
static const struct route arm_table[] = {
    {"arm.workspace", "GET",
     "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Databricks/"
     "workspaces/{name}",
     ROUTE_OTHER, arm_workspace, "Where the workspace of a resource id is.",
     "databricks-sdk-go config; Azure REST, Databricks workspaces"},
};
static const struct route workspace_table[] = {
    {"azure.aad_auth", "GET", "/aad/auth", ROUTE_DISCOVERY, azure_aad_auth,
     "Redirects to the sign-in page of the workspace's tenant.",
     "databricks-sdk-go config/azure.go; databricks-sdk-py config.py"},
    {"azure.authorize_redirect", "GET", "/oidc/oauth2/v2.0/authorize", ROUTE_AUTHORIZE,
     azure_authorize_redirect,
     "Redirects to the authorize endpoint of the tenant; elsewhere to the workspace's own.",
     "databricks-sql-python auth/endpoint.py; that other clouds redirect to their own is assumed"},
};

static const struct route_table entra_routes = {"entra", entra_table, ARRAY_LEN(entra_table)};
static const struct route_table imds_routes = {"imds", imds_table, ARRAY_LEN(imds_table)};
static const struct route_table arm_routes = {"arm", arm_table, ARRAY_LEN(arm_table)};
const struct route_table azure_workspace_routes = {"azure", workspace_table,
                                                   ARRAY_LEN(workspace_table)};

static const char *const entra_hosts[] = {"login.microsoftonline.com",
                                          "login.windows.net",
                                          "login.microsoft.com",
                                          "sts.windows.net",
                                          "login.microsoftonline.us",
                                          "login.usgovcloudapi.net",
                                          "login.partner.microsoftonline.cn",
                                          "login.chinacloudapi.cn",
                                          "login.microsoftonline.cn",
                                          NULL};
static const char *const imds_hosts[] = {"169.254.169.254", NULL};
static const char *const arm_hosts[] = {"management.azure.com",
                                        "management.core.windows.net",
                                        "management.usgovcloudapi.net",
                                        "management.core.usgovcloudapi.net",
                                        "management.chinacloudapi.cn",
                                        "management.core.chinacloudapi.cn",
                                        NULL};

const struct route_site entra_site = {.table = &entra_routes, .hosts = entra_hosts};
const struct route_site imds_site = {.table = &imds_routes, .hosts = imds_hosts};
const struct route_site arm_site = {.table = &arm_routes, .hosts = arm_hosts};

/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/account/account.h"

#include "base/core/attrs.h"
#include "mock/oidc/account/account_priv.h"

#define ACCOUNT   "/api/2.0/accounts/{account_id}"
#define CUSTOM    ACCOUNT "/oauth2/custom-app-integrations"
#define PUBLISHED ACCOUNT "/oauth2/published-app-integrations"
#define SERVICE   ACCOUNT "/servicePrincipals/{service_principal_id}"
#define SECRETS   SERVICE "/credentials/secrets"
#define SOURCE    "databricks-sdk-go service/oauth2"

#define ROW(name_, method_, path_, handler_, doc_)                          \
    {                                                                       \
        "account." name_, method_, path_, ROUTE_API, handler_, doc_, SOURCE \
    }

static const struct route routes[] = {
    ROW("custom_app.create", "POST", CUSTOM, custom_app_create, "Registers an application."),
    ROW("custom_app.list", "GET", CUSTOM, custom_app_list, "The registered applications."),
    ROW("custom_app.get", "GET", CUSTOM "/{integration_id}", custom_app_get,
        "A registered application, without its secret."),
    ROW("custom_app.change", "PATCH", CUSTOM "/{integration_id}", custom_app_change,
        "Replaces redirect URLs, scopes or token policy."),
    ROW("custom_app.delete", "DELETE", CUSTOM "/{integration_id}", custom_app_delete,
        "Removes an application."),
    {"account.published_app.list", "GET", ACCOUNT "/oauth2/published-apps", ROUTE_API,
     published_app_list, "The applications that Databricks builds in.", "dbt-databricks#582"},
    ROW("published_integration.create", "POST", PUBLISHED, published_integration_create,
        "Switches a published application on."),
    ROW("published_integration.list", "GET", PUBLISHED, published_integration_list,
        "The published applications that are on."),
    ROW("published_integration.get", "GET", PUBLISHED "/{integration_id}",
        published_integration_get, "A published application that is on."),
    ROW("published_integration.change", "PATCH", PUBLISHED "/{integration_id}",
        published_integration_change, "Changes its token policy."),
    ROW("published_integration.delete", "DELETE", PUBLISHED "/{integration_id}",
        published_integration_delete, "Switches it off: its client is unknown then."),
    ROW("service_secret.create", "POST", SECRETS, service_secret_create,
        "Makes a secret of a service principal; shown once."),
    ROW("service_secret.list", "GET", SECRETS, service_secret_list,
        "The secrets of a service principal, without their values."),
    ROW("service_secret.delete", "DELETE", SECRETS "/{secret_id}", service_secret_delete,
        "Ends a secret."),
    ROW("federation.create", "POST", ACCOUNT "/federationPolicies", federation_create,
        "Makes an account-wide federation policy."),
    ROW("federation.list", "GET", ACCOUNT "/federationPolicies", federation_list,
        "The account-wide federation policies."),
    ROW("federation.get", "GET", ACCOUNT "/federationPolicies/{policy_id}", federation_get,
        "An account-wide federation policy."),
    ROW("federation.change", "PATCH", ACCOUNT "/federationPolicies/{policy_id}", federation_change,
        "Changes an account-wide federation policy."),
    ROW("federation.delete", "DELETE", ACCOUNT "/federationPolicies/{policy_id}", federation_delete,
        "Removes an account-wide federation policy."),
    ROW("service_federation.create", "POST", SERVICE "/federationPolicies",
        service_federation_create, "Makes a federation policy of a service principal."),
    ROW("service_federation.list", "GET", SERVICE "/federationPolicies", service_federation_list,
        "The federation policies of a service principal."),
    ROW("service_federation.get", "GET", SERVICE "/federationPolicies/{policy_id}",
        service_federation_get, "A federation policy of a service principal."),
    ROW("service_federation.change", "PATCH", SERVICE "/federationPolicies/{policy_id}",
        service_federation_change, "Changes a federation policy of a service principal."),
    ROW("service_federation.delete", "DELETE", SERVICE "/federationPolicies/{policy_id}",
        service_federation_delete, "Removes a federation policy of a service principal."),
};

const struct route_table account_routes = {"account", routes, ARRAY_LEN(routes)};

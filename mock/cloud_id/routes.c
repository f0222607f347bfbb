/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/attrs.h"
#include "mock/cloud_id/cloud_id.h"
#include "mock/cloud_id/google.h"
#include "mock/cloud_id/issue.h"

#define WELL_KNOWN  "/.well-known/openid-configuration"
#define DOCUMENTS   "OpenID Connect Discovery 1.0; RFC 7517 section 5"
#define VM_METADATA "Google Cloud, about VM metadata; google-auth compute_engine/_metadata.py"
#define MACHINE     "/computeMetadata/v1"
#define ACCOUNTS    "/v1/projects/-/serviceAccounts"
#define TASKS       "/_apis/distributedtask/hubs/{hub}/plans/{plan}/jobs/{job}"

static const struct route github_routes[] = {
    {"github.id_token", "GET", "/{pool}/{scope}" TASKS "/idtoken", ROUTE_TOKEN, github_token,
     "A token for a job of GitHub Actions.",
     "GitHub documentation, OpenID Connect reference; databricks-sdk-py oidc_token_supplier"},
    {"github.openid", "GET", WELL_KNOWN, ROUTE_DISCOVERY, github_metadata, "The issuer's metadata.",
     DOCUMENTS},
    {"github.jwks", "GET", "/.well-known/jwks", ROUTE_DISCOVERY, issuer_keys, "The issuer's keys.",
     DOCUMENTS},
};
static const struct route devops_routes[] = {
    {"azure_devops.id_token", "POST", "/{organization}/{project}" TASKS "/oidctoken", ROUTE_TOKEN,
     devops_token, "A token for a job of Azure DevOps.",
     "Azure DevOps REST, Oidctoken - Create; databricks-sdk-py credentials_provider"},
    {"azure_devops.openid", "GET", "/{organization}" WELL_KNOWN, ROUTE_DISCOVERY, devops_metadata,
     "The issuer's metadata.", DOCUMENTS},
    {"azure_devops.jwks", "GET", "/{organization}/.well-known/jwks", ROUTE_DISCOVERY, issuer_keys,
     "The issuer's keys.", DOCUMENTS},
};
static const struct route gcp_routes[] = {
    {"gcp.identity", "GET", "/computeMetadata/v1/instance/service-accounts/{account}/identity",
     ROUTE_TOKEN, gcp_identity, "A token for the service account of the machine.",
     "Google Cloud, verifying the identity of VMs"},
    /* Of the machine, for Google's own services: none for a workspace. */
    {"gcp.token", "GET", MACHINE "/instance/service-accounts/{account}/token", ROUTE_OTHER,
     google_machine_token, "An access token of the machine's account.", VM_METADATA},
    {"gcp.account", "GET", MACHINE "/instance/service-accounts/{account}/", ROUTE_DISCOVERY,
     google_machine_account, "E-mail address and scopes of that account.", VM_METADATA},
    {"gcp.email", "GET", MACHINE "/instance/service-accounts/{account}/email", ROUTE_DISCOVERY,
     google_machine_email, "Its e-mail address.", VM_METADATA},
    {"gcp.project", "GET", MACHINE "/project/project-id", ROUTE_DISCOVERY, google_machine_project,
     "The machine's project.", VM_METADATA},
    {"gcp.universe", "GET", MACHINE "/universe/{key}", ROUTE_DISCOVERY, google_machine_universe,
     "The domain of Google's services, as universe-domain; there is no other key.", VM_METADATA},
    {"gcp.root", "GET", "/", ROUTE_DISCOVERY, google_machine_root,
     "Whether this is a machine of GCP.", VM_METADATA},
};
static const struct route oauth_routes[] = {
    {"google.token", "POST", "/token", ROUTE_TOKEN, google_oauth_token,
     "A service account's signed JWT becomes an access token or an ID token.",
     "Google Identity, OAuth 2.0 for server to server applications"},
};
static const struct route iam_routes[] = {
    {"google.generate", "POST", ACCOUNTS "/{account_and_verb}", ROUTE_TOKEN, google_iam_call,
     "generateAccessToken, generateIdToken: an account makes a token of another one.",
     "Google Cloud, IAM service account credentials API"},
    {"google.locations", "GET", ACCOUNTS "/{account}/allowedLocations", ROUTE_DISCOVERY,
     google_iam_locations, "Where an account may act.",
     "google-auth _regional_access_boundary_utils.py"},
};
static const struct route google_routes[] = {
    {"google.openid", "GET", WELL_KNOWN, ROUTE_DISCOVERY, google_metadata, "The issuer's metadata.",
     DOCUMENTS},
    {"google.jwks", "GET", "/oauth2/v3/certs", ROUTE_DISCOVERY, issuer_keys, "The issuer's keys.",
     DOCUMENTS},
};
static const struct route idp_routes[] = {
    {"idp.openid", "GET", "/idp/{name}" WELL_KNOWN, ROUTE_DISCOVERY, idp_metadata,
     "The metadata of an issuer of the scenario.", DOCUMENTS},
    {"idp.jwks", "GET", "/idp/{name}/jwks.json", ROUTE_DISCOVERY, issuer_keys, "Its keys.",
     DOCUMENTS},
    {"idp.token", "POST", "/idp/{name}/token", ROUTE_TOKEN, idp_token,
     "A token for the issuer's subject.", "RFC 6749 section 4.4; databricks-jdbc jwttokenendpoint"},
};

static const struct route_table github = {"github", github_routes, ARRAY_LEN(github_routes)};
static const struct route_table devops = {"azure_devops", devops_routes, ARRAY_LEN(devops_routes)};
static const struct route_table gcp = {"gcp", gcp_routes, ARRAY_LEN(gcp_routes)};
static const struct route_table google = {"google", google_routes, ARRAY_LEN(google_routes)};
static const struct route_table oauth = {"google_oauth", oauth_routes, ARRAY_LEN(oauth_routes)};
static const struct route_table iam = {"google_iam", iam_routes, ARRAY_LEN(iam_routes)};
static const struct route_table idp = {"idp", idp_routes, ARRAY_LEN(idp_routes)};

static const char *const github_hosts[] = {"*.actions.githubusercontent.com", NULL};
static const char *const devops_hosts[] = {"dev.azure.com", "*.dev.azure.com", NULL};
static const char *const gcp_hosts[] = {"metadata.google.internal", "metadata", "169.254.169.254",
                                        NULL};
static const char *const google_hosts[] = {"accounts.google.com", "www.googleapis.com", NULL};
static const char *const oauth_hosts[] = {"oauth2.googleapis.com", NULL};
static const char *const iam_hosts[] = {"iamcredentials.googleapis.com", NULL};
static const char *const no_hosts[] = {NULL};

const struct route_site github_site = {.table = &github, .hosts = github_hosts};
const struct route_site devops_site = {.table = &devops, .hosts = devops_hosts};
const struct route_site gcp_site = {.table = &gcp, .hosts = gcp_hosts};
const struct route_site google_issuer_site = {.table = &google, .hosts = google_hosts};
const struct route_site google_oauth_site = {.table = &oauth, .hosts = oauth_hosts};
const struct route_site google_iam_site = {.table = &iam, .hosts = iam_hosts};
const struct route_site idp_site = {.table = &idp, .hosts = no_hosts, .any_host = true};

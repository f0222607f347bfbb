/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/attrs.h"
#include "mock/cloud_id/cloud_id.h"
#include "mock/cloud_id/issue.h"

#define WELL_KNOWN "/.well-known/openid-configuration"
#define DOCUMENTS  "OpenID Connect Discovery 1.0; RFC 7517 section 5"
#define TASKS      "/_apis/distributedtask/hubs/{hub}/plans/{plan}/jobs/{job}"

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
static const struct route_table idp = {"idp", idp_routes, ARRAY_LEN(idp_routes)};

static const char *const github_hosts[] = {"*.actions.githubusercontent.com", NULL};
static const char *const devops_hosts[] = {"dev.azure.com", "*.dev.azure.com", NULL};
static const char *const gcp_hosts[] = {"metadata.google.internal", "metadata", "169.254.169.254",
                                        NULL};
static const char *const google_hosts[] = {"accounts.google.com", "www.googleapis.com", NULL};
static const char *const no_hosts[] = {NULL};

const struct route_site github_site = {.table = &github, .hosts = github_hosts};
const struct route_site devops_site = {.table = &devops, .hosts = devops_hosts};
const struct route_site gcp_site = {.table = &gcp, .hosts = gcp_hosts};
const struct route_site google_issuer_site = {.table = &google, .hosts = google_hosts};
const struct route_site idp_site = {.table = &idp, .hosts = no_hosts, .any_host = true};

/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/cloud_id/cloud_id.h"

#include "base/crypto/jwt.h"
#include "base/json/json_read.h"
#include "mock/state/issuer_token.h"
#include "mock/state/service_store.h"
#include "tests/unit/mock/site_desk/site_desk.h"

#include <criterion/criterion.h>

#define FACT            "client behaviour 2.2, 3.4"
#define JOB             "/p/s/_apis/distributedtask/hubs/Actions/plans/1/jobs/2"
#define GITHUB          .host = "pipelines.actions.githubusercontent.com", .source = FACT
#define DEVOPS          .host = "dev.azure.com", .source = FACT
#define GCP             .host = "metadata.google.internal", .source = "Google Cloud documentation"
#define IDP             .host = "idp.example.com", .source = "databricks-jdbc jwttokenendpoint"
#define AS(t)           "Authorization: Bearer ${" t "}\n"
#define SA              "robot@project.iam.gserviceaccount.com"
#define FLAVOR          "Metadata-Flavor: Google\n"
#define SERVICE_ACCOUNT "/computeMetadata/v1/instance/service-accounts/"

static const char world[] =
    "workspaces: [{host: \"*\"}]\n"
    "services:\n"
    "  issuers:\n"
    "    - {name: actions, kind: github, subject: "
    "\"repo:octo-org/octo-repo:ref:refs/heads/main\",\n"
    "       audience: \"https://github.com/octo-org\", claims: {actor: someone}}\n"
    "    - {name: pipelines, kind: azure-devops, subject: \"sc://org/project/connection\",\n"
    "       audience: \"api://AzureADTokenExchange\"}\n"
    "    - {name: google, kind: gcp, subject: " SA "}\n"
    "    - {name: idp, subject: workload-1, audience: databricks,\n"
    "       request_token: idp-client-secret}\n"
    "    - {name: fixed, issuer: \"https://issuer.example.com\"}\n";

static struct site_desk *d;

static void set_up(void)
{
    d = site_desk_new(world);
}

static void tear_down(void)
{
    site_desk_free(d);
}

TestSuite(cloud_id, .init = set_up, .fini = tear_down);

static const struct site_row rows[] = {
    {"github", GITHUB, .target = JOB "/idtoken?api-version=2.0&audience=https://ws/oidc/v1/token",
     .headers = AS("actions_request_token"), .status = 200, .credential = CREDENTIAL_LIVE,
     .expect = "value^=eyJ", .save = "github=value"},
    {"github without audience", GITHUB, .target = JOB "/idtoken?api-version=2.0",
     .headers = AS("actions_request_token"), .status = 200, .credential = CREDENTIAL_LIVE,
     .save = "github_default=value"},
    {"github, nobody", GITHUB, .target = JOB "/idtoken", .status = 401,
     .credential = CREDENTIAL_ABSENT, .expect = "value!"},
    {"github, no scheme", GITHUB, .target = JOB "/idtoken", .status = 401,
     .headers = "Authorization: ${actions_request_token}\n", .credential = CREDENTIAL_MALFORMED},
    {"github, another secret", GITHUB, .target = JOB "/idtoken",
     .headers = AS("pipelines_request_token"), .status = 401, .credential = CREDENTIAL_WRONG},
    {"github, unknown", GITHUB, .target = JOB "/idtoken",
     .headers = "Authorization: Bearer abcdefgh\n", .status = 401,
     .credential = CREDENTIAL_UNKNOWN},
    {"github's metadata", .host = "token.actions.githubusercontent.com", .source = FACT,
     .target = "/.well-known/openid-configuration", .status = 200,
     .expect = "issuer=https://token.actions.githubusercontent.com;"
               "jwks_uri=https://token.actions.githubusercontent.com/.well-known/jwks"},
    {"github's keys", .host = "token.actions.githubusercontent.com", .source = FACT,
     .target = "/.well-known/jwks", .status = 200, .expect = "keys.0.alg=RS256;keys.0.d!",
     .save = "jwk=keys.0"},
    {"azure devops", DEVOPS, .method = "POST", .target = JOB "/oidctoken?api-version=7.2-preview.1",
     .headers = AS("pipelines_request_token"), .status = 200, .credential = CREDENTIAL_LIVE,
     .expect = "oidcToken^=eyJ", .save = "devops=oidcToken"},
    {"azure devops, no version", DEVOPS, .method = "POST", .target = JOB "/oidctoken",
     .headers = AS("pipelines_request_token"), .status = 400, .credential = CREDENTIAL_LIVE},
    {"azure devops, nobody", DEVOPS, .method = "POST",
     .target = JOB "/oidctoken?api-version=7.2-preview.1", .status = 401,
     .credential = CREDENTIAL_ABSENT},
    {"azure devops' metadata", .host = "vstoken.dev.azure.com", .source = FACT,
     .target = "/assay/.well-known/openid-configuration", .status = 200,
     .expect = "issuer=https://vstoken.dev.azure.com/assay;"
               "jwks_uri=https://vstoken.dev.azure.com/assay/.well-known/jwks"},
    {"azure devops' keys", .host = "vstoken.dev.azure.com", .source = FACT,
     .target = "/assay/.well-known/jwks", .status = 200, .expect = "keys.0.kid?"},
    {"gcp", GCP, .target = SERVICE_ACCOUNT "default/identity?audience=aud1&format=full",
     .headers = FLAVOR, .status = 200, .expect = "#body^=eyJ;@metadata-flavor=Google",
     .save = "gcp=#body"},
    {"gcp by address", .host = "169.254.169.254", .source = FACT, .headers = FLAVOR,
     .target = SERVICE_ACCOUNT SA "/identity?audience=a", .status = 200},
    {"gcp, no flavor", GCP, .target = SERVICE_ACCOUNT "default/identity?audience=aud1",
     .status = 403, .expect = "#body*=Metadata-Flavor"},
    {"gcp, no audience", GCP, .target = SERVICE_ACCOUNT "default/identity", .headers = FLAVOR,
     .status = 400, .expect = "#body=non-empty audience parameter required"},
    {"gcp, another account", GCP, .target = SERVICE_ACCOUNT "x/identity?audience=a",
     .headers = FLAVOR, .status = 404},
    {"gcp through a proxy", GCP, .target = SERVICE_ACCOUNT "default/identity?audience=a",
     .headers = FLAVOR "X-Forwarded-For: 192.0.2.1\n", .status = 403},
    {"google's metadata", .host = "accounts.google.com", .source = FACT,
     .target = "/.well-known/openid-configuration", .status = 200,
     .expect = "issuer=https://accounts.google.com;"
               "jwks_uri=https://www.googleapis.com/oauth2/v3/certs"},
    {"google's keys", .host = "www.googleapis.com", .source = FACT, .target = "/oauth2/v3/certs",
     .status = 200, .expect = "keys.0.n?"},
    {"idp's metadata", IDP, .target = "/idp/idp/.well-known/openid-configuration", .status = 200,
     .expect = "issuer=https://idp.example.com/idp/idp;"
               "jwks_uri=https://idp.example.com/idp/idp/jwks.json;"
               "token_endpoint=https://idp.example.com/idp/idp/token"},
    {"a fixed issuer", IDP, .target = "/idp/fixed/.well-known/openid-configuration", .status = 200,
     .expect = "issuer=https://issuer.example.com"},
    {"no such issuer", IDP, .target = "/idp/nobody/.well-known/openid-configuration",
     .status = 404},
    {"github is no generic one", IDP, .target = "/idp/actions/.well-known/openid-configuration",
     .status = 404},
    {"idp", IDP, .target = "/idp/idp/token",
     .body = "grant_type=client_credentials&client_id=workload-1&client_secret=idp-client-secret",
     .status = 200, .credential = CREDENTIAL_LIVE,
     .expect = "token_type=Bearer;expires_in=600;@cache-control=no-store",
     .save = "idp=access_token"},
    {"idp, wrong secret", IDP, .target = "/idp/idp/token",
     .body = "grant_type=client_credentials&client_id=workload-1&client_secret=no-no-no-no",
     .status = 401, .credential = CREDENTIAL_UNKNOWN, .expect = "error=invalid_client"},
    {"idp, wrong client", IDP, .target = "/idp/idp/token",
     .body = "grant_type=client_credentials&client_id=x&client_secret=idp-client-secret",
     .status = 401, .credential = CREDENTIAL_WRONG, .expect = "error=invalid_client"},
    {"idp, another grant", IDP, .target = "/idp/idp/token", .body = "grant_type=password",
     .status = 400, .expect = "error=unsupported_grant_type"},
    {"idp, a parameter twice", IDP, .target = "/idp/idp/token", .body = "a=1&a=2", .status = 400,
     .expect = "error=invalid_request"},
};

Test(cloud_id, answers_follow_the_contract)
{
    site_desk_rows(d, rows, ARRAY_LEN(rows));
}

Test(cloud_id, each_token_verifies_with_the_served_key_and_says_who_it_is)
{
    static const struct {
        const char *saved, *iss, *sub, *aud;
    } tokens[] = {
        {"github", "https://token.actions.githubusercontent.com",
         "repo:octo-org/octo-repo:ref:refs/heads/main", "https://ws/oidc/v1/token"},
        {"github_default", "https://token.actions.githubusercontent.com",
         "repo:octo-org/octo-repo:ref:refs/heads/main", "https://github.com/octo-org"},
        {"devops", "https://vstoken.dev.azure.com/assay", "sc://org/project/connection",
         "api://AzureADTokenExchange"},
        {"gcp", "https://accounts.google.com", SA, "aud1"},
        {"idp", "https://idp.example.com/idp/idp", "workload-1", "databricks"},
    };
    struct err err = {0};
    AUTO_JSON_DOC struct json_doc doc = {0};
    site_desk_rows(d, rows, ARRAY_LEN(rows));
    cr_assert(json_read(str_of(site_desk_get(d, "jwk")), "jwk", NULL, &doc, &err) == 0);
    struct crypto_key *key = crypto_key_from_jwk(doc.root, &err);
    for (size_t i = 0; i < ARRAY_LEN(tokens); i++) {
        AUTO_JWT struct jwt jwt = {0};
        const char *text = site_desk_get(d, tokens[i].saved);
        cr_assert(jwt_parse(str_of(text), &jwt, &err) == 0, "%s", tokens[i].saved);
        cr_expect(jwt_verify(&jwt, key), "%s", tokens[i].saved);
        cr_expect_str_eq(json_get_string(jwt.claims, "iss", ""), tokens[i].iss);
        cr_expect_str_eq(json_get_string(jwt.claims, "sub", ""), tokens[i].sub);
        cr_expect_str_eq(json_get_string(jwt.claims, "aud", ""), tokens[i].aud);
        cr_expect_eq(json_get_int(jwt.claims, "exp", 0) - json_get_int(jwt.claims, "iat", 0), 600);
    }
    crypto_key_free(key);
}

Test(cloud_id, the_scenarios_claims_come_last_and_names_are_stable)
{
    struct err err = {0};
    AUTO_JWT struct jwt jwt = {0};
    site_desk_row(d, &rows[0]);
    cr_assert(jwt_parse(str_of(site_desk_get(d, "github")), &jwt, &err) == 0);
    cr_expect_str_eq(json_get_string(jwt.claims, "actor", ""), "someone");
    cr_expect_str_eq(json_get_string(jwt.claims, "repository_owner", ""), "octo-org");
    cr_expect_eq(d->notes.issued.count, 1);
    cr_expect_str_eq(d->notes.issued.items[0], "actions_id_token_1");
    cr_expect_str_eq(d->notes.credential.name, "actions_request_token");
    cr_expect_str_eq(d->notes.grant, "github_actions");
}

Test(cloud_id, the_keys_of_known_issuers_are_found)
{
    cr_expect_not_null(issuer_key_find(d->state, STR("https://issuer.example.com")));
    cr_expect_not_null(issuer_key_find(d->state, STR("https://accounts.google.com")));
    cr_expect_null(issuer_key_find(d->state, STR("https://evil.example.com")));
}

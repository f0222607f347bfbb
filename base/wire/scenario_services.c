/* SPDX-License-Identifier: Apache-2.0 */
#include "base/wire/scenario_services.h"

#include "base/wire/scenario_priv.h"

static const char label_chars[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
static const char host_chars[] = "abcdefghijklmnopqrstuvwxyz0123456789.-";

static const char *const app_kinds[] = {"confidential", "public", "spa", "managed-identity"};
static const char *const policies[] = {"none", "mfa-required", "mfa-enrollment-required"};
static const char *const expired_names[] = {"401-since-2025-12", "400-html", "403-legacy"};
static const char *const issuer_kinds[] = {"generic", "github", "azure-devops", "gcp"};
static const char *const kbase_types[] = {"Login", "Agent", "Developer", "Service"};

enum { SECRET_MIN_BYTES = 8, LABEL_MAX_BYTES = 30 };
#define LONGEST_MS (3660 * SCENARIO_DAY_MS)

static int member_check(const struct json_doc *doc, const struct json *node, const char *key,
                        bool good, struct err *err)
{
    static const struct {
        const char *key, *what, *hint;
    } texts[] = {
        {"tenant_id", "a tenant's id is a UUID", "write it as 8-4-4-4-12 hexadecimal digits"},
        {"client_id", "an application's client id is a UUID", "leave it out to have one made"},
        {"domain", "this is not a domain name",
         "write it in lower case, such as x.onmicrosoft.com"},
        {"name", "this cannot be part of a host name", "use at most 30 of a-z, 0-9 and '-'"},
        {"region", "this cannot be part of a host name", "use a-z, 0-9, '-' and '.'"},
        {"claims", "further claims are an object", "write claims: {name: value}"},
        {"issuer", "an issuer is an https URL", "such as https://idp.example.com"},
        {"token_type", "unknown type of token", "it is Login, Agent, Developer or Service"},
        {"jwks", "a key set is an object with the list \"keys\"", "see RFC 7517 section 5"},
    };
    for (size_t i = 0; i < ARRAY_LEN(texts) && !good; i++) {
        if (strcmp(texts[i].key, key) == 0) {
            return scenario_complain(doc, scenario_member(node, key), err, texts[i].what,
                                     texts[i].hint);
        }
    }
    return good ? 0
                : scenario_complain(doc, scenario_member(node, key), err,
                                    "a secret has at least 8 characters",
                                    "leave it out to have one made");
}

static bool secret_is_good(const char *value)
{
    return value == NULL || strlen(value) >= SECRET_MIN_BYTES;
}

static bool is_label(const char *text)
{
    return text_consists_of(text, label_chars) && strlen(text) <= LABEL_MAX_BYTES;
}

static int tenant_validate(const struct json_doc *doc, const struct json *node, void *decoded,
                           struct err *err)
{
    const struct scenario_tenant *t = decoded;
    if (member_check(doc, node, "tenant_id", text_is_uuid(t->tenant_id), err) < 0) {
        return -1;
    }
    return member_check(doc, node, "domain",
                        t->domain == NULL || text_consists_of(t->domain, host_chars), err);
}

static int proof_validate(const struct json_doc *doc, const struct json *node, void *decoded,
                          struct err *err)
{
    const struct scenario_entra_proof *p = decoded;
    bool good = p->jwks == NULL || json_type(json_get(p->jwks, "keys")) == JSON_ARRAY;
    return member_check(doc, node, "jwks", good, err);
}

static int entra_app_validate(const struct json_doc *doc, const struct json *node, void *decoded,
                              struct err *err)
{
    const struct scenario_entra_app *a = decoded;
    bool id_good = a->client_id == NULL || text_is_uuid(a->client_id);
    if (member_check(doc, node, "name", is_label(a->name), err) < 0 ||
        member_check(doc, node, "client_id", id_good, err) < 0) {
        return -1;
    }
    if (a->kind != ENTRA_CONFIDENTIAL && a->client_secret != NULL) {
        return scenario_complain(doc, scenario_member(node, "client_secret"), err,
                                 "only a confidential application has a secret",
                                 "leave out client_secret or kind");
    }
    return member_check(doc, node, "client_secret", secret_is_good(a->client_secret), err);
}

static int kbase_user_validate(const struct json_doc *doc, const struct json *node, void *decoded,
                               struct err *err)
{
    const struct scenario_kbase_user *u = decoded;
    if (member_check(doc, node, "token_type",
                     text_is_one_of(u->token_type, kbase_types, ARRAY_LEN(kbase_types)), err) < 0) {
        return -1;
    }
    return member_check(doc, node, "token", secret_is_good(u->token), err);
}

static int app_validate(const struct json_doc *doc, const struct json *node, void *decoded,
                        struct err *err)
{
    const struct scenario_app *a = decoded;
    if (member_check(doc, node, "name", is_label(a->name), err) < 0 ||
        member_check(doc, node, "region", text_consists_of(a->region, host_chars), err) < 0) {
        return -1;
    }
    return member_check(doc, node, "api_key", secret_is_good(a->api_key), err);
}

static int issuer_validate(const struct json_doc *doc, const struct json *node, void *decoded,
                           struct err *err)
{
    const struct scenario_issuer *i = decoded;
    bool url_good = i->issuer == NULL || strncmp(i->issuer, "https://", 8) == 0;
    bool claims_good = i->claims == NULL || json_type(i->claims) == JSON_OBJECT;
    if (member_check(doc, node, "name", is_label(i->name), err) < 0 ||
        member_check(doc, node, "issuer", url_good, err) < 0 ||
        member_check(doc, node, "claims", claims_good, err) < 0) {
        return -1;
    }
    return member_check(doc, node, "request_token", secret_is_good(i->request_token), err);
}

static const struct shape_field tenant_fields[] = {
    {.key = "tenant_id",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_tenant, tenant_id),
     .required = true,
     .doc = "The UUID of the directory."},
    {.key = "domain",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_tenant, domain),
     .example = "contoso.onmicrosoft.com",
     .doc = "Another name that clients may use for it."},
};
static const struct shape tenant_shape = {
    .name = "tenant",
    .doc = "A directory of Microsoft Entra ID.",
    .size = sizeof(struct scenario_tenant),
    .fields = tenant_fields,
    .field_count = ARRAY_LEN(tenant_fields),
    .validate = tenant_validate,
};

static const struct shape_field proof_fields[] = {
    {.key = "jwks",
     .type = SHAPE_JSON,
     .offset = offsetof(struct scenario_entra_proof, jwks),
     .doc = "The public keys of its certificates, as a JSON Web Key Set."},
    {.key = "federated_issuer",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_entra_proof, federated_issuer),
     .doc = "The issuer whose tokens stand for it; with federated_subject."},
    {.key = "federated_subject",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_entra_proof, federated_subject),
     .doc = "The subject those tokens have."},
};
static const struct shape proof_shape = {
    .name = "entra-proof",
    .doc = "How an application proves itself without a secret.",
    .size = sizeof(struct scenario_entra_proof),
    .fields = proof_fields,
    .field_count = ARRAY_LEN(proof_fields),
    .validate = proof_validate,
};

static const struct shape_field entra_app_fields[] = {
    {.key = "name",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_entra_app, name),
     .required = true,
     .doc = "What it is called here and in the names of its secrets."},
    {.key = "tenant_id",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_entra_app, tenant_id),
     .doc = "The directory it is in; absent: the first one."},
    {.key = "client_id",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_entra_app, client_id),
     .doc = "Its application id; absent: that of the principal, or made."},
    {.key = "client_secret",
     .type = SHAPE_STRING,
     .is_secret = true,
     .offset = offsetof(struct scenario_entra_app, client_secret),
     .doc = "Its secret; made when absent."},
    {.key = "kind",
     .type = SHAPE_ENUM,
     .offset = offsetof(struct scenario_entra_app, kind),
     .dflt = "confidential",
     .names = {app_kinds, ARRAY_LEN(app_kinds)},
     .doc = "A confidential client, a public client, a single-page application or a managed "
            "identity."},
    {.key = "principal",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_entra_app, principal),
     .doc = "The principal of the workspace that it is; absent: it is no user of the workspace."},
    {.key = "contributor",
     .type = SHAPE_BOOL,
     .offset = offsetof(struct scenario_entra_app, contributor),
     .doc = "It is a contributor of the Azure resource: its management token opens the workspace."},
    {.key = "secret_expired",
     .type = SHAPE_BOOL,
     .offset = offsetof(struct scenario_entra_app, secret_expired),
     .doc = "Its secret is refused as expired."},
    {.key = "redirect_uris",
     .type = SHAPE_STRINGS,
     .offset = offsetof(struct scenario_entra_app, redirect_uris),
     .example = "[http://localhost:8030]",
     .doc = "Where users may be sent back to."},
    {.key = "proof",
     .type = SHAPE_OBJECT,
     .offset = offsetof(struct scenario_entra_app, proof),
     .dflt = "{}",
     .shape = &proof_shape,
     .doc = "How it proves itself without a secret."},
    {.key = "policy",
     .type = SHAPE_ENUM,
     .offset = offsetof(struct scenario_entra_app, policy),
     .dflt = "none",
     .names = {policies, ARRAY_LEN(policies)},
     .doc = "Conditional access: what a user has to do before it gets a token on behalf of that "
            "user."},
    {.key = "token_lifetime",
     .type = SHAPE_DURATION_MS,
     .offset = offsetof(struct scenario_entra_app, token_lifetime_ms),
     .dflt = "60m",
     .min = 1,
     .max = LONGEST_MS,
     .doc = "How long its access tokens live."},
};
static const struct shape entra_app_shape = {
    .name = "entra-app",
    .doc = "An application registered in Microsoft Entra ID, or a managed identity.",
    .size = sizeof(struct scenario_entra_app),
    .fields = entra_app_fields,
    .field_count = ARRAY_LEN(entra_app_fields),
    .validate = entra_app_validate,
};

static const struct shape_field kbase_user_fields[] = {
    {.key = "user",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_kbase_user, user),
     .required = true,
     .min = 1,
     .max = 100,
     .doc = "The user name."},
    {.key = "display",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_kbase_user, display),
     .dflt = "Test User",
     .doc = "The display name."},
    {.key = "email",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_kbase_user, email),
     .dflt = "user@example.com",
     .doc = "The e-mail address."},
    {.key = "token",
     .type = SHAPE_STRING,
     .is_secret = true,
     .offset = offsetof(struct scenario_kbase_user, token),
     .doc = "The token; made when absent."},
    {.key = "token_type",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_kbase_user, token_type),
     .dflt = "Login",
     .doc = "Login, Agent, Developer or Service."},
    {.key = "token_name",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_kbase_user, token_name),
     .doc = "The name of the token; absent: none."},
    {.key = "token_lifetime",
     .type = SHAPE_DURATION_MS,
     .offset = offsetof(struct scenario_kbase_user, token_lifetime_ms),
     .dflt = "14d",
     .min = 1,
     .max = LONGEST_MS,
     .doc = "How long the token lives from the loading of the scenario on."},
    {.key = "token_expired",
     .type = SHAPE_BOOL,
     .offset = offsetof(struct scenario_kbase_user, token_expired),
     .doc = "The token has expired."},
    {.key = "disabled",
     .type = SHAPE_BOOL,
     .offset = offsetof(struct scenario_kbase_user, disabled),
     .doc = "The account is disabled."},
    {.key = "custom_roles",
     .type = SHAPE_STRINGS,
     .offset = offsetof(struct scenario_kbase_user, custom_roles),
     .example = "[BERDL_USER]",
     .doc = "Custom roles."},
    {.key = "roles",
     .type = SHAPE_STRINGS,
     .offset = offsetof(struct scenario_kbase_user, roles),
     .example = "[DevToken]",
     .doc = "Built-in roles."},
};
static const struct shape kbase_user_shape = {
    .name = "kbase-user",
    .doc = "A user of KBase Auth2 with one token.",
    .size = sizeof(struct scenario_kbase_user),
    .fields = kbase_user_fields,
    .field_count = ARRAY_LEN(kbase_user_fields),
    .validate = kbase_user_validate,
};

static const struct shape_field app_fields[] = {
    {.key = "name",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_app, name),
     .required = true,
     .doc = "Its name, the first part of its host."},
    {.key = "host",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_app, host),
     .doc = "The host of its workspace; absent: the first one."},
    {.key = "region",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_app, region),
     .dflt = "aws",
     .doc = "The middle of its host NAME-WORKSPACE_ID.REGION.databricksapps.com."},
    {.key = "can_use",
     .type = SHAPE_STRINGS,
     .offset = offsetof(struct scenario_app, can_use),
     .example = "[user@example.com]",
     .doc = "The names of the principals that have the permission CAN USE."},
    {.key = "api_key",
     .type = SHAPE_STRING,
     .is_secret = true,
     .offset = offsetof(struct scenario_app, api_key),
     .doc = "What the app itself wants to find in X-API-Key."},
    {.key = "has_api_key",
     .type = SHAPE_BOOL,
     .offset = offsetof(struct scenario_app, has_api_key),
     .doc = "Have such a key made when `api_key` is absent."},
};
static const struct shape app_shape = {
    .name = "app",
    .doc = "A Databricks App.",
    .size = sizeof(struct scenario_app),
    .fields = app_fields,
    .field_count = ARRAY_LEN(app_fields),
    .validate = app_validate,
};

static const struct shape_field issuer_fields[] = {
    {.key = "name",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_issuer, name),
     .required = true,
     .doc = "What it is called here and in the names of its secrets."},
    {.key = "kind",
     .type = SHAPE_ENUM,
     .offset = offsetof(struct scenario_issuer, kind),
     .dflt = "generic",
     .names = {issuer_kinds, ARRAY_LEN(issuer_kinds)},
     .doc = "An OpenID Connect issuer at /idp/NAME, or the one of GitHub Actions, Azure DevOps or "
            "GCP."},
    {.key = "issuer",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_issuer, issuer),
     .example = "https://idp.example.com/idp/main",
     .doc = "The claim iss; absent: the kind's own."},
    {.key = "subject",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_issuer, subject),
     .dflt = "workload",
     .doc = "The claim sub."},
    {.key = "audience",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_issuer, audience),
     .dflt = "api://default",
     .doc = "The claim aud when the request asks for none."},
    {.key = "request_token",
     .type = SHAPE_STRING,
     .is_secret = true,
     .offset = offsetof(struct scenario_issuer, request_token),
     .doc = "The secret a request for a token carries; made when absent."},
    {.key = "claims",
     .type = SHAPE_JSON,
     .offset = offsetof(struct scenario_issuer, claims),
     .doc = "Further claims of its tokens."},
    {.key = "token_lifetime",
     .type = SHAPE_DURATION_MS,
     .offset = offsetof(struct scenario_issuer, token_lifetime_ms),
     .dflt = "10m",
     .min = 1,
     .max = LONGEST_MS,
     .doc = "How long its tokens live."},
};
static const struct shape issuer_shape = {
    .name = "issuer",
    .doc = "An issuer of workload identity tokens.",
    .size = sizeof(struct scenario_issuer),
    .fields = issuer_fields,
    .field_count = ARRAY_LEN(issuer_fields),
    .validate = issuer_validate,
};

static const struct shape_field scenario_services_fields[] = {
    {.key = "tenants",
     .type = SHAPE_OBJECTS,
     .offset = offsetof(struct scenario_services, tenants),
     .shape = &tenant_shape,
     .doc = "Directories of Microsoft Entra ID."},
    {.key = "entra_apps",
     .type = SHAPE_OBJECTS,
     .offset = offsetof(struct scenario_services, entra_apps),
     .shape = &entra_app_shape,
     .doc = "Applications and managed identities in them."},
    {.key = "expired_entra_token",
     .type = SHAPE_ENUM,
     .offset = offsetof(struct scenario_services, expired_entra_token),
     .dflt = "401-since-2025-12",
     .names = {expired_names, ARRAY_LEN(expired_names)},
     .doc = "How a workspace answers an expired Entra token: as it does since December 2025, or in "
            "one of the older ways."},
    {.key = "kbase_users",
     .type = SHAPE_OBJECTS,
     .offset = offsetof(struct scenario_services, kbase_users),
     .shape = &kbase_user_shape,
     .doc = "Users of KBase Auth2."},
    {.key = "apps",
     .type = SHAPE_OBJECTS,
     .offset = offsetof(struct scenario_services, apps),
     .shape = &app_shape,
     .doc = "Databricks Apps."},
    {.key = "issuers",
     .type = SHAPE_OBJECTS,
     .offset = offsetof(struct scenario_services, issuers),
     .shape = &issuer_shape,
     .doc = "Issuers of workload identity tokens."},
    {.key = "google_accounts",
     .type = SHAPE_OBJECTS,
     .offset = offsetof(struct scenario_services, google_accounts),
     .shape = &scenario_google_account_shape,
     .doc = "Service accounts of Google Cloud."},
};
const struct shape scenario_services_shape = {
    .name = "services",
    .doc = "The services around Databricks.",
    .size = sizeof(struct scenario_services),
    .fields = scenario_services_fields,
    .field_count = ARRAY_LEN(scenario_services_fields),
};

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/map.h"
#include "base/wire/scenario.h"
#include "base/wire/scenario_oidc.h"
#include "base/wire/scenario_priv.h"

/* The shapes of OAuth applications and federation policies. */

#define LONGEST_MS (3660 * SCENARIO_DAY_MS)

enum { APP_SECRET_MIN_BYTES = 8 };

static const char client_id_chars[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "0123456789-._~";

/* An absolute URI without fragment: RFC 6749 section 3.1.2. */
bool text_is_redirect_url(const char *text)
{
    struct str url = str_of(text);
    long scheme = str_find(url, STR(":"), 0);
    for (size_t i = 0; i < url.len; i++) {
        if (url.ptr[i] <= ' ' || url.ptr[i] > '~' || url.ptr[i] == '#') {
            return false;
        }
    }
    return scheme > 0 && (size_t)scheme + 1 < url.len;
}

int scenario_jwks_validate(const struct json_doc *doc, const struct json *node,
                           const struct json *jwks, struct err *err)
{
    if (jwks == NULL || json_count(json_get(jwks, "keys")) > 0) {
        return 0;
    }
    return scenario_complain(doc, scenario_member(node, "jwks"), err, "this is not a key set",
                             "write {keys: [...]} as in RFC 7517 section 5");
}

static int app_validate(const struct json_doc *doc, const struct json *node, void *decoded,
                        struct err *err)
{
    const struct scenario_oauth_app *app = decoded;
    if (app->client_id != NULL && !text_consists_of(app->client_id, client_id_chars)) {
        return scenario_complain(doc, scenario_member(node, "client_id"), err,
                                 "this cannot be a client id",
                                 "letters, digits and -._~; leave it out to have one made");
    }
    if (app->client_secret != NULL && !app->confidential) {
        return scenario_complain(doc, scenario_member(node, "client_secret"), err,
                                 "a public application has no secret", "add confidential: true");
    }
    if (app->client_secret != NULL && strlen(app->client_secret) < APP_SECRET_MIN_BYTES) {
        return scenario_complain(doc, scenario_member(node, "client_secret"), err,
                                 "a secret has at least 8 characters",
                                 "leave it out to have one made");
    }
    for (size_t i = 0; i < app->redirect_urls.count; i++) {
        if (!text_is_redirect_url(app->redirect_urls.items[i])) {
            return scenario_complain(doc, scenario_element(node, "redirect_urls", i), err,
                                     "this is not a redirect URL",
                                     "an absolute URL without fragment, such as "
                                     "http://localhost:8080/callback");
        }
    }
    for (size_t i = 0; i < app->scopes.count; i++) {
        if (!text_is_scope(app->scopes.items[i])) {
            return scenario_complain(doc, scenario_element(node, "scopes", i), err,
                                     "this is not a scope",
                                     "one scope per list item, without spaces and quotes");
        }
    }
    return scenario_jwks_validate(doc, node, app->jwks, err);
}

static int policy_validate(const struct json_doc *doc, const struct json *node, void *decoded,
                           struct err *err)
{
    const struct scenario_federation_policy *p = decoded;
    if (p->service_principal != NULL && p->subject == NULL) {
        return scenario_complain(doc, node, err,
                                 "a service principal's federation policy needs a subject",
                                 "add subject: the subject claim of its tokens");
    }
    return scenario_jwks_validate(doc, node, p->jwks, err);
}

#define LIFE(key_, offset_, doc_)                                                         \
    {                                                                                     \
        .key = key_, .type = SHAPE_DURATION_MS, .min = 0, .max = LONGEST_MS, .doc = doc_, \
        .offset = offsetof(struct scenario_token_policy, offset_)                         \
    }
static const struct shape_field token_policy_fields[] = {
    LIFE("access_token_ttl", access_token_ms, "Life of access tokens; absent: the principal's."),
    LIFE("refresh_token_ttl", refresh_token_ms, "Life of refresh tokens; absent: the principal's."),
    {.key = "enable_single_use_refresh_tokens",
     .type = SHAPE_BOOL,
     .offset = offsetof(struct scenario_token_policy, single_use_refresh_tokens),
     .doc = "Each refresh gives a new refresh token; using an old one again ends the session."},
    LIFE("absolute_session_lifetime", absolute_session_ms,
         "With single-use refresh tokens: how long a session can be refreshed at all."),
};
const struct shape scenario_token_policy_shape = {
    .name = "token_access_policy",
    .doc = "How long an application's tokens live.",
    .size = sizeof(struct scenario_token_policy),
    .fields = token_policy_fields,
    .field_count = ARRAY_LEN(token_policy_fields),
};

static const struct shape_field app_fields[] = {
    {.key = "name",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_oauth_app, name),
     .required = true,
     .min = 1,
     .max = 128,
     .doc = "What it is called.",
     .example = "my-connector"},
    {.key = "client_id",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_oauth_app, client_id),
     .doc = "Its client id; made when absent. A built-in one (such as databricks-cli) is replaced "
            "by this."},
    {.key = "client_secret",
     .type = SHAPE_STRING,
     .is_secret = true,
     .offset = offsetof(struct scenario_oauth_app, client_secret),
     .doc = "A confidential application's secret; made when absent."},
    {.key = "confidential",
     .type = SHAPE_BOOL,
     .offset = offsetof(struct scenario_oauth_app, confidential),
     .doc = "It has a secret and has to show it."},
    {.key = "redirect_urls",
     .type = SHAPE_STRINGS,
     .offset = offsetof(struct scenario_oauth_app, redirect_urls),
     .doc = "Where browsers may be sent back to; compared as they are written, port included.",
     .example = "[\"http://localhost:8080/callback\"]"},
    {.key = "scopes",
     .type = SHAPE_STRINGS,
     .offset = offsetof(struct scenario_oauth_app, scopes),
     .doc = "The scopes it may ask for; absent or empty: all that the service knows.",
     .example = "[sql, offline_access]"},
    {.key = "jwks",
     .type = SHAPE_JSON,
     .offset = offsetof(struct scenario_oauth_app, jwks),
     .doc = "Public keys for client authentication by private_key_jwt (RFC 7523)."},
    {.key = "token_access_policy",
     .type = SHAPE_OBJECT,
     .offset = offsetof(struct scenario_oauth_app, policy),
     .shape = &scenario_token_policy_shape,
     .dflt = "{}",
     .doc = "How long its tokens live."},
};
const struct shape scenario_oauth_app_shape = {
    .name = "oauth_app",
    .doc = "An OAuth application registered in the account.",
    .size = sizeof(struct scenario_oauth_app),
    .fields = app_fields,
    .field_count = ARRAY_LEN(app_fields),
    .validate = app_validate,
};

static const struct shape_field federation_policy_fields[] = {
    {.key = "name",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_federation_policy, name),
     .min = 1,
     .max = 128,
     .doc = "The policy's id; \"policy-N\" when absent."},
    {.key = "service_principal",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_federation_policy, service_principal),
     .doc = "The name of the service principal it is for; absent: it is account-wide, and the "
            "token's subject names the user."},
    {.key = "issuer",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_federation_policy, issuer),
     .required = true,
     .min = 1,
     .max = 512,
     .doc = "The iss claim.",
     .example = "https://idp.example.com"},
    {.key = "audiences",
     .type = SHAPE_STRINGS,
     .offset = offsetof(struct scenario_federation_policy, audiences),
     .doc = "One of them is the aud claim; absent: the account id or the token endpoint."},
    {.key = "subject",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_federation_policy, subject),
     .doc = "What the subject claim has to be."},
    {.key = "subject_claim",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_federation_policy, subject_claim),
     .dflt = "sub",
     .doc = "Which claim names the subject."},
    {.key = "jwks",
     .type = SHAPE_JSON,
     .offset = offsetof(struct scenario_federation_policy, jwks),
     .doc = "The issuer's public keys (RFC 7517); absent: the keys of the issuers that this mock "
            "plays itself."},
};
const struct shape scenario_federation_policy_shape = {
    .name = "federation_policy",
    .doc = "Whose JWTs may be exchanged for an access token (RFC 8693).",
    .size = sizeof(struct scenario_federation_policy),
    .fields = federation_policy_fields,
    .field_count = ARRAY_LEN(federation_policy_fields),
    .validate = policy_validate,
};

/* Remembers values and finds the one that occurs twice. */
static int value_once(const struct json_doc *doc, const struct json *node, struct map *seen,
                      const char *value, struct err *err)
{
    if (value != NULL && map_put(seen, str_of(value), seen) != NULL) {
        return json_err(doc, node, err, "this was given before, and it has to be unique");
    }
    return 0;
}

static int apps_validate(const struct json_doc *doc, const struct json *node,
                         const struct scenario *s, struct err *err)
{
    AUTO_MAP struct map ids = {0};
    for (size_t i = 0; i < s->principals.count; i++) {
        const struct scenario_principal *p =
            SHAPE_LIST_AT(struct scenario_principal, s->principals, i);
        if (value_once(doc, node, &ids, p->client_id, err) < 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < s->oauth_apps.count; i++) {
        const struct scenario_oauth_app *app =
            SHAPE_LIST_AT(struct scenario_oauth_app, s->oauth_apps, i);
        const struct json *at = scenario_element(node, "oauth_apps", i);
        if (value_once(doc, scenario_member(at, "client_id"), &ids, app->client_id, err) < 0) {
            return -1;
        }
    }
    return 0;
}

static bool has_principal(const struct scenario *s, const char *name, int kind)
{
    for (size_t i = 0; i < s->principals.count; i++) {
        const struct scenario_principal *p =
            SHAPE_LIST_AT(struct scenario_principal, s->principals, i);
        if (p->kind == kind && strcmp(p->name, name) == 0) {
            return true;
        }
    }
    return false;
}

static int policies_validate(const struct json_doc *doc, const struct json *node,
                             const struct scenario *s, struct err *err)
{
    AUTO_MAP struct map names = {0};
    if (s->oidc.user != NULL && !has_principal(s, s->oidc.user, PRINCIPAL_USER)) {
        return scenario_complain(doc, scenario_member(scenario_member(node, "oidc"), "user"), err,
                                 "no user is called so", "add it to principals");
    }
    for (size_t i = 0; i < s->federation_policies.count; i++) {
        const struct scenario_federation_policy *p =
            SHAPE_LIST_AT(struct scenario_federation_policy, s->federation_policies, i);
        const struct json *at = scenario_element(node, "federation_policies", i);
        if (p->service_principal != NULL &&
            !has_principal(s, p->service_principal, PRINCIPAL_SERVICE)) {
            return scenario_complain(doc, scenario_member(at, "service_principal"), err,
                                     "no service principal is called so", "add it to principals");
        }
        if (value_once(doc, scenario_member(at, "name"), &names, p->name, err) < 0) {
            return -1;
        }
    }
    return 0;
}

int scenario_oauth_validate(const struct json_doc *doc, const struct json *node,
                            const struct scenario *s, struct err *err)
{
    return apps_validate(doc, node, s, err) < 0 ? -1 : policies_validate(doc, node, s, err);
}

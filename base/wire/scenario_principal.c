/* SPDX-License-Identifier: Apache-2.0 */
#include "base/wire/scenario_priv.h"

/* Who may come. */

enum { SECRET_MIN_BYTES = 8 };

static const char *const kind_names[] = {"user", "service-principal"};

#define LONGEST_MS (3660 * SCENARIO_DAY_MS)

static int secret_validate(const struct json_doc *doc, const struct json *node, const char *key,
                           const char *value, struct err *err)
{
    if (value == NULL || strlen(value) >= SECRET_MIN_BYTES) {
        return 0;
    }
    return scenario_complain(doc, scenario_member(node, key), err,
                             "a secret has at least 8 characters", "leave it out to have one made");
}

/* How it shows who it is. */
static int proofs_validate(const struct json_doc *doc, const struct json *node,
                           const struct scenario_principal *p, struct err *err)
{
    bool user = p->kind == PRINCIPAL_USER;
    if (secret_validate(doc, node, "client_secret", p->client_secret, err) < 0) {
        return -1;
    }
    if (user && p->jwks != NULL) {
        return scenario_complain(doc, scenario_member(node, "jwks"), err,
                                 "a user does not authenticate by keys",
                                 "give them to a principal with kind: service-principal");
    }
    if (scenario_jwks_validate(doc, node, p->jwks, err) < 0) {
        return -1;
    }
    if (!user && p->password != NULL) {
        return scenario_complain(doc, scenario_member(node, "password"), err,
                                 "a service principal does not sign in", "give it to a user");
    }
    if (secret_validate(doc, node, "password", p->password, err) < 0) {
        return -1;
    }
    if (p->pat_host != NULL && p->pat == NULL && !p->has_pat) {
        return scenario_complain(doc, scenario_member(node, "pat_host"), err,
                                 "there is no personal access token", "add has_pat: true");
    }
    return secret_validate(doc, node, "pat", p->pat, err);
}

static int principal_validate(const struct json_doc *doc, const struct json *node, void *decoded,
                              struct err *err)
{
    const struct scenario_principal *p = decoded;
    bool user = p->kind == PRINCIPAL_USER;
    if (user && strchr(p->name, '@') == NULL) {
        return scenario_complain(doc, scenario_member(node, "name"), err,
                                 "a user's name is an e-mail address",
                                 "a service principal has kind: service-principal");
    }
    if (user && (p->client_id != NULL || p->client_secret != NULL)) {
        return scenario_complain(
            doc, scenario_member(node, p->client_id != NULL ? "client_id" : "client_secret"), err,
            "a user has no OAuth client of its own",
            "give it to a principal with kind: service-principal");
    }
    if (p->client_id != NULL && !text_is_uuid(p->client_id)) {
        return scenario_complain(doc, scenario_member(node, "client_id"), err,
                                 "a service principal's client id is a UUID",
                                 "leave it out to have one made");
    }
    for (size_t i = 0; i < p->scopes.count; i++) {
        if (!text_is_scope(p->scopes.items[i])) {
            return scenario_complain(doc, scenario_element(node, "scopes", i), err,
                                     "this is not a scope",
                                     "one scope per list item, without spaces and quotes");
        }
    }
    return proofs_validate(doc, node, p, err);
}

static const struct shape_field principal_fields[] = {
    {.key = "name",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_principal, name),
     .required = true,
     .min = 1,
     .max = 128,
     .doc = "A user's e-mail address, or a label for a service principal.",
     .example = "user@example.com"},
    {.key = "kind",
     .type = SHAPE_ENUM,
     .offset = offsetof(struct scenario_principal, kind),
     .dflt = "user",
     .names = {kind_names, ARRAY_LEN(kind_names)},
     .doc = "A person or a service principal."},
    {.key = "client_id",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_principal, client_id),
     .doc =
         "A service principal's OAuth client id (its application id, a UUID); made when absent."},
    {.key = "client_secret",
     .type = SHAPE_STRING,
     .is_secret = true,
     .offset = offsetof(struct scenario_principal, client_secret),
     .doc = "A service principal's OAuth secret; made when absent."},
    {.key = "pat",
     .type = SHAPE_STRING,
     .is_secret = true,
     .offset = offsetof(struct scenario_principal, pat),
     .doc = "The value of its personal access token."},
    {.key = "has_pat",
     .type = SHAPE_BOOL,
     .offset = offsetof(struct scenario_principal, has_pat),
     .doc = "Have a personal access token made when `pat` is absent."},
    {.key = "pat_host",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_principal, pat_host),
     .doc = "The host of the workspace that the token is of; absent: it is good in each of them, "
            "unlike the service's."},
    {.key = "password",
     .type = SHAPE_STRING,
     .is_secret = true,
     .offset = offsetof(struct scenario_principal, password),
     .doc = "What a user types on the sign-in page; absent: the name is enough."},
    {.key = "access_token_lifetime",
     .type = SHAPE_DURATION_MS,
     .offset = offsetof(struct scenario_principal, access_token_lifetime_ms),
     .dflt = "1h",
     .min = 1,
     .max = LONGEST_MS,
     .doc = "How long the access tokens live that are issued for it."},
    {.key = "refresh_token_lifetime",
     .type = SHAPE_DURATION_MS,
     .offset = offsetof(struct scenario_principal, refresh_token_lifetime_ms),
     .dflt = "7d",
     .min = 1,
     .max = LONGEST_MS,
     .doc = "How long the refresh tokens live that are issued for it."},
    {.key = "scopes",
     .type = SHAPE_STRINGS,
     .offset = offsetof(struct scenario_principal, scopes),
     .doc = "The scopes that may be granted; absent or empty: all that the service knows.",
     .example = "[sql, offline_access]"},
    {.key = "blocked",
     .type = SHAPE_BOOL,
     .offset = offsetof(struct scenario_principal, blocked),
     .doc = "Refuse every credential of it as if it had been revoked."},
    {.key = "account_admin",
     .type = SHAPE_BOOL,
     .offset = offsetof(struct scenario_principal, account_admin),
     .doc = "It may use the account API (applications, secrets, federation policies)."},
    {.key = "jwks",
     .type = SHAPE_JSON,
     .offset = offsetof(struct scenario_principal, jwks),
     .doc = "A service principal's public keys, for client authentication by private_key_jwt "
            "(RFC 7523)."},
};
const struct shape scenario_principal_shape = {
    .name = "principal",
    .doc = "Somebody who may come, with which credentials.",
    .size = sizeof(struct scenario_principal),
    .fields = principal_fields,
    .field_count = ARRAY_LEN(principal_fields),
    .validate = principal_validate,
};

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/wire/scenario_oidc.h"

#include "base/wire/scenario.h"

#include <criterion/criterion.h>

static int decode(struct arena *a, const char *yaml, struct json_doc *doc, struct scenario *ret,
                  struct err *err)
{
    if (yaml_read(str_of(yaml), "s.yaml", NULL, doc, err) < 0) {
        return -1;
    }
    return scenario_decode(a, doc, doc->root, ret, err);
}

Test(scenario_oidc, the_defaults_are_the_services_behaviour)
{
    struct err err = {0};
    struct scenario s;
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_JSON_DOC struct json_doc doc = {0};
    cr_assert_eq(decode(a, "workspaces: [{}]\n", &doc, &s, &err), 0, "%s", err.msg);
    cr_expect_eq(s.oidc.token_format, (int)TOKEN_FORMAT_RS256);
    cr_expect_eq(s.oidc.refresh_error, (int)REFRESH_ERROR_INVALID_REQUEST);
    cr_expect_eq(s.oidc.pkce, (int)PKCE_OPTIONAL);
    cr_expect_eq(s.oidc.code_lifetime_ms, 60000);
    cr_expect_eq(s.oidc.refresh_reuse_grace_ms, 0);
    cr_expect_not(s.oidc.extensions || s.oidc.has_device_flow || s.oidc.any_loopback_port ||
                  s.oidc.authorize_iss || s.oidc.consent_denied);
    cr_expect_eq(s.oauth_apps.count, 0);
}

Test(scenario_oidc, every_field_arrives)
{
    struct err err = {0};
    struct scenario s;
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_JSON_DOC struct json_doc doc = {0};
    const char *yaml =
        "workspaces: [{}]\n"
        "principals: [{name: u@example.com}, {name: r, kind: service-principal,\n"
        "              account_admin: true, jwks: {keys: [{kty: RSA}]}}]\n"
        "oauth_apps:\n"
        "  - {name: a, client_id: a-1, client_secret: \"12345678\", confidential: true,\n"
        "     redirect_urls: [\"http://localhost:1/cb\"], scopes: [sql],\n"
        "     token_access_policy: {access_token_ttl: 5m, refresh_token_ttl: 1h,\n"
        "       enable_single_use_refresh_tokens: true, absolute_session_lifetime: 1d}}\n"
        "federation_policies:\n"
        "  - {name: p, service_principal: r, issuer: \"https://i\", audiences: [x],\n"
        "     subject: s, subject_claim: email}\n"
        "oidc: {user: u@example.com, token_format: opaque, pkce: always, code_lifetime: 5s,\n"
        "       device_flow: {outcome: denied, pending_polls: 3}}\n"
        "faults: [{token_response: long-token}]\n";
    cr_assert_eq(decode(a, yaml, &doc, &s, &err), 0, "%d:%d %s %s", err.line, err.column, err.msg,
                 err.hint);
    const struct scenario_oauth_app *app =
        SHAPE_LIST_AT(struct scenario_oauth_app, s.oauth_apps, 0);
    cr_expect_str_eq(app->client_id, "a-1");
    cr_expect(app->confidential && app->policy.single_use_refresh_tokens);
    cr_expect_eq(app->policy.access_token_ms, 300000);
    cr_expect_eq(app->policy.absolute_session_ms, (int64_t)86400000);
    const struct scenario_federation_policy *p =
        SHAPE_LIST_AT(struct scenario_federation_policy, s.federation_policies, 0);
    cr_expect_str_eq(p->service_principal, "r");
    cr_expect_str_eq(p->subject_claim, "email");
    cr_expect_eq(s.oidc.token_format, (int)TOKEN_FORMAT_OPAQUE);
    cr_expect(s.oidc.has_device_flow);
    cr_expect_eq(s.oidc.device_flow.outcome, (int)DEVICE_DENIED);
    const struct scenario_fault *f = SHAPE_LIST_AT(struct scenario_fault, s.faults, 0);
    cr_expect_eq(f->token_response, (int)TOKEN_RESPONSE_LONG);
    const struct scenario_principal *r = SHAPE_LIST_AT(struct scenario_principal, s.principals, 1);
    cr_expect(r->account_admin && r->jwks != NULL);
}

static const struct {
    const char *yaml, *word;
} mistakes[] = {
    {"oauth_apps: [{}]\n", "name"},
    {"oauth_apps: [{name: a, client_id: \"a b\"}]\n", "client id"},
    {"oauth_apps: [{name: a, client_secret: \"12345678\"}]\n", "public"},
    {"oauth_apps: [{name: a, confidential: true, client_secret: x}]\n", "8 characters"},
    {"oauth_apps: [{name: a, redirect_urls: [\"/cb\"]}]\n", "redirect URL"},
    {"oauth_apps: [{name: a, redirect_urls: [\"http://a/#f\"]}]\n", "redirect URL"},
    {"oauth_apps: [{name: a, scopes: [\"a b\"]}]\n", "scope"},
    {"oauth_apps: [{name: a, jwks: {}}]\n", "key set"},
    {"oauth_apps: [{name: a, client_id: x}, {name: b, client_id: x}]\n", "unique"},
    {"federation_policies: [{name: p}]\n", "issuer"},
    {"federation_policies: [{issuer: i, service_principal: nobody, subject: s}]\n", "principal"},
    {"principals: [{name: r, kind: service-principal}]\n"
     "federation_policies: [{issuer: i, service_principal: r}]\n",
     "subject"},
    {"oidc: {user: nobody@example.com}\n", "user"},
    {"oidc: {token_format: HS256}\n", "HS256"},
    {"oidc: {device_flow: {outcome: maybe}}\n", "maybe"},
    {"oidc: {exstensions: true}\n", "exstensions"},
    {"faults: [{token_response: expires-in-2}]\n", "expires-in-2"},
    {"faults: [{token_response: real}]\n", "changes nothing"},
};

Test(scenario_oidc, each_mistake_is_told_with_its_place)
{
    for (size_t i = 0; i < ARRAY_LEN(mistakes); i++) {
        struct err err = {0};
        struct scenario s;
        AUTO_ARENA struct arena *a = arena_new();
        AUTO_JSON_DOC struct json_doc doc = {0};
        const char *yaml = arena_printf(a, "workspaces: [{}]\n%s", mistakes[i].yaml);
        cr_expect_eq(decode(a, yaml, &doc, &s, &err), -1, "%s", mistakes[i].yaml);
        cr_expect_not_null(strstr(err.msg, mistakes[i].word), "%s: %s", mistakes[i].yaml, err.msg);
        cr_expect_gt(err.line, 1, "%s", mistakes[i].yaml);
    }
}

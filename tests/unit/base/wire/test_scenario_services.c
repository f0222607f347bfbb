/* SPDX-License-Identifier: Apache-2.0 */
#include "base/wire/scenario.h"

#include <criterion/criterion.h>

#define TENANT      "aaaaaaaa-0000-4000-8000-000000000001"
#define BASE        "workspaces: [{host: ws.example.com}]\nprincipals: [{name: u@example.com}]\n"
#define WITH_TENANT BASE "services:\n  tenants: [{tenant_id: " TENANT "}]\n"

static int decode(struct arena *a, const char *yaml, struct json_doc *doc, struct scenario *ret,
                  struct err *err)
{
    if (yaml_read(str_of(yaml), "s.yaml", NULL, doc, err) < 0) {
        return -1;
    }
    return scenario_decode(a, doc, doc->root, ret, err);
}

Test(scenario_services, without_them_there_are_none)
{
    struct err err = {0};
    struct scenario s;
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_JSON_DOC struct json_doc doc = {0};
    cr_assert_eq(decode(a, BASE, &doc, &s, &err), 0, "%s", err.msg);
    cr_expect_eq(s.services.tenants.count + s.services.entra_apps.count + s.services.apps.count +
                     s.services.kbase_users.count + s.services.issuers.count,
                 0);
    cr_expect_eq(s.services.expired_entra_token, ENTRA_EXPIRED_401);
    cr_expect_null(SHAPE_LIST_AT(struct scenario_workspace, s.workspaces, 0)->tenant_id);
}

Test(scenario_services, every_field_arrives)
{
    struct err err = {0};
    struct scenario s;
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_JSON_DOC struct json_doc doc = {0};
    const char *yaml = WITH_TENANT
        "  expired_entra_token: 400-html\n"
        "  entra_apps: [{name: spa, kind: spa, principal: u@example.com, contributor: true,\n"
        "    redirect_uris: [\"http://localhost\"], policy: mfa-required, token_lifetime: 5m,\n"
        "    proof: {jwks: {keys: []}, federated_issuer: i, federated_subject: s}}]\n"
        "  kbase_users: [{user: a, token_type: Agent, disabled: true, custom_roles: [X]}]\n"
        "  apps: [{name: app, region: eastus, can_use: [u@example.com], has_api_key: true}]\n"
        "  issuers: [{name: i, kind: gcp, claims: {a: b}, token_lifetime: 1h}]\n";
    cr_assert_eq(decode(a, yaml, &doc, &s, &err), 0, "%d:%d %s", err.line, err.column, err.msg);
    const struct scenario_entra_app *e =
        SHAPE_LIST_AT(struct scenario_entra_app, s.services.entra_apps, 0);
    cr_expect(e->kind == ENTRA_SPA && e->contributor && e->policy == ENTRA_POLICY_MFA);
    cr_expect_eq(e->token_lifetime_ms, 300000);
    cr_expect_str_eq(e->proof.federated_subject, "s");
    cr_expect_not_null(e->proof.jwks);
    cr_expect_eq(s.services.expired_entra_token, ENTRA_EXPIRED_400);
    const struct scenario_kbase_user *k =
        SHAPE_LIST_AT(struct scenario_kbase_user, s.services.kbase_users, 0);
    cr_expect(k->disabled && k->custom_roles.count == 1);
    cr_expect_str_eq(k->token_type, "Agent");
    const struct scenario_app *app = SHAPE_LIST_AT(struct scenario_app, s.services.apps, 0);
    cr_expect(app->has_api_key && strcmp(app->region, "eastus") == 0);
    const struct scenario_issuer *i = SHAPE_LIST_AT(struct scenario_issuer, s.services.issuers, 0);
    cr_expect(i->kind == ISSUER_GCP && json_get(i->claims, "a") != NULL);
    cr_expect_eq(i->token_lifetime_ms, 3600000);
}

/* Each with the words the message has to have. */
static const struct {
    const char *yaml, *message;
} mistakes[] = {
    {BASE "services: {tenants: [{tenant_id: contoso}]}\n", "UUID"},
    {BASE "services: {tenants: [{tenant_id: " TENANT ", domain: \"https://x\"}]}\n", "domain name"},
    {BASE "services: {tenants: [{tenant_id: " TENANT "}, {tenant_id: " TENANT "}]}\n",
     "given before"},
    {"workspaces: [{tenant_id: " TENANT "}]\n", "no tenant"},
    {"workspaces: [{resource_id: /resource}]\n", "/subscriptions/"},
    {BASE "services: {entra_apps: [{name: a}]}\n", "no tenant it could be in"},
    {WITH_TENANT "  entra_apps: [{name: A}]\n", "host name"},
    {WITH_TENANT "  entra_apps: [{name: a}, {name: a}]\n", "given before"},
    {WITH_TENANT "  entra_apps: [{name: a, client_id: x}]\n", "UUID"},
    {WITH_TENANT "  entra_apps: [{name: a, client_secret: short}]\n", "8 characters"},
    {WITH_TENANT "  entra_apps: [{name: a, kind: spa, client_secret: long-enough}]\n",
     "only a confidential"},
    {WITH_TENANT "  entra_apps: [{name: a, principal: nobody}]\n", "no principal 'nobody'"},
    {WITH_TENANT "  entra_apps: [{name: a, tenant_id: b}]\n", "no tenant 'b'"},
    {WITH_TENANT "  entra_apps: [{name: a, proof: {jwks: []}}]\n", "keys"},
    {WITH_TENANT "  entra_apps: [{name: a, policy: strict}]\n", "strict"},
    {BASE "services: {kbase_users: [{user: a}, {user: a}]}\n", "given before"},
    {BASE "services: {kbase_users: [{user: a, token_type: login}]}\n", "type of token"},
    {BASE "services: {kbase_users: [{user: a, token: abc}]}\n", "8 characters"},
    {BASE "services: {apps: [{name: a_b}]}\n", "host name"},
    {BASE "services: {apps: [{name: a, region: \"A B\"}]}\n", "host name"},
    {BASE "services: {apps: [{name: a, host: nowhere}]}\n", "no workspace 'nowhere'"},
    {BASE "services: {apps: [{name: a, can_use: [nobody]}]}\n", "no principal 'nobody'"},
    {BASE "services: {apps: [{name: a}, {name: a}]}\n", "given before"},
    {BASE "services: {issuers: [{name: a, issuer: \"http://x\"}]}\n", "https"},
    {BASE "services: {issuers: [{name: a, claims: []}]}\n", "object"},
    {BASE "services: {issuers: [{name: a, request_token: x}]}\n", "8 characters"},
    {BASE "services: {issuers: [{name: a}, {name: a}]}\n", "given before"},
    {BASE "services: {kbase: []}\n", "kbase"},
};

Test(scenario_services, each_mistake_is_told_with_its_place)
{
    for (size_t i = 0; i < ARRAY_LEN(mistakes); i++) {
        struct err err = {0};
        struct scenario s;
        AUTO_ARENA struct arena *a = arena_new();
        AUTO_JSON_DOC struct json_doc doc = {0};
        cr_expect_eq(decode(a, mistakes[i].yaml, &doc, &s, &err), -1, "%s", mistakes[i].yaml);
        cr_expect(strstr(err.msg, mistakes[i].message) != NULL ||
                      strstr(err.hint, mistakes[i].message) != NULL,
                  "%s: %s (%s)", mistakes[i].yaml, err.msg, err.hint);
        cr_expect(err.line > 0, "%s", mistakes[i].yaml);
    }
}

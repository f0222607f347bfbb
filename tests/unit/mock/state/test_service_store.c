/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/service_store.h"

#include "base/secret/secret.h"
#include "mock/state/credential_store.h"
#include "mock/state/entra_token.h"
#include "mock/state/kbase_store.h"
#include "mock/state/principal_store.h"
#include "mock/state/workspace_store.h"
#include "tests/unit/mock/site_desk/site_desk.h"

#include <criterion/criterion.h>

#define TENANT "aaaaaaaa-0000-4000-8000-000000000001"

static const char world[] =
    "workspaces:\n"
    "  - {host: one.example.com, workspace_id: \"111\"}\n"
    "  - {host: two.example.com, workspace_id: \"222\", tenant_id: " TENANT "}\n"
    "principals:\n"
    "  - {name: robot, kind: service-principal, "
    "client_id: bbbbbbbb-0000-4000-8000-000000000001}\n"
    "  - {name: twin, kind: service-principal, "
    "client_id: bbbbbbbb-0000-4000-8000-000000000002}\n"
    "services:\n"
    "  tenants: [{tenant_id: " TENANT ", domain: contoso.onmicrosoft.com}]\n"
    "  entra_apps:\n"
    "    - {name: named, principal: robot}\n"
    "    - {name: by-id, client_id: bbbbbbbb-0000-4000-8000-000000000002}\n"
    "    - {name: outsider}\n"
    "    - {name: open, kind: public}\n"
    "  apps: [{name: first, has_api_key: true}, {name: second, host: two.example.com}]\n"
    "  kbase_users: [{user: alice}, {user: bob}]\n"
    "  issuers: [{name: actions, kind: github}]\n";

static struct site_desk *d;

static void set_up(void)
{
    d = site_desk_new(world);
}

static void tear_down(void)
{
    site_desk_free(d);
}

TestSuite(service_store, .init = set_up, .fini = tear_down);

static const struct entra_app *app_named(const char *name)
{
    static const struct entra_app none;
    const struct entra_app *found = NULL;
    VEC_FOREACH(const struct entra_app, app, &d->state->services->entra_apps) {
        found = strcmp(app->spec.name, name) == 0 ? app : found;
    }
    cr_assert_not_null(found, "%s", name);
    return found != NULL ? found : &none;
}

Test(service_store, an_application_is_the_principal_it_names_or_has_the_id_of)
{
    cr_expect_str_eq(app_named("named")->principal->name, "robot");
    cr_expect_str_eq(app_named("named")->spec.client_id, "bbbbbbbb-0000-4000-8000-000000000001");
    cr_expect_str_eq(app_named("by-id")->principal->name, "twin");
    cr_expect(app_named("named")->member && app_named("by-id")->member);
    cr_expect_not(app_named("outsider")->member);
    cr_expect_null(principal_store_named(d->state->principals,
                                         str_of(app_named("outsider")->principal->name)));
}

Test(service_store, only_confidential_clients_have_a_secret)
{
    cr_expect_null(app_named("open")->secret);
    cr_expect_str_eq(app_named("named")->secret->name, "named_entra_secret");
    cr_expect_str_eq(app_named("by-id")->secret->name, "by_id_entra_secret");
    cr_expect_not(secret_equal(app_named("named")->secret->value,
                               secret_reveal(app_named("by-id")->secret->value)));
}

Test(service_store, things_are_found_by_the_names_clients_use)
{
    const struct service_store *s = d->state->services;
    cr_expect_not_null(service_tenant(s, STR(TENANT)));
    cr_expect_not_null(service_tenant(s, STR("AAAAAAAA-0000-4000-8000-000000000001")));
    cr_expect_not_null(service_tenant(s, STR("Contoso.onmicrosoft.com")));
    cr_expect_null(service_tenant(s, STR("other")));
    cr_expect_str_eq(service_app_at(s, STR("first-111.aws.databricksapps.com"))->spec.name,
                     "first");
    cr_expect_str_eq(service_app_at(s, STR("second-222.aws.databricksapps.com"))->workspace->host,
                     "two.example.com");
    cr_expect_null(service_app_at(s, STR("second-111.aws.databricksapps.com")));
    cr_expect_not_null(service_issuer_of_kind(s, ISSUER_GITHUB));
    cr_expect_null(service_issuer_of_kind(s, ISSUER_GCP));
}

Test(service_store, secrets_are_canaries_with_stable_names)
{
    static const char *const names[] = {
        "named_entra_secret", "by_id_entra_secret", "outsider_entra_secret", "first_app_key",
        "kbase_token",        "kbase_token_2",      "actions_request_token"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        cr_expect_not_null(secret_set_named(d->state->canaries, names[i]), "%s", names[i]);
    }
    AUTO_JSON struct json *told = service_store_credentials(d->state->services);
    cr_expect_eq(json_count(json_get(told, "entra_apps")), 4);
    const char *token = json_get_string(json_at(json_get(told, "kbase_users"), 0), "token", "");
    cr_expect(
        secret_equal(secret_set_named(d->state->canaries, "kbase_token")->value, str_of(token)));
    cr_expect_eq(strlen(token), 32);
    cr_expect_eq(strspn(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), 32);
}

Test(service_store, a_taken_name_is_numbered_and_odd_letters_are_replaced)
{
    const struct canary *c = service_canary_add(d->state, "A-b c", SECRET_PAT, STR("first-value"));
    cr_expect_str_eq(c->name, "__b_c");
    c = service_canary_add(d->state, "__b_c", SECRET_PAT, STR("second-value"));
    cr_expect_str_eq(c->name, "__b_c_2");
}

Test(service_store, what_is_never_forgotten_is_bounded)
{
    struct err err = {0};
    int made = 0;
    while (service_count_one(d->state, &err) == 0) {
        made++;
    }
    cr_expect_eq(made, 200000);
    cr_expect_eq(err.code, ERR_LIMIT);
}

Test(service_store, kbase_tokens_are_bounded)
{
    struct err err = {0};
    const char *value =
        secret_reveal(secret_set_named(d->state->canaries, "kbase_token")->value).ptr;
    struct kbase_token from = *kbase_token_find(d->state->services->kbase, str_of(value));
    size_t made = 2;
    while (kbase_token_make(d->state, &from, 1000, &err) != NULL) {
        made++;
    }
    cr_expect_eq(made, KBASE_TOKENS_MAX);
    cr_expect_eq(err.code, ERR_LIMIT);
}

Test(service_store, resources_have_many_spellings)
{
    static const struct {
        const char *name;
        int kind; /* -1 = none */
    } rows[] = {
        {ENTRA_DATABRICKS, ENTRA_RES_DATABRICKS},
        {"https://management.core.windows.net/", ENTRA_RES_MANAGEMENT},
        {"https://management.azure.com", ENTRA_RES_MANAGEMENT},
        {"https://management.chinacloudapi.cn/", ENTRA_RES_MANAGEMENT},
        {"https://graph.microsoft.com", ENTRA_RES_GRAPH},
        {"api://bbbbbbbb-0000-4000-8000-000000000001", ENTRA_RES_APP},
        {"bbbbbbbb-0000-4000-8000-000000000001", ENTRA_RES_APP},
        {"api://nobody", -1},
        {"", -1},
    };
    const struct tenant *t = service_tenant(d->state->services, STR(TENANT));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct entra_resource r = {0};
        bool found = entra_resource_find(d->state, d->arena, t, str_of(rows[i].name), &r);
        cr_expect_eq(found ? (int)r.kind : -1, rows[i].kind, "%s", rows[i].name);
    }
}

Test(service_store, a_workspace_in_a_tenant_has_a_resource_id)
{
    const struct workspace *one =
        workspace_store_find(d->state->workspaces, STR("one.example.com"));
    const struct workspace *two =
        workspace_store_find(d->state->workspaces, STR("two.example.com"));
    cr_expect_str_eq(one->resource_id, "");
    cr_expect(str_starts(str_of(two->resource_id), STR("/subscriptions/")));
    cr_expect(str_ends(str_of(two->resource_id),
                       STR("/providers/Microsoft.Databricks/workspaces/ws-222")));
}

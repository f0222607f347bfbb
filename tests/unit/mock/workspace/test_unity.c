/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/workspace_store.h"
#include "tests/unit/mock/desk/desk.h"

#include <criterion/criterion.h>

static struct desk *d;

static void set_up(void)
{
    d = desk_new();
}

static void tear_down(void)
{
    desk_free(d);
}

TestSuite(workspace_catalog, .init = set_up, .fini = tear_down);

static const struct desk_reply *get(const char *target)
{
    return desk_send(d,
                     &(struct desk_request){.target = target, .authorization = "Bearer " DESK_PAT});
}

Test(workspace_catalog, a_table_is_answered_with_the_nonce_of_this_load)
{
    const struct desk_reply *a = get("/api/2.1/unity-catalog/tables/main.default.trips");
    const struct workspace *w = workspace_store_at(d->state->workspaces, 0);
    cr_expect_eq(a->reply.status, 200);
    cr_expect_str_eq(json_get_string(a->json, "table_id", ""), w->tables[0].table_id);
    cr_expect_str_eq(json_get_string(a->json, "catalog_name", ""), "main");
    cr_expect_str_eq(json_get_string(a->json, "schema_name", ""), "default");
    cr_expect_str_eq(json_get_string(a->json, "name", ""), "trips");
    cr_expect_str_eq(json_get_string(a->json, "full_name", ""), "main.default.trips");
    cr_expect_gt(json_get_int(a->json, "created_at", 0), 1500000000000, "milliseconds");
    cr_expect_eq(json_count(json_get(a->json, "columns")), 2);
}

Test(workspace_catalog, the_name_may_be_percent_encoded)
{
    cr_expect_eq(get("/api/2.1/unity-catalog/tables/main%2Edefault%2Etrips")->reply.status, 200);
    cr_expect_eq(get("/api/2.1/unity-catalog/tables/main.default.trips?")->reply.status, 200);
}

Test(workspace_catalog, an_unknown_table_has_a_string_code)
{
    const struct desk_reply *a = get("/api/2.1/unity-catalog/tables/main.default.nothing");
    cr_expect_eq(a->reply.status, 404);
    cr_expect_str_eq(json_get_string(a->json, "error_code", ""), "TABLE_DOES_NOT_EXIST");
    cr_expect_str_eq(json_get_string(a->json, "message", ""),
                     "Table 'main.default.nothing' does not exist.");
}

Test(workspace_catalog, two_level_names_are_refused)
{
    const struct desk_reply *a = get("/api/2.1/unity-catalog/tables/default.trips");
    cr_expect_eq(a->reply.status, 400, "PWAF-UC-1");
    cr_expect_str_eq(json_get_string(a->json, "error_code", ""), "INVALID_PARAMETER_VALUE");
}

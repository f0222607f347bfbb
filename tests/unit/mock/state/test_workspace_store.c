/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/workspace_store.h"

#include "base/crypto/random.h"

#include <criterion/criterion.h>

static struct workspace_store *s;
static struct rng rng;

static void set_up(void)
{
    s = workspace_store_new();
    rng_init_seeded(&rng, 7);
}

static void tear_down(void)
{
    workspace_store_free(s);
}

TestSuite(workspace_store, .init = set_up, .fini = tear_down);

static const struct workspace *add(const char *host, const char *id, const char *account)
{
    const char *tables[] = {"main.default.trips", "main.other.things"};
    const struct scenario_workspace from = {.host = host,
                                            .workspace_id = id,
                                            .account_id = account,
                                            .cloud = "AWS",
                                            .warehouse_id = "w",
                                            .tables = {.items = tables, .count = 2}};
    return workspace_store_add(s, &from, &rng, 5);
}

Test(workspace_store, a_host_finds_its_own_workspace_before_the_catch_all)
{
    const struct workspace *any = add("*", "1", "a");
    const struct workspace *own = add("ws.example.com", "2", "b");
    cr_expect_eq(workspace_store_find(s, STR("ws.example.com")), own);
    cr_expect_eq(workspace_store_find(s, STR("127.0.0.1")), any);
    cr_expect_eq(workspace_store_find(s, STR("")), any);
    cr_expect_eq(workspace_store_at(s, 0), any);
    cr_expect_null(workspace_store_at(s, 2));
}

Test(workspace_store, without_a_catch_all_other_hosts_find_nothing)
{
    (void)add("ws.example.com", "2", "b");
    cr_expect_null(workspace_store_find(s, STR("ws.example.co")));
}

Test(workspace_store, accounts_are_found)
{
    const struct workspace *first = add("one", "1", "shared");
    (void)add("two", "2", "shared");
    cr_expect_eq(workspace_store_account(s, STR("shared")), first);
    cr_expect_null(workspace_store_account(s, STR("other")));
}

Test(workspace_store, tables_are_found_by_full_name_in_any_case)
{
    const struct workspace *w = add("one", "1", "a");
    const struct workspace_table *t = workspace_table_find(w, STR("MAIN.Default.trips"));
    cr_assert_not_null(t);
    cr_expect_str_eq(t->catalog, "main");
    cr_expect_str_eq(t->schema, "default");
    cr_expect_str_eq(t->name, "trips");
    cr_expect_str_neq(t->table_id, w->tables[1].table_id);
    cr_expect_null(workspace_table_find(w, STR("trips")));
}

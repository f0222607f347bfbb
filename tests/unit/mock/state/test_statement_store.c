/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/statement_store.h"

#include <criterion/criterion.h>

#include <stdio.h>

static struct statement_store *s;

static void set_up(void)
{
    s = statement_store_new();
}

static void tear_down(void)
{
    statement_store_free(s);
}

TestSuite(statement_store, .init = set_up, .fini = tear_down);

Test(statement_store, the_first_rule_that_matches_counts)
{
    statement_store_add_rule(s,
                             &(struct scenario_statement){.text = "SELECT 1;", .state = "FAILED"});
    statement_store_add_rule(s, &(struct scenario_statement){.text = NULL, .state = "CLOSED"});
    cr_expect_str_eq(statement_store_rule(s, STR("SELECT 1"))->state, "FAILED");
    cr_expect_str_eq(statement_store_rule(s, STR("\n SELECT 1 ; "))->state, "FAILED");
    cr_expect_str_eq(statement_store_rule(s, STR("SELECT 2"))->state, "CLOSED");
}

Test(statement_store, without_a_rule_there_is_none)
{
    cr_expect_null(statement_store_rule(s, STR("SELECT 1")));
}

Test(statement_store, the_oldest_statement_is_forgotten_beyond_the_bound)
{
    struct statement st = {.state = "SUCCEEDED"};
    for (int i = 0; i <= STATEMENT_STORE_MAX; i++) {
        (void)snprintf(st.id, sizeof(st.id), "id-%d", i);
        (void)statement_store_add(s, &st);
    }
    cr_expect_null(statement_store_find(s, STR("id-0")));
    cr_expect_not_null(statement_store_find(s, STR("id-1")));
    cr_expect_not_null(statement_store_find(s, str_of(st.id)));
}

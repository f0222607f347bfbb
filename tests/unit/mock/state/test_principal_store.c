/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/principal_store.h"

#include "base/secret/secret.h"

#include <criterion/criterion.h>

static struct principal_store *s;

static void set_up(void)
{
    s = principal_store_new();
}

static void tear_down(void)
{
    principal_store_free(s);
}

TestSuite(principal_store, .init = set_up, .fini = tear_down);

static const struct principal *add(const char *name, int kind, const char *client_id)
{
    const struct scenario_principal from = {.name = name, .kind = kind};
    return principal_store_add(s, &from, client_id, client_id != NULL ? "a-secret" : NULL);
}

Test(principal_store, principals_are_found_by_name_and_by_client)
{
    const struct principal *robot = add("robot", PRINCIPAL_SERVICE, "id-1");
    const struct principal *user = add("user@example.com", PRINCIPAL_USER, NULL);
    cr_expect_eq(principal_store_named(s, STR("robot")), robot);
    cr_expect_eq(principal_store_client(s, STR("id-1")), robot);
    cr_expect_null(principal_store_client(s, STR("")), "a user has no client");
    cr_expect_null(principal_store_named(s, STR("Robot")));
    cr_expect_eq(principal_store_at(s, 1), user);
    cr_expect_null(principal_store_at(s, 2));
    cr_expect(secret_equal(robot->client_secret, STR("a-secret")));
    cr_expect_null(user->client_secret);
}

Test(principal_store, a_service_principals_user_name_is_its_client_id)
{
    cr_expect_str_eq(principal_user_name(add("robot", PRINCIPAL_SERVICE, "id-1")), "id-1");
    cr_expect_str_eq(principal_user_name(add("u@example.com", PRINCIPAL_USER, NULL)),
                     "u@example.com");
}

Test(principal_store, labels_can_be_part_of_a_name_and_are_unique)
{
    cr_expect_str_eq(add("Jane.Doe@example.com", PRINCIPAL_USER, NULL)->label, "jane_doe");
    cr_expect_str_eq(add("jane-doe@example.org", PRINCIPAL_USER, NULL)->label, "jane_doe_2");
    cr_expect_str_eq(add("@", PRINCIPAL_USER, NULL)->label, "principal");
}

Test(principal_store, without_a_list_all_known_scopes_may_be_granted)
{
    const char *only = "sql";
    const struct scenario_principal from = {.name = "narrow",
                                            .scopes = {.items = &only, .count = 1}};
    const struct principal *narrow = principal_store_add(s, &from, NULL, NULL);
    const struct principal *wide = add("wide", PRINCIPAL_USER, NULL);
    cr_expect(principal_may_have_scope(wide, STR("all-apis")));
    cr_expect(principal_may_have_scope(narrow, STR("sql")));
    cr_expect_not(principal_may_have_scope(narrow, STR("all-apis")));
}

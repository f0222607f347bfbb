/* SPDX-License-Identifier: Apache-2.0 */
#include "base/secret/secret.h"

#include <criterion/criterion.h>

#include <signal.h>
#include <stdio.h>

Test(secret_set, values_and_names_are_found)
{
    struct secret_set *set = secret_set_new();
    const struct canary *pat = secret_set_add(set, "pat", SECRET_PAT, STR("dapi0123456789"));
    const struct canary *code = secret_set_add(set, "code_2", SECRET_CODE, STR("code-9876543210"));
    cr_assert_eq(secret_set_count(set), 2u);
    cr_assert_eq(secret_set_at(set, 0), pat);
    cr_assert_eq(secret_set_at(set, 1), code);
    cr_assert_eq(secret_set_find(set, STR("code-9876543210")), code);
    cr_assert_null(secret_set_find(set, STR("code-987654321")));
    cr_assert_eq(secret_set_named(set, "pat"), pat);
    cr_assert_null(secret_set_named(set, "code"));
    cr_assert_eq(code->kind, SECRET_CODE);
    secret_set_free(set);
    secret_set_free(NULL);
}

Test(secret_set, a_value_put_twice_keeps_its_first_name)
{
    struct secret_set *set = secret_set_new();
    const struct canary *first = secret_set_add(set, "first", SECRET_PAT, STR("12345678"));
    const struct canary *again = secret_set_add(set, "again", SECRET_STATE, STR("12345678"));
    cr_assert_eq(first, again);
    cr_assert_str_eq(again->name, "first");
    cr_assert_eq(secret_set_count(set), 1u);
    secret_set_free(set);
}

Test(secret_set, canaries_stay_where_they_are_while_the_set_grows)
{
    struct secret_set *set = secret_set_new();
    const struct canary *first = secret_set_add(set, "c", SECRET_PAT, STR("the first one"));
    for (int i = 0; i < 1000; i++) {
        char name[32], value[32];
        snprintf(name, sizeof(name), "c%d", i);
        snprintf(value, sizeof(value), "value-%08d", i);
        cr_assert_not_null(secret_set_add(set, name, SECRET_CODE, str_of(value)));
    }
    cr_assert_eq(secret_set_at(set, 0), first);
    cr_assert_eq(secret_set_find(set, STR("the first one")), first);
    cr_assert_str_eq(secret_set_find(set, STR("value-00000777"))->name, "c777");
    secret_set_free(set);
}

Test(secret_set, a_short_value_is_a_programmers_error, .signal = SIGABRT)
{
    secret_set_add(secret_set_new(), "short", SECRET_PAT, STR("1234567"));
}

Test(secret_set, a_taken_name_is_a_programmers_error, .signal = SIGABRT)
{
    struct secret_set *set = secret_set_new();
    secret_set_add(set, "name", SECRET_PAT, STR("12345678"));
    secret_set_add(set, "name", SECRET_PAT, STR("87654321"));
}

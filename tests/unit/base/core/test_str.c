/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/str.h"

#include "base/core/arena.h"
#include "base/core/attrs.h"

#include <criterion/criterion.h>

static const struct str NONE = {NULL, 0};

Test(str, comparing)
{
    cr_assert(str_eq(STR("a\0b"), STR("a\0b")));
    cr_assert_not(str_eq(STR("a\0b"), STR("a\0c")));
    cr_assert(str_eq(NONE, STR("")));
    cr_assert(str_eq_z(STR("x"), "x"));
    cr_assert(str_eq_nocase(STR("BeaRer"), STR("bEArer")));
    cr_assert_not(str_eq_nocase(STR("[a]"), STR("{a}")));
    cr_assert_lt(str_cmp(STR("a"), STR("ab")), 0);
    cr_assert_gt(str_cmp(STR("\xff"), STR("a")), 0);
    cr_assert_eq(str_cmp(NONE, STR("")), 0);
}

Test(str, beginnings_and_ends)
{
    cr_assert(str_starts(STR("abc"), STR("ab")));
    cr_assert_not(str_starts(STR("a"), STR("ab")));
    cr_assert(str_starts(NONE, STR("")));
    cr_assert(str_ends(STR("x.json"), STR(".json")));
    cr_assert_not(str_ends(STR("json"), STR(".json")));
    cr_assert(str_ends(STR("abc"), NONE));
}

Test(str, finding)
{
    cr_assert_eq(str_find(STR("abcabc"), STR("bc"), 0), 1);
    cr_assert_eq(str_find(STR("abcabc"), STR("bc"), 2), 4);
    cr_assert_eq(str_find(STR("abcabc"), STR("bc"), 5), -1);
    cr_assert_eq(str_find(STR("abc"), STR("x"), 99), -1);
    cr_assert_eq(str_find(STR("abc"), STR("abcd"), 0), -1);
    cr_assert_eq(str_find((struct str){NULL, 0}, STR("x"), 0), -1);
}

Test(str, slices_are_clamped)
{
    cr_assert(str_eq(str_slice(STR("abc"), 1, 2), STR("b")));
    cr_assert(str_eq(str_slice(STR("abc"), 1, 99), STR("bc")));
    cr_assert_eq(str_slice(STR("abc"), 5, 9).len, 0u);
    cr_assert_eq(str_slice(STR("abc"), 2, 1).len, 0u);
}

Test(str, trimming)
{
    cr_assert(str_eq(str_trim(STR(" \t\r\n a b \n")), STR("a b")));
    cr_assert_eq(str_trim(STR(" \n ")).len, 0u);
}

Test(str, splitting_yields_empty_parts_too)
{
    struct str rest = STR("a,,b,"), part;
    static const char *const expected[] = {"a", "", "b", ""};
    for (size_t i = 0; i < 4; i++) {
        cr_assert(str_split(&rest, ',', &part));
        cr_assert(str_eq_z(part, expected[i]));
    }
    cr_assert_not(str_split(&rest, ',', &part));
}

Test(str, words_and_items_are_found_whole)
{
    static const struct {
        const char *words, *word;
        bool has;
    } cases[] = {
        {"sql offline_access", "sql", true},
        {"sql offline_access", "offline_access", true},
        {"sql offline_access", "offline", false},
        {"sql", "SQL", false},
        {"sql", "sql offline_access", false},
        {"", "sql", false},
        {"a  b", "", true}, /* between two spaces is an empty one */
    };
    const char *items[] = {"sql", "offline_access"};
    const struct str_list list = {.items = items, .count = ARRAY_LEN(items)};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        cr_expect_eq(str_has_word(str_of(cases[i].words), str_of(cases[i].word)), cases[i].has,
                     "case %zu", i);
    }
    cr_expect(str_list_has(&list, STR("offline_access")));
    cr_expect_not(str_list_has(&list, STR("offline")));
    cr_expect_not(str_list_has(&(struct str_list){0}, STR("sql")));
}

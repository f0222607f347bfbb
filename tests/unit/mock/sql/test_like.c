/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/query/like.h"

#include "base/core/attrs.h"

#include <criterion/criterion.h>

Test(mock_sql_like, patterns_match_as_in_jdbc)
{
    static const struct {
        const char *name, *pattern;
        bool is;
    } cases[] = {
        {"trips", NULL, true},       {"trips", "", true},
        {"trips", "%", true},        {"", "%", true},
        {"trips", "trips", true},    {"trips", "TRIPS", true},
        {"trips", "trip", false},    {"trips", "tripss", false},
        {"trips", "tr%", true},      {"trips", "%ps", true},
        {"trips", "%i%", true},      {"trips", "t%i%s", true},
        {"trips", "t%x%s", false},   {"trips", "_rips", true},
        {"trips", "_trips", false},  {"a_b", "a\\_b", true},
        {"axb", "a\\_b", false},     {"a%b", "a\\%b", true},
        {"aab", "%ab", true},        {"abab", "%ab", true},
        {"trips", "*", true},        {"abcabd", "%ab_d", false},
        {"abcxabyd", "%ab_d", true}, {"a\\", "a\\", true},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        cr_expect_eq(name_is_like(cases[i].name, cases[i].pattern), cases[i].is, "%s like %s",
                     cases[i].name, cases[i].pattern);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text/glob.h"

#include "base/core/attrs.h"

#include <criterion/criterion.h>

#include <string.h>

static const struct {
    const char *pattern, *id;
    bool matches;
} cases[] = {
    {"m2m/refresh/proactive", "m2m/refresh/proactive", true},
    {"m2m/refresh", "m2m/refresh/proactive", false},
    {"m2m/refresh/proactive/x", "m2m/refresh/proactive", false},
    {"m2m/*/proactive", "m2m/refresh/proactive", true},
    {"m2m/*", "m2m/refresh/proactive", false},
    {"*", "m2m", true},
    {"*", "m2m/x", false},
    {"m*/re*sh/pro*", "m2m/refresh/proactive", true},
    {"**", "m2m/refresh/proactive", true},
    {"**", "", true},
    {"m2m/**", "m2m/refresh/proactive", true},
    {"m2m/**", "m2m", true},
    {"m2m/**", "m2mx", false},
    {"**/proactive", "m2m/refresh/proactive", true},
    {"**/proactive", "proactive", true},
    {"**/refresh", "m2m/refresh/proactive", false},
    {"a/**/z", "a/z", true},
    {"a/**/z", "a/b/c/z", true},
    {"a/**/b/**/z", "a/x/b/b/y/z", true},
    {"a/**/b/**/z", "a/x/y/z", false},
    {"a?c", "abc", true},
    {"a?c", "a/c", false},
    {"a?c", "ac", false},
    {"?", "\xc3\xa9", true},
    {"*??", "\xe2\x82\xac", false},
    {"a*b*c", "aXbXbXc", true},
    {"a*b*c", "aXbXbX", false},
    {"[ab]", "a", false},
    {"[ab]", "[ab]", true},
    {"a.c", "abc", false},
    {"", "", true},
    {"", "a", false},
    {"a", "", false},
    {"a/", "a", false},
    {"a**c", "abbc", true},
    {"a**c", "ab/c", false},
};

Test(glob, patterns_match_what_they_say)
{
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        cr_expect_eq(glob_match(str_of(cases[i].pattern), str_of(cases[i].id)), cases[i].matches,
                     "`%s' against `%s'", cases[i].pattern, cases[i].id);
    }
}

Test(glob, many_stars_do_not_take_forever, .timeout = 5)
{
    char id[4001], pattern[401];
    memset(id, 'a', 4000);
    id[4000] = '\0';
    for (size_t i = 0; i < 400; i += 2) {
        pattern[i] = '*';
        pattern[i + 1] = 'a';
    }
    pattern[399] = 'b';
    pattern[400] = '\0';
    cr_assert_not(glob_match(str_of(pattern), str_of(id)));
    for (size_t i = 1; i < 4000; i += 2) {
        id[i] = '/';
    }
    cr_assert_not(glob_match(STR("**/a/**/a/**/a/**/a/**/a/**/a/**/b"), str_of(id)));
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text/suggest.h"

#include "base/core/attrs.h"

#include <criterion/criterion.h>

#include <string.h>

static const char *const words[] = {"client_id", "client_secret", "host", "on", "timeout"};

Test(suggest, the_nearest_word_is_offered_when_near_enough)
{
    static const struct {
        const char *typed, *expected;
    } cases[] = {
        {"client_di", "client_id"}, /* swapped neighbours */
        {"clientid", "client_id"},  /* one missing */
        {"hosts", "host"},          /* one too many */
        {"hots", "host"},           /* swapped */
        {"no", "on"},               /* one swap */
        {"timout", "timeout"},      /* one missing */
        {"client_secrets", "client_secret"},
        {"zzzz", NULL},
        {"x", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *got = suggest(str_of(cases[i].typed), words, ARRAY_LEN(words));
        if (cases[i].expected) {
            cr_assert_not_null(got, "%s", cases[i].typed);
            cr_expect_str_eq(got, cases[i].expected);
        } else {
            cr_expect_null(got, "%s", cases[i].typed);
        }
    }
}

Test(suggest, very_long_words_get_no_suggestion)
{
    char typed[100];
    memset(typed, 'a', sizeof(typed));
    const char *const same[] = {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                                "a"};
    cr_expect_null(suggest(str_n(typed, 65), same, 1));
    cr_expect_null(suggest(str_n(typed, 64), same, 1));
}

Test(suggest, the_hint_names_the_word_or_lists_a_few)
{
    struct err err = {0};
    err_set(&err, ERR_INVALID, "unknown");
    suggest_hint(&err, STR("hsot"), words, ARRAY_LEN(words));
    cr_expect_str_eq(err.hint, "did you mean `host'?");
    err_set(&err, ERR_INVALID, "unknown");
    suggest_hint(&err, STR("zzzz"), words, ARRAY_LEN(words));
    cr_expect_str_eq(err.hint, "known: client_id, client_secret, host, on, timeout");
}

Test(suggest, a_long_list_is_not_recited)
{
    const char *many[17];
    struct err err = {0};
    for (size_t i = 0; i < ARRAY_LEN(many); i++) {
        many[i] = "word";
    }
    err_set(&err, ERR_INVALID, "unknown");
    suggest_hint(&err, STR("zzzz"), many, ARRAY_LEN(many));
    cr_expect_str_eq(err.hint, "");
    suggest_hint(&err, STR("zzzz"), many, 0);
    cr_expect_str_eq(err.hint, "");
}

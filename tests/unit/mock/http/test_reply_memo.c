/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/http/reply_memo.h"

#include "base/core/arena.h"

#include <criterion/criterion.h>

Test(reply_memo, what_was_put_is_found_until_it_is_emptied)
{
    struct reply_memo *m = reply_memo_new();
    struct str body = {0};
    cr_expect_not(reply_memo_find(m, STR("a"), &body));
    reply_memo_put(m, STR("a"), STR("one"));
    reply_memo_put(m, STR("b"), STR(""));
    reply_memo_put(m, STR("a"), STR("two"));
    cr_assert(reply_memo_find(m, STR("a"), &body));
    cr_expect(str_eq_z(body, "two"));
    cr_assert(reply_memo_find(m, STR("b"), &body));
    cr_expect_eq(body.len, 0);
    reply_memo_clear(m);
    cr_expect_not(reply_memo_find(m, STR("a"), &body));
    reply_memo_free(m);
    reply_memo_free(NULL);
}

Test(reply_memo, many_keys_do_not_make_it_grow)
{
    struct reply_memo *m = reply_memo_new();
    AUTO_ARENA struct arena *a = arena_new();
    struct str body = {0};
    size_t found = 0;
    for (int i = 0; i < 10000; i++) {
        reply_memo_put(m, str_of(arena_printf(a, "host-%d", i)), STR("body"));
    }
    for (int i = 0; i < 10000; i++) {
        found += reply_memo_find(m, str_of(arena_printf(a, "host-%d", i)), &body) ? 1 : 0;
    }
    cr_expect_gt(found, 0);
    cr_expect_leq(found, 256);
    reply_memo_free(m);
}

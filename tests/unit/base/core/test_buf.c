/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/buf.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

Test(buf, a_zeroed_buf_is_empty_text)
{
    AUTO_BUF struct buf b = {0};
    cr_assert_str_eq(buf_z(&b), "");
    cr_assert_eq(buf_str(&b).len, 0u);
}

Test(buf, what_is_added_is_there_and_ends_in_nul)
{
    AUTO_BUF struct buf b = {0};
    buf_add(&b, "a\0b", 3);
    buf_add_z(&b, "cd");
    buf_add_str(&b, STR("ef"));
    buf_add_char(&b, 'g');
    cr_assert_eq(b.len, 8u);
    cr_assert_arr_eq(b.ptr, "a\0bcdefg", 9);
}

Test(buf, reaching_the_cap_drops_the_rest_and_says_so)
{
    AUTO_BUF struct buf b;
    buf_init(&b, 5);
    buf_add_z(&b, "abcde");
    cr_assert_not(b.truncated);
    buf_add_z(&b, "f");
    cr_assert(b.truncated);
    cr_assert_str_eq(buf_z(&b), "abcde");
    buf_reset(&b);
    cr_assert_not(b.truncated);
    buf_printf(&b, "%s", "1234567");
    cr_assert(b.truncated);
    cr_assert_str_eq(buf_z(&b), "12345");
}

Test(buf, long_formats_are_not_cut)
{
    AUTO_BUF struct buf b = {0};
    char text[2000];
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    buf_printf(&b, "<%s>", text);
    cr_assert_eq(b.len, sizeof(text) + 1);
    cr_assert_eq(b.ptr[b.len - 1], '>');
}

Test(buf, the_front_can_be_removed)
{
    AUTO_BUF struct buf b = {0};
    buf_add_z(&b, "abcdef");
    buf_remove_front(&b, 2);
    cr_assert_str_eq(buf_z(&b), "cdef");
    buf_remove_front(&b, 100);
    cr_assert_str_eq(buf_z(&b), "");
}

Test(buf, reserve_promises_room_up_to_the_cap)
{
    AUTO_BUF struct buf b;
    buf_init(&b, 100);
    cr_assert_geq(buf_reserve(&b, 60), 60u);
    memset(b.ptr, 'x', 60);
    b.len += 60;
    cr_assert_eq(buf_reserve(&b, 60), 40u);
}

Test(buf, taking_hands_the_bytes_over)
{
    struct buf b = {0};
    size_t len = 9;
    char *empty = buf_take(&b, &len);
    cr_assert_str_eq(empty, "");
    cr_assert_eq(len, 0u);
    buf_add_z(&b, "mine");
    char *taken = buf_take(&b, &len);
    cr_assert_str_eq(taken, "mine");
    cr_assert_eq(len, 4u);
    cr_assert_null(b.ptr);
    free(empty);
    free(taken);
}

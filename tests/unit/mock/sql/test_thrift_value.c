/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/sql/thrift_value.h"
#include "mock/sql/thrift_write.h"

#include <criterion/criterion.h>

static struct arena *a;
static struct thrift_message m;

static void set_up(void)
{
    a = arena_new();
}

static void tear_down(void)
{
    arena_free(a);
}

TestSuite(mock_sql_thrift, .init = set_up, .fini = tear_down);

static int read_bytes(const struct buf *b, struct err *err)
{
    *err = (struct err){0};
    return thrift_read(a, buf_str(b), &m, err);
}

Test(mock_sql_thrift, what_is_written_is_read_again)
{
    AUTO_BUF struct buf b = {0};
    struct err err;
    thrift_put_message(&b, THRIFT_CALL, STR("Name"), -2);
    thrift_put_bool(&b, 1, true);
    thrift_put_i16(&b, 2, -3);
    thrift_put_i32(&b, 3, INT32_MIN);
    thrift_put_i64(&b, 4, INT64_MIN);
    thrift_put_text(&b, 0x501, str_n("a\0b", 3));
    thrift_put_list(&b, 6, THRIFT_DOUBLE, 2);
    thrift_raw_double(&b, 1.5);
    thrift_raw_double(&b, -0.25);
    thrift_put_map(&b, 7, THRIFT_STRING, 1);
    thrift_raw_text(&b, STR("k"));
    thrift_raw_text(&b, STR("v"));
    thrift_begin(&b, 8);
    thrift_put_i32(&b, 1, 7);
    thrift_end(&b);
    thrift_end(&b);
    cr_assert_eq(read_bytes(&b, &err), 0, "%s", err.msg);
    const struct thrift_value *v = &m.arguments;
    cr_expect(str_eq_z(m.name, "Name") && m.seqid == -2 && m.kind == THRIFT_CALL);
    cr_expect(thrift_bool(v, 1, false));
    cr_expect_eq(thrift_number(v, 2, THRIFT_I16, 0), -3);
    cr_expect_eq(thrift_number(v, 3, THRIFT_I32, 0), INT32_MIN);
    cr_expect_eq(thrift_number(v, 4, THRIFT_I64, 0), INT64_MIN);
    cr_expect(str_eq(thrift_get(v, 0x501, THRIFT_STRING)->text, str_n("a\0b", 3)));
    const struct thrift_value *list = thrift_get(v, 6, THRIFT_LIST);
    cr_expect(list->count == 2 && list->items[0].value.real > 1.4 && list->items[1].value.real < 0);
    const struct thrift_value *map = thrift_get(v, 7, THRIFT_MAP);
    cr_expect(map->count == 2 && str_eq_z(map->items[1].value.text, "v"));
    cr_expect_eq(thrift_number(thrift_get(v, 8, THRIFT_STRUCT), 1, THRIFT_I32, 0), 7);
    cr_expect_eq(thrift_number(v, 3, THRIFT_I64, -9), -9, "another type counts as absent");
    cr_expect_null(thrift_get(v, 99, THRIFT_I32));
}

Test(mock_sql_thrift, a_message_is_read_whole_or_not_at_all)
{
    AUTO_BUF struct buf b = {0};
    struct err err;
    thrift_put_message(&b, THRIFT_CALL, STR("Name"), 1);
    thrift_begin(&b, 1);
    thrift_put_text(&b, 1, STR("text"));
    thrift_put_list(&b, 2, THRIFT_I64, 1);
    thrift_raw(&b, 5, 8);
    thrift_end(&b);
    thrift_end(&b);
    size_t whole = b.len;
    cr_expect_eq(read_bytes(&b, &err), 0);
    for (b.len = 0; b.len < whole; b.len++) {
        cr_expect_eq(read_bytes(&b, &err), -1, "%zu bytes of it", b.len);
        cr_expect_eq(err.code, ERR_PROTOCOL);
    }
    buf_add_char(&b, '\0');
    cr_expect_eq(read_bytes(&b, &err), -1, "a byte too many");
}

/* A length far beyond the message is refused before anything is allocated for it. */
Test(mock_sql_thrift, lengths_and_counts_are_not_trusted)
{
    static const enum thrift_type of[] = {THRIFT_BOOL, THRIFT_STRUCT, THRIFT_STRING};
    for (size_t i = 0; i < ARRAY_LEN(of); i++) {
        AUTO_BUF struct buf b = {0};
        struct err err;
        thrift_put_message(&b, THRIFT_CALL, STR("Name"), 1);
        thrift_put_list(&b, 1, of[i], 0x7fffffff);
        thrift_end(&b);
        cr_expect_eq(read_bytes(&b, &err), -1);
        cr_expect_eq(err.code, ERR_PROTOCOL, "%s", err.msg);
    }
    AUTO_BUF struct buf b = {0};
    struct err err;
    thrift_put_message(&b, THRIFT_CALL, STR("Name"), 1);
    thrift_put_list(&b, 1, THRIFT_BOOL, UINT32_MAX);
    thrift_end(&b);
    cr_expect_eq(read_bytes(&b, &err), -1, "a negative count");
}

Test(mock_sql_thrift, depth_and_the_number_of_values_are_bounded)
{
    AUTO_BUF struct buf deep = {0}, wide = {0};
    struct err err;
    thrift_put_message(&deep, THRIFT_CALL, STR("Name"), 1);
    for (int i = 0; i < THRIFT_MAX_DEPTH; i++) {
        thrift_begin(&deep, 1);
    }
    for (int i = 0; i <= THRIFT_MAX_DEPTH; i++) {
        thrift_end(&deep);
    }
    cr_expect_eq(read_bytes(&deep, &err), -1);
    cr_expect_eq(err.code, ERR_LIMIT, "%s", err.msg);
    thrift_put_message(&wide, THRIFT_CALL, STR("Name"), 1);
    thrift_put_list(&wide, 1, THRIFT_BOOL, THRIFT_MAX_VALUES);
    for (size_t i = 0; i < THRIFT_MAX_VALUES; i++) {
        thrift_raw(&wide, 1, 1);
    }
    thrift_end(&wide);
    cr_expect_eq(read_bytes(&wide, &err), -1);
    cr_expect_eq(err.code, ERR_LIMIT, "%s", err.msg);
}

Test(mock_sql_thrift, other_protocols_are_not_taken_for_it)
{
    static const struct {
        const char *bytes;
        size_t len;
    } others[] = {
        {"\x82\x21\x01\x04Name\0", 9},                      /* compact */
        {"\0\0\0\4Name\1\0\0\0\1\0", 14},                   /* binary, not strict */
        {"\x80\1\0\5\0\0\0\4Name\0\0\0\1\0", 17},           /* no such kind */
        {"\0\0\0\x11\x80\1\0\1\0\0\0\4Name\0\0\0\1\0", 21}, /* framed */
        {"\x80\1\0\1\0\0\0\4Name\0\0\0\1\x09\0\1", 19},     /* no such type */
        {"\x80\1\0\1\xff\xff\xff\xffName\0\0\0\1\0", 17},   /* negative length */
        {"{\"method\":\"Name\"}", 17},
    };
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        struct err err = {0};
        cr_expect_eq(thrift_read(a, str_n(others[i].bytes, others[i].len), &m, &err), -1, "%zu", i);
        cr_expect_eq(err.code, ERR_PROTOCOL);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/workspace/sql_literal.h"

#include "base/core/buf.h"

#include <criterion/criterion.h>

/* One column each: text, then name, type and value of the column. */
static const struct {
    const char *sql, *name, *type_name, *type_text, *value;
} columns[] = {
    {"SELECT 1", "1", "INT", "INT", "1"},
    {"select 1;", "1", "INT", "INT", "1"},
    {"\n SELECT\t1 ;; ", "1", "INT", "INT", "1"},
    {"SELECT -1", "-1", "INT", "INT", "-1"},
    {"SELECT 2147483647", "2147483647", "INT", "INT", "2147483647"},
    {"SELECT 2147483648", "2147483648", "LONG", "BIGINT", "2147483648"},
    {"SELECT 007", "007", "INT", "INT", "7"},
    {"SELECT 1.50", "1.50", "DECIMAL", "DECIMAL(3,2)", "1.50"},
    {"SELECT 0.5", "0.5", "DECIMAL", "DECIMAL(1,1)", "0.5"},
    {"SELECT .25", ".25", "DECIMAL", "DECIMAL(2,2)", ".25"},
    {"SELECT 1e3", "1e3", "DOUBLE", "DOUBLE", "1e3"},
    {"SELECT 'a'", "a", "STRING", "STRING", "a"},
    {"SELECT \"a b\"", "a b", "STRING", "STRING", "a b"},
    {"SELECT 'it''s'", "it's", "STRING", "STRING", "it's"},
    {"SELECT 'a\\'b\\n'", "a'b\n", "STRING", "STRING", "a'b\n"},
    {"SELECT ''", "", "STRING", "STRING", ""},
    {"SELECT '\xc3\xa9'", "\xc3\xa9", "STRING", "STRING", "\xc3\xa9"},
    {"SELECT NULL", "NULL", "NULL", "VOID", NULL},
    {"SELECT true", "true", "BOOLEAN", "BOOLEAN", "true"},
    {"SELECT FALSE", "false", "BOOLEAN", "BOOLEAN", "false"},
    {"SELECT current_user()", "current_user()", "STRING", "STRING", "me@example.com"},
    {"SELECT current_user( ) AS me", "me", "STRING", "STRING", "me@example.com"},
    {"SELECT 1 AS ok", "ok", "INT", "INT", "1"},
    {"SELECT 1 ok", "ok", "INT", "INT", "1"},
    {"SELECT 1 AS `a ``b`", "a `b", "INT", "INT", "1"},
};

static int read_sql(struct arena *a, const char *sql, struct sql_row *row, struct err *err)
{
    return sql_literal_read(a, str_of(sql), "me@example.com", row, err);
}

Test(sql_literal, each_literal_has_sparks_name_and_type)
{
    for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
        AUTO_ARENA struct arena *a = arena_new();
        struct err err = {0};
        struct sql_row row = {0};
        cr_assert_eq(read_sql(a, columns[i].sql, &row, &err), 0, "%s: %s", columns[i].sql, err.msg);
        cr_assert_eq(row.count, 1, "%s", columns[i].sql);
        cr_expect_str_eq(row.items[0].name, columns[i].name);
        cr_expect_str_eq(row.items[0].type_name, columns[i].type_name, "%s", columns[i].sql);
        cr_expect_str_eq(row.items[0].type_text, columns[i].type_text, "%s", columns[i].sql);
        if (columns[i].value == NULL) {
            cr_expect_null(row.items[0].value);
        } else {
            cr_expect_str_eq(row.items[0].value, columns[i].value);
        }
    }
}

Test(sql_literal, several_columns_keep_their_order)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct err err = {0};
    struct sql_row row = {0};
    cr_assert_eq(read_sql(a, "SELECT 1 AS a, 'x' b,NULL", &row, &err), 0, "%s", err.msg);
    cr_assert_eq(row.count, 3);
    cr_expect_str_eq(row.items[0].name, "a");
    cr_expect_str_eq(row.items[1].name, "b");
    cr_expect_str_eq(row.items[2].name, "NULL");
}

static const struct {
    const char *sql, *near;
} bad[] = {
    {"", "end of input. SQLSTATE: 42601 (line 1, pos 0)"},
    {"SELECT", "end of input. SQLSTATE: 42601 (line 1, pos 6)"},
    {"SELEC 1", "'SELEC'. SQLSTATE: 42601 (line 1, pos 0)"},
    {"SELECT 1 FROM t", "'FROM'. SQLSTATE: 42601 (line 1, pos 9)"},
    {"SELECT\n 1 +", "'+'. SQLSTATE: 42601 (line 2, pos 3)"},
    {"SELECT 1,", "end of input"},
    {"SELECT 1 AS", "end of input"},
    {"SELECT 1 AS FROM", "'FROM'"},
    {"SELECT 'open", "'''. SQLSTATE: 42601 (line 1, pos 7)"},
    {"SELECT x", "'x'"},
    {"SELECT - 'a'", "'''"},
    {"SELECT current_user", "end of input"},
    {"SELECT current_user(1)", "'1'"},
    {"SELECT 1; SELECT 2", "'SELECT'"},
    {"SELECT 99999999999999999999", "'99999999999999999999'"},
    {"SELECT 1.0000000000000000000000000000000000000000", "'1.000"},
    {"DROP TABLE t", "'DROP'"},
};

Test(sql_literal, all_else_is_a_syntax_error_with_its_place)
{
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        AUTO_ARENA struct arena *a = arena_new();
        struct err err = {0};
        struct sql_row row = {0};
        cr_assert_eq(read_sql(a, bad[i].sql, &row, &err), -1, "%s", bad[i].sql);
        cr_expect_eq(strncmp(err.msg, "[PARSE_SYNTAX_ERROR] Syntax error at or near ", 45), 0);
        cr_expect_not_null(strstr(err.msg, bad[i].near), "%s: %s", bad[i].sql, err.msg);
        cr_expect_eq(row.count, 0, "ret_row is untouched");
    }
}

Test(sql_literal, columns_are_bounded)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf sql = {0};
    struct err err = {0};
    struct sql_row row = {0};
    buf_add_z(&sql, "SELECT 1");
    for (int i = 1; i < SQL_MAX_COLUMNS; i++) {
        buf_add_z(&sql, ",1");
    }
    cr_expect_eq(read_sql(a, buf_z(&sql), &row, &err), 0);
    cr_expect_eq(row.count, SQL_MAX_COLUMNS);
    buf_add_z(&sql, ",1");
    cr_expect_eq(read_sql(a, buf_z(&sql), &row, &err), -1);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/query/sql_read.h"

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
    {"SELECT 1 -- of them", "1", "INT", "INT", "1"},
    {"-- how many\n/* app=x */ SELECT /**/ 1", "1", "INT", "INT", "1"},
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
    {"SELECT current_catalog()", "current_catalog()", "STRING", "STRING", "main"},
    {"SELECT current_schema()", "current_schema()", "STRING", "STRING", "default"},
    {"SELECT :n", "5", "INT", "INT", "5"},
    {"SELECT :who AS w", "w", "STRING", "STRING", "me"},
    {"SELECT :none AS d", "d", "DATE", "DATE", NULL},
    {"SELECT CAST('7' AS BIGINT)", "CAST(7 AS BIGINT)", "LONG", "BIGINT", "7"},
    {"SELECT CAST(1 AS DECIMAL(5,2)) d", "d", "DECIMAL", "DECIMAL(5,2)", "1.00"},
    {"SELECT CAST('.5' AS DECIMAL(2,2)) d", "d", "DECIMAL", "DECIMAL(2,2)", "0.50"},
    {"SELECT CAST('-007' AS DECIMAL(1)) d", "d", "DECIMAL", "DECIMAL(1,0)", "-7"},
    {"SELECT CAST('t' AS boolean) b", "b", "BOOLEAN", "BOOLEAN", "true"},
    {"SELECT CAST('2020-01-31' AS DATE) d", "d", "DATE", "DATE", "2020-01-31"},
    {"SELECT CAST(2 AS DOUBLE) d", "d", "DOUBLE", "DOUBLE", "2.0"},
    {"SELECT CAST(1.5 AS STRING) s", "s", "STRING", "STRING", "1.5"},
};

static struct sql_parameter known_items[] = {
    {.name = "n", .value = "5", .type = {.kind = SQL_INT}},
    {.name = "who", .value = "me", .type = {.kind = SQL_STRING}},
    {.name = "none", .value = NULL, .type = {.kind = SQL_DATE}},
};
static const struct sql_parameters known = {known_items, ARRAY_LEN(known_items),
                                            ARRAY_LEN(known_items)};
static const struct sql_context context = {
    .user = "me@example.com", .catalog = "main", .schema = "default", .parameters = &known};

static int read_query(struct arena *a, const char *sql, struct sql_query *q, struct err *err)
{
    return sql_read(a, str_of(sql), &context, q, err);
}

static int read_sql(struct arena *a, const char *sql, struct sql_columns *row, struct err *err)
{
    struct sql_query q = {0};
    int result = read_query(a, sql, &q, err);
    *row = q.columns;
    return result;
}

Test(sql_read, each_literal_has_sparks_name_and_type)
{
    for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
        AUTO_ARENA struct arena *a = arena_new();
        struct err err = {0};
        struct sql_columns row = {0};
        cr_assert_eq(read_sql(a, columns[i].sql, &row, &err), 0, "%s: %s", columns[i].sql, err.msg);
        cr_assert_eq(row.count, 1, "%s", columns[i].sql);
        cr_expect_str_eq(row.items[0].name, columns[i].name);
        cr_expect_str_eq(sql_type_name(row.items[0].type), columns[i].type_name, "%s",
                         columns[i].sql);
        cr_expect_str_eq(sql_type_text(a, row.items[0].type), columns[i].type_text, "%s",
                         columns[i].sql);
        if (columns[i].value == NULL) {
            cr_expect_null(row.items[0].value);
        } else {
            cr_expect_str_eq(row.items[0].value, columns[i].value);
        }
    }
}

Test(sql_read, several_columns_keep_their_order)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct err err = {0};
    struct sql_columns row = {0};
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
    {"SELECT 1 FROM", "end of input. SQLSTATE: 42601 (line 1, pos 13)"},
    {"SELECT 1 FROM t GROUP BY x", "'GROUP'. SQLSTATE: 42601 (line 1, pos 16)"},
    {"SELECT *", "'*'. SQLSTATE: 42601 (line 1, pos 7)"},
    {"SELECT ?", "'?'"},
    {"SELECT id FROM range()", "')'"},
    {"SELECT id FROM range(1,2,3,4)", "','"},
    {"SELECT id FROM range(0,1,0)", "'('"},
    {"SELECT id FROM range(x)", "'x'"},
    {"SELECT id FROM range(:who)", "':'"},
    {"SELECT id FROM a.b.c.d", "'d'"},
    {"SELECT 1 LIMIT -1", "'LIMIT'"},
    {"SELECT CAST(1 AS BANANA)", "'BANANA'"},
    {"SELECT CAST(1, INT)", "','"},
    {"SELECT CAST(1 AS DECIMAL(39,1))", "'DECIMAL'"},
    {"SELECT CAST(1 AS DECIMAL(3,4))", "'DECIMAL'"},
    {"SELECT concat(1, id) FROM range(1)", "')'"},
    {"SHOW", "end of input"},
    {"SHOW FUNCTIONS", "'FUNCTIONS'"},
    {"DESCRIBE", "end of input"},
    {"SELECT :", "end of input"},
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
    {"GRANT ALL ON t", "'GRANT'"},
    {"DROP INDEX t", "'INDEX'"},
};

Test(sql_read, all_else_is_a_syntax_error_with_its_place)
{
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        AUTO_ARENA struct arena *a = arena_new();
        struct err err = {0};
        struct sql_columns row = {0};
        cr_assert_eq(read_sql(a, bad[i].sql, &row, &err), -1, "%s", bad[i].sql);
        cr_expect_eq(strncmp(err.msg, "[PARSE_SYNTAX_ERROR] Syntax error at or near ", 45), 0);
        cr_expect_not_null(strstr(err.msg, bad[i].near), "%s: %s", bad[i].sql, err.msg);
        cr_expect_eq(row.count, 0, "ret_row is untouched");
    }
}

Test(sql_read, columns_are_bounded)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf sql = {0};
    struct err err = {0};
    struct sql_columns row = {0};
    buf_add_z(&sql, "SELECT 1");
    for (int i = 1; i < SQL_MAX_COLUMNS; i++) {
        buf_add_z(&sql, ",1");
    }
    cr_expect_eq(read_sql(a, buf_z(&sql), &row, &err), 0);
    cr_expect_eq(row.count, SQL_MAX_COLUMNS);
    buf_add_z(&sql, ",1");
    cr_expect_eq(read_sql(a, buf_z(&sql), &row, &err), -1);
}

static const struct {
    const char *sql, *code, *state;
} refused[] = {
    {"SELECT :other", "[UNBOUND_SQL_PARAMETER]", "42P02"},
    {"SELECT CAST('x' AS INT)", "[CAST_INVALID_INPUT]", "22018"},
    {"SELECT CAST('1.234' AS DECIMAL(5,2))", "[CAST_INVALID_INPUT]", "22018"},
    {"SELECT CAST('1234' AS DECIMAL(5,2))", "[CAST_INVALID_INPUT]", "22018"},
    {"SELECT CAST('043' AS DECIMAL(3,2))", "[CAST_INVALID_INPUT]", "22018"},
    {"SELECT CAST('2020-13-31' AS DATE)", "[CAST_INVALID_INPUT]", "22018"},
    {"SELECT CAST('300' AS TINYINT)", "[CAST_INVALID_INPUT]", "22018"},
    {"SELECT CAST(id AS DATE) FROM range(1)", "[DATATYPE_MISMATCH", "42K09"},
};

Test(sql_read, what_cannot_be_meant_has_a_code_of_its_own)
{
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        AUTO_ARENA struct arena *a = arena_new();
        struct err err = {0};
        struct sql_query q = {0};
        cr_assert_eq(read_query(a, refused[i].sql, &q, &err), -1, "%s", refused[i].sql);
        cr_expect_eq(strncmp(err.msg, refused[i].code, strlen(refused[i].code)), 0, "%s", err.msg);
        cr_expect(str_eq_z(sql_state_of(str_of(err.msg)), refused[i].state), "%s", err.msg);
    }
    cr_expect(str_eq_z(sql_state_of(STR("nothing of the kind")), "42601"));
}

Test(sql_read, ranges_have_one_two_or_three_numbers)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct err err = {0};
    struct sql_query q = {0};
    cr_assert_eq(read_query(a, "SELECT id FROM range(10)", &q, &err), 0, "%s", err.msg);
    cr_expect(q.has_range && q.range.first == 0 && q.range.end == 10 && q.range.step == 1);
    cr_assert_eq(read_query(a, "SELECT * FROM RANGE(2, :n) LIMIT 1", &q, &err), 0, "%s", err.msg);
    cr_expect(q.range.first == 2 && q.range.end == 5 && q.range.step == 1 && q.limit == 1);
    cr_assert_eq(read_query(a, "SELECT id, CAST(id AS STRING) FROM range(9, -1, -3)", &q, &err), 0,
                 "%s", err.msg);
    cr_expect(q.range.first == 9 && q.range.end == -1 && q.range.step == -3 && q.limit == -1);
}

Test(sql_read, show_and_describe_name_what_they_are_about)
{
    static const struct {
        const char *sql, *object;
        enum sql_verb verb;
    } rows[] = {{"SHOW CATALOGS", NULL, SQL_SHOW_CATALOGS},
                {"show schemas in main", "main", SQL_SHOW_SCHEMAS},
                {"SHOW DATABASES", NULL, SQL_SHOW_SCHEMAS},
                {"SHOW TABLES FROM main.`default`", "main.default", SQL_SHOW_TABLES},
                {"DESCRIBE TABLE a.b.c", "a.b.c", SQL_DESCRIBE},
                {"DESC t;", "t", SQL_DESCRIBE}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO_ARENA struct arena *a = arena_new();
        struct err err = {0};
        struct sql_query q = {0};
        cr_assert_eq(read_query(a, rows[i].sql, &q, &err), 0, "%s: %s", rows[i].sql, err.msg);
        cr_expect_eq(q.verb, rows[i].verb, "%s", rows[i].sql);
        cr_expect_eq(q.object == NULL, rows[i].object == NULL, "%s", rows[i].sql);
        cr_expect(q.object == NULL || strcmp(q.object, rows[i].object) == 0, "%s", rows[i].sql);
    }
}

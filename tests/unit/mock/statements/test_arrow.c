/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/arena.h"
#include "mock/query/arrow.h"
#include "mock/query/sql_result.h"

#include <criterion/criterion.h>

#include <inttypes.h>
#include <stdio.h>

Test(arrow, numbers_are_written_as_printf_does)
{
    int64_t power = 1;
    for (int digits = 1; digits < 19; digits++, power *= 10) {
        const int64_t numbers[] = {power - 1,  power,  power + 1,
                                   -power + 1, -power, 7 * (power / 3)};
        for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
            char wanted[32], got[32];
            int len = snprintf(wanted, sizeof(wanted), "%" PRId64, numbers[i]);
            memset(got, '#', sizeof(got));
            cr_expect_eq(sql_number_digits(numbers[i], got), (size_t)len);
            cr_expect_arr_eq(got, wanted, (size_t)len);
            cr_expect_eq(got[len], '#', "%s: nothing is written behind it", wanted);
        }
    }
    char text[32];
    cr_expect_eq(sql_number_digits(INT64_MIN, text), 20u);
    cr_expect_arr_eq(text, "-9223372036854775808", 20);
    cr_expect_eq(sql_number_digits(INT64_MAX, text), 19u);
    cr_expect_arr_eq(text, "9223372036854775807", 19);
}

/* Columns of each kind that is computed, with one beside them that is not. */
static const struct sql_result_column computed[] = {
    {.name = "b", .type = {.kind = SQL_BYTE}, .cells = SQL_CELL_NUMBER},
    {.name = "h", .type = {.kind = SQL_SHORT}, .cells = SQL_CELL_NUMBER},
    {.name = "i", .type = {.kind = SQL_INT}, .cells = SQL_CELL_NUMBER},
    {.name = "same", .type = {.kind = SQL_STRING}, .cells = SQL_CELL_SAME, .text = "one"},
    {.name = "l", .type = {.kind = SQL_LONG}, .cells = SQL_CELL_NUMBER},
    {.name = "s", .type = {.kind = SQL_STRING}, .cells = SQL_CELL_NUMBER},
    {.name = "f", .type = {.kind = SQL_STRING}, .cells = SQL_CELL_NUMBER, .text = "front-"},
    {.name = "none", .type = {.kind = SQL_VOID}, .cells = SQL_CELL_SAME},
};
enum { COLUMNS = sizeof(computed) / sizeof(computed[0]) };

/* The same values, each of them there as a text. */
static struct sql_result stored_copy(struct arena *a, const struct sql_result *r)
{
    struct sql_result copy = *r;
    AUTO_BUF struct buf scratch = {0};
    struct sql_result_column *columns = ARENA_ARRAY(a, struct sql_result_column, COLUMNS);
    const char **cells = ARENA_ARRAY(a, const char *, COLUMNS *(size_t)r->rows);
    for (size_t c = 0; c < COLUMNS; c++) {
        columns[c] = r->columns[c];
        columns[c].cells = SQL_CELL_STORED;
        for (int64_t row = 0; row < r->rows; row++) {
            const char *value = sql_result_value(r, row, c, &scratch);
            cells[(size_t)row * COLUMNS + c] = value != NULL ? arena_strdup(a, value) : NULL;
        }
    }
    copy.columns = columns;
    copy.stored = cells;
    return copy;
}

Test(arrow, computed_columns_are_those_that_are_made_value_by_value)
{
    AUTO_ARENA struct arena *a = arena_new();
    const struct sql_result r = {
        .columns = computed, .column_count = COLUMNS, .rows = 31, .first = -101, .step = 7};
    const struct sql_result copy = stored_copy(a, &r);
    for (int64_t first = 0; first < r.rows; first += 5) {
        for (int64_t count = 0; first + count <= r.rows; count++) {
            AUTO_BUF struct buf at_once = {0}, one_by_one = {0};
            struct err err = {0};
            buf_add_z(&at_once, "before");
            cr_assert_eq(arrow_write(&at_once, &r, first, count, &err), 0, "%s", err.msg);
            cr_assert_eq(arrow_write(&one_by_one, &copy, first, count, &err), 0, "%s", err.msg);
            struct str got = str_slice(buf_str(&at_once), 6, at_once.len);
            cr_expect(str_eq(got, buf_str(&one_by_one)), "rows %d to %d", (int)first,
                      (int)(first + count));
        }
    }
}

Test(arrow, what_does_not_fit_is_refused)
{
    const struct sql_result r = {
        .columns = computed, .column_count = COLUMNS, .rows = 100, .step = 1};
    for (size_t cap = 0; cap < 8000; cap += 100) {
        AUTO_BUF struct buf out = {0};
        struct err err = {0};
        buf_init(&out, cap == 0 ? 1 : cap);
        int result = arrow_batch_write(&out, &r, 0, 100, &err);
        cr_expect(result == 0 ? !out.truncated : err.code == ERR_LIMIT, "cap %zu", cap);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_QUERY_SQL_RESULT_H
#define MOCK_QUERY_SQL_RESULT_H

/* The result of a statement: columns and a way to compute each value when it is asked for, so that
 * ten million rows cost no more than one.
 *
 * Ownership: a result and all in it live in the arena it was made in. Pure. */

#include "base/core/arena.h"
#include "base/core/attrs.h"
#include "mock/query/sql_value.h"

#include <stdbool.h>
#include <stdint.h>

#define SQL_MAX_ROWS ((int64_t)10 * 1000 * 1000)

enum sql_cells {
    SQL_CELL_SAME,   /* `text` in each row */
    SQL_CELL_NUMBER, /* first + row * step, with `text` in front if it is not NULL */
    SQL_CELL_STORED  /* cells[row * column count + column] */
};

struct buf;

struct sql_result_column {
    const char *name;
    struct sql_type type;
    enum sql_cells cells;
    const char *text;
    struct sql_type text_of; /* a STRING column in place of one of that type; else SQL_VOID */
};

struct sql_result {
    const struct sql_result_column *columns;
    size_t column_count; /* 0 = no result set (DDL) */
    int64_t rows;
    int64_t first, step;
    const char *const *stored;
    bool truncated;
};

/* The value in that place, or NULL; scratch may be used for it. */
const char *sql_result_value(const struct sql_result *r, int64_t row, size_t column,
                             struct buf *scratch);
/* The value in that place of a column of whole numbers, where it takes no text to know it; false =
 * look at the text. */
bool sql_result_number(const struct sql_result *r, int64_t row, size_t column, int64_t *ret);
/* What the service counts: by type, texts by an estimate of their length. */
int64_t sql_result_bytes(const struct sql_result *r, int64_t rows);
/* A bound that also grows with values of no length: what an encoded row takes is at most four times
 * that. */
int64_t sql_result_bytes_kept(const struct sql_result *r);
/* Keeps at most so many rows and bytes (-1 = any) and notes whether that took some away. */
void sql_result_limit(struct sql_result *r, int64_t rows, int64_t bytes);

#endif

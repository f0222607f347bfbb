/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/query/sql_result.h"

#include "base/core/buf.h"

enum { NUMBER_TEXT_BYTES = 8, STORED_TEXT_BYTES = 32 };

const char *sql_result_value(const struct sql_result *r, int64_t row, size_t column,
                             struct buf *scratch)
{
    const struct sql_result_column *c = &r->columns[column];
    char text[64];
    if (c->cells == SQL_CELL_SAME) {
        return c->text;
    }
    if (c->cells == SQL_CELL_STORED) {
        return r->stored[(size_t)row * r->column_count + column];
    }
    struct sql_type type = c->text_of.kind != SQL_VOID ? c->text_of : c->type;
    int64_t number = r->first + row * r->step;
    buf_reset(scratch);
    buf_add_z(scratch, c->text != NULL ? c->text : "");
    buf_add_z(scratch, sql_number_text(number, type, text));
    return buf_z(scratch);
}

bool sql_result_number(const struct sql_result *r, int64_t row, size_t column, int64_t *ret)
{
    if (r->columns[column].cells != SQL_CELL_NUMBER || r->columns[column].text != NULL) {
        return false;
    }
    *ret = r->first + row * r->step;
    return true;
}

static int64_t row_bytes(const struct sql_result *r)
{
    int64_t bytes = 0;
    for (size_t i = 0; i < r->column_count; i++) {
        const struct sql_result_column *c = &r->columns[i];
        int64_t fixed = sql_type_bytes(c->type);
        int64_t text = c->text != NULL ? (int64_t)strlen(c->text) : 0;
        if (fixed > 0 && c->cells != SQL_CELL_STORED) {
            bytes += fixed;
        } else if (c->cells == SQL_CELL_SAME) {
            bytes += text;
        } else {
            bytes += c->cells == SQL_CELL_STORED ? STORED_TEXT_BYTES : text + NUMBER_TEXT_BYTES;
        }
    }
    return bytes;
}

int64_t sql_result_bytes(const struct sql_result *r, int64_t rows)
{
    return rows * row_bytes(r);
}

int64_t sql_result_bytes_kept(const struct sql_result *r)
{
    enum { LENGTH_BYTES = 4 };
    return row_bytes(r) + LENGTH_BYTES * (int64_t)r->column_count;
}

void sql_result_limit(struct sql_result *r, int64_t rows, int64_t bytes)
{
    int64_t each = row_bytes(r), kept = r->rows;
    if (rows >= 0 && kept > rows) {
        kept = rows;
    }
    if (bytes >= 0 && each > 0 && kept > bytes / each) {
        kept = bytes / each;
    }
    r->truncated = r->truncated || kept < r->rows;
    r->rows = kept;
}

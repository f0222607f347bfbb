/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/query/arrow_values_priv.h"
#include "mock/query/sql_result.h"

#include <string.h>

enum { BITS_PER_BYTE = 8, OFFSET_BYTES = 4, DIGITS_MAX = 20 };

static bool is_text(const struct sql_result_column *c)
{
    return c->type.kind == SQL_STRING && c->text_of.kind == SQL_VOID;
}

bool arrow_is_computed(const struct sql_result_column *column)
{
    return column->cells == SQL_CELL_NUMBER && (is_text(column) || sql_type_is_whole(column->type));
}

static int64_t number_at(const struct sql_result *r, int64_t row)
{
    return r->first + row * r->step;
}

/* Numbers go up or down by steps, so that the longest is at an end. */
static size_t longest(const struct sql_result *r, const struct arrow_rows *rows)
{
    char text[DIGITS_MAX];
    size_t first = sql_number_digits(number_at(r, rows->first), text);
    size_t last = sql_number_digits(number_at(r, rows->first + rows->count - 1), text);
    return first > last ? first : last;
}

struct arrow_sizes arrow_computed_sizes(const struct sql_result *r, const struct arrow_rows *rows)
{
    const struct sql_result_column *c = &r->columns[rows->column];
    size_t count = (size_t)rows->count;
    struct arrow_sizes sizes = {.valid = (count + BITS_PER_BYTE - 1) / BITS_PER_BYTE};
    if (!is_text(c)) {
        sizes.data = count * (size_t)sql_type_bytes(c->type);
        return sizes;
    }
    sizes.offsets = (count + 1) * OFFSET_BYTES;
    sizes.data = count > 0 ? count * (str_of(c->text).len + longest(r, rows)) : 0;
    return sizes;
}

void arrow_computed_valid(char *valid, int64_t count)
{
    size_t whole = (size_t)(count / BITS_PER_BYTE), spare = (size_t)(count % BITS_PER_BYTE);
    memset(valid, 0xff, whole);
    if (spare > 0) {
        valid[whole] = (char)((1U << spare) - 1);
    }
}

static void little(char *out, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        out[i] = (char)(value >> (BITS_PER_BYTE * i));
    }
}

static size_t numbers_write(const struct sql_result *r, const struct arrow_rows *rows, char *data,
                            size_t bytes)
{
    uint64_t n = (uint64_t)number_at(r, rows->first), step = (uint64_t)r->step;
    for (int64_t i = 0; i < rows->count; i++, n += step) {
        if (bytes == sizeof(n)) {
            little(data + (size_t)i * sizeof(n), n, sizeof(n)); /* which becomes one store */
        } else {
            little(data + (size_t)i * bytes, n, bytes);
        }
    }
    return (size_t)rows->count * bytes;
}

static size_t texts_write(const struct sql_result *r, const struct arrow_rows *rows, char *offsets,
                          char *data)
{
    struct str front = str_of(r->columns[rows->column].text);
    char *at = data;
    little(offsets, 0, OFFSET_BYTES);
    for (int64_t i = 0; i < rows->count; i++) {
        if (front.len > 0) {
            memcpy(at, front.ptr, front.len);
            at += front.len;
        }
        at += sql_number_digits(number_at(r, rows->first + i), at);
        offsets += OFFSET_BYTES;
        little(offsets, (uint64_t)(at - data), OFFSET_BYTES);
    }
    return (size_t)(at - data);
}

size_t arrow_computed_write(const struct sql_result *r, const struct arrow_rows *rows,
                            char *offsets, char *data)
{
    const struct sql_result_column *c = &r->columns[rows->column];
    return is_text(c) ? texts_write(r, rows, offsets, data)
                      : numbers_write(r, rows, data, (size_t)sql_type_bytes(c->type));
}

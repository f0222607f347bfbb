/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_QUERY_ARROW_VALUES_PRIV_H
#define MOCK_QUERY_ARROW_VALUES_PRIV_H

/* The values of one column in Arrow's memory layout: validity bits, offsets, little-endian data. */

#include "base/core/attrs.h"
#include "base/core/buf.h"
#include "base/core/err.h"

#include <stdbool.h>
#include <stdint.h>

struct sql_result;
struct sql_result_column;

struct arrow_rows {
    int64_t first, count;
    size_t column;
};
struct arrow_column {
    struct buf *valid, *offsets, *data;
    int64_t nulls;
};

/* Value by value, each from its text. */
int arrow_column_write(const struct sql_result *r, const struct arrow_rows *rows,
                       struct arrow_column *ret, struct err *err) NODISCARD;

/* Columns whose values follow from the row's number, and have none that is NULL: no text comes
 * between. How many bytes each of their buffers takes, `data` at most. */
struct arrow_sizes {
    size_t valid, offsets, data;
};
bool arrow_is_computed(const struct sql_result_column *column);
struct arrow_sizes arrow_computed_sizes(const struct sql_result *r, const struct arrow_rows *rows);
void arrow_computed_valid(char *valid, int64_t count);
/* How many bytes of data there are. */
size_t arrow_computed_write(const struct sql_result *r, const struct arrow_rows *rows,
                            char *offsets, char *data);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_QUERY_ARROW_VALUES_PRIV_H
#define MOCK_QUERY_ARROW_VALUES_PRIV_H

/* The values of one column in Arrow's memory layout: validity bits, offsets, little-endian data. */

#include "base/core/attrs.h"
#include "base/core/buf.h"
#include "base/core/err.h"

#include <stdint.h>

struct sql_result;

struct arrow_rows {
    int64_t first, count;
    size_t column;
};
struct arrow_column {
    struct buf *valid, *offsets, *data;
    int64_t nulls;
};

int arrow_column_write(const struct sql_result *r, const struct arrow_rows *rows,
                       struct arrow_column *ret, struct err *err) NODISCARD;

#endif

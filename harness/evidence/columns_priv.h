/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_EVIDENCE_COLUMNS_PRIV_H
#define HARNESS_EVIDENCE_COLUMNS_PRIV_H

/* One table per record type of the evidence, read in both directions, so that what is saved and
 * what is loaded cannot drift apart. A NULL string is left out and stays NULL. */

#include "base/core/arena.h"
#include "base/core/err.h"
#include "base/json/json.h"

#include <stddef.h>

enum column_type {
    COLUMN_STRING,   /* const char * */
    COLUMN_INT64,    /* int64_t */
    COLUMN_INT,      /* int */
    COLUMN_UNSIGNED, /* unsigned */
    COLUMN_BOOL,     /* bool */
    COLUMN_ANSWER    /* enum answer, by name */
};

struct column {
    const char *key;
    enum column_type type;
    size_t offset;
};

struct columns {
    const struct column *items;
    size_t count;
    size_t row_size;
};

extern const struct columns evidence_columns, identity_columns, process_columns, stray_columns,
    operation_columns, find_columns, file_columns, output_columns, egress_columns, exec_columns,
    visit_columns, callback_columns, option_columns;

void columns_write(const struct columns *columns, const void *row, struct json *object);
int columns_read(const struct columns *columns, struct arena *a, const struct json *object,
                 void *ret_row, struct err *err) NODISCARD;
/* A whole array of rows. */
struct json *columns_write_rows(const struct columns *columns, const void *rows,
                                size_t count) NODISCARD;
int columns_read_rows(const struct columns *columns, struct arena *a, const struct json *array,
                      void **ret_rows, size_t *ret_count, struct err *err) NODISCARD;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_WORKSPACE_SQL_LITERAL_H
#define MOCK_WORKSPACE_SQL_LITERAL_H

/* Reads the SQL that connectors send to see whether they are connected: SELECT of literals.
 *
 *     SELECT item [[AS] alias] [, ...] [;]
 *     item: number, 'string', "string", NULL, TRUE, FALSE, current_user()
 *
 * Names and types are those that Spark SQL gives (Databricks SQL language reference, literals).
 * Everything else is a syntax error in the service's words. Bounds: SQL_MAX_COLUMNS. Pure;
 * results live in the arena. */

#include "base/core/arena.h"
#include "base/core/attrs.h"
#include "base/core/err.h"
#include "base/core/str.h"

#define SQL_MAX_COLUMNS 256

struct sql_column {
    const char *name;      /* the alias, or the item as Spark would call it */
    const char *type_name; /* "INT", "LONG", "DECIMAL", "DOUBLE", "STRING", "BOOLEAN", "NULL" */
    const char *type_text; /* "INT", "BIGINT", "DECIMAL(3,1)", ... */
    const char *value;     /* as text, NULL for NULL */
};

struct sql_row {
    struct sql_column *items;
    size_t count, capacity;
};

/* Fails with ERR_INVALID and the service's message, "[PARSE_SYNTAX_ERROR] ...", SQLSTATE 42601. */
int sql_literal_read(struct arena *a, struct str text, const char *current_user,
                     struct sql_row *ret_row, struct err *err) NODISCARD;

#endif

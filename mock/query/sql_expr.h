/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_QUERY_SQL_EXPR_H
#define MOCK_QUERY_SQL_EXPR_H

/* Conditions and functions of columns, as much as tools ask the information schema with:
 *
 *     a OR b, a AND b, NOT a, (a)
 *     a = b, <>, !=, <, <=, >, >=, a [NOT] IN (b, ...), a IS [NOT] NULL
 *     lower(a), upper(a), if(a, b, c), coalesce(a, ...)
 *     and what an item of a select list may be (sql_read.h)
 *
 * NULL is neither true nor false, as in SQL. Numbers are compared as numbers, all else as text.
 * Reading needs a reader (sql_item.h); computing needs the columns to be bound first. */

#include "base/core/arena.h"
#include "base/core/attrs.h"
#include "base/core/err.h"
#include "mock/query/sql_value.h"

#include <stdint.h>

struct sql_reader;
struct sql_result;

enum sql_expr_kind {
    SQL_EXPR_CONSTANT,
    SQL_EXPR_COLUMN,
    SQL_EXPR_LOWER,
    SQL_EXPR_UPPER,
    SQL_EXPR_IF,
    SQL_EXPR_COALESCE,
    SQL_EXPR_NOT,
    SQL_EXPR_AND,
    SQL_EXPR_OR,
    SQL_EXPR_EQUAL,
    SQL_EXPR_LESS,
    SQL_EXPR_LESS_OR_EQUAL,
    SQL_EXPR_IN,
    SQL_EXPR_IS_NULL
};

struct sql_exprs {
    struct sql_expr **items;
    size_t count, capacity;
};

struct sql_expr {
    enum sql_expr_kind kind;
    struct sql_type type; /* of a constant; of all once they are bound */
    const char *value;    /* the constant as text, or the column's name */
    size_t column;        /* its place, once bound */
    struct sql_exprs of;
};

/* Leaves the token after the expression current. */
int sql_expr_read(struct sql_reader *r, struct sql_expr **ret, struct err *err) NODISCARD;
/* The current word's call, if it is one of these functions; its last token is then the current one.
 * *ret is NULL, and nothing was read, if it is not. */
int sql_call_read(struct sql_reader *r, struct sql_expr **ret, struct err *err) NODISCARD;

/* Finds the columns and works out the types. Fails in the service's words for one there is not. */
int sql_expr_bind(struct sql_expr *e, const struct sql_result *source, struct err *err) NODISCARD;
/* Its value in that row, as text; NULL for NULL. Lives in the arena or in the source. */
const char *sql_expr_value(struct arena *a, const struct sql_expr *e,
                           const struct sql_result *source, int64_t row);
/* [UNRESOLVED_COLUMN...]; returns -1. */
int sql_unresolved(const char *name, struct err *err);

#endif

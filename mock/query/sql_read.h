/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_QUERY_SQL_READ_H
#define MOCK_QUERY_SQL_READ_H

/* Reads the SQL that connectors send to see whether they are connected, and enough more to make
 * results of any size:
 *
 *     SELECT item [[AS] alias] [, ...] [FROM source] [WHERE condition] [LIMIT n]
 *     (SELECT ...) [LIMIT n]
 *     item:   number, 'string', "string", NULL, TRUE, FALSE, :parameter, current_user(),
 *             current_catalog(), current_schema(), CAST(item AS type), concat('text', column),
 *             with a source also a column, a function of columns (sql_expr.h) and *
 *     source: range(end), range(start, end[, step]), the name of a table or view,
 *             (SELECT ...) [[AS] alias]
 *     SHOW CATALOGS | SHOW SCHEMAS [IN catalog] | SHOW TABLES | VIEWS [IN [catalog.]schema],
 *             each with [LIKE 'pattern']
 *     DESCRIBE [TABLE] [EXTENDED] table [AS JSON]
 *
 * and what tools like dbt change things with (sql_change.h). Names and types are those that Spark
 * SQL gives (Databricks SQL language reference). Everything else is a syntax error in the service's
 * words. Bounds: SQL_MAX_COLUMNS, SQL_MAX_DEPTH. Pure; results live in the arena. */

#include "base/core/arena.h"
#include "base/core/attrs.h"
#include "base/core/err.h"
#include "base/core/str.h"
#include "mock/query/sql_value.h"

struct json;

#define SQL_MAX_COLUMNS 256
#define SQL_MAX_DEPTH   16

/* Where the values of a column come from. */
enum sql_source {
    SQL_CONSTANT, /* `value`, in each row */
    SQL_COLUMN,   /* the source's column `reference` */
    SQL_ALL,      /* *: all columns of the source */
    SQL_COMPUTED  /* `computed` for each row */
};

struct sql_expr;

struct sql_column {
    const char *name; /* the alias, or the item as Spark would call it */
    struct sql_type type;
    const char *value; /* SQL_CONSTANT: as text, NULL for NULL; SQL_COLUMN: put in front, or NULL */
    enum sql_source source;
    const char *reference; /* SQL_COLUMN */
    bool typed;            /* SQL_COLUMN: cast to `type`; else it has the column's own */
    struct sql_expr *computed;
};

struct sql_columns {
    struct sql_column *items;
    size_t count, capacity;
};

enum sql_verb {
    SQL_SELECT,
    SQL_SHOW_CATALOGS,
    SQL_SHOW_SCHEMAS,
    SQL_SHOW_TABLES,
    SQL_SHOW_VIEWS,
    SQL_DESCRIBE,
    SQL_USE_CATALOG,
    SQL_USE_SCHEMA,
    SQL_SET,
    SQL_CREATE_SCHEMA,
    SQL_DROP_SCHEMA,
    SQL_CREATE_TABLE,
    SQL_CREATE_VIEW,
    SQL_DROP_TABLE,
    SQL_DROP_VIEW
};

enum sql_describe { SQL_DESCRIBE_COLUMNS, SQL_DESCRIBE_EXTENDED, SQL_DESCRIBE_JSON };

struct sql_range {
    int64_t first, end, step;
};

struct sql_query {
    enum sql_verb verb;
    struct sql_columns columns;
    bool has_range;
    struct sql_range range;
    const char *object; /* the table, schema or catalog; NULL = none */
    int64_t limit;      /* -1 = none */
    enum sql_describe describe;
    struct sql_expr *where;     /* NULL = each row */
    const struct sql_query *of; /* SELECT: its source; CREATE: what follows AS; or NULL */
    const char *like;           /* SHOW: the pattern; or NULL */
    bool replace, only_if;      /* OR REPLACE; IF EXISTS or IF NOT EXISTS */
    bool cascade;               /* DROP SCHEMA */
    const char *definition;     /* CREATE VIEW: the text after AS */
    const char *comment;        /* or NULL */
    const char *key, *value;    /* SET; NULL = not given */
};

struct sql_parameter {
    const char *name, *value; /* value NULL = NULL */
    struct sql_type type;
};
struct sql_parameters {
    struct sql_parameter *items;
    size_t count, capacity;
};

/* What a text may refer to. */
struct sql_context {
    const char *user, *catalog, *schema;
    const struct sql_parameters *parameters; /* may be NULL */
    const struct json *settings;             /* what SET has set; may be NULL */
};

/* Fails with ERR_INVALID and the service's message, which ends in its SQLSTATE. */
int sql_read(struct arena *a, struct str text, const struct sql_context *context,
             struct sql_query *ret, struct err *err) NODISCARD;
/* The SQLSTATE a message of ours carries; 42601 when none. */
struct str sql_state_of(struct str message);

#endif

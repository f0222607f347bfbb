/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_QUERY_RUN_PRIV_H
#define MOCK_QUERY_RUN_PRIV_H

/* What the files that run statements share: who runs one, the objects it may name, results made of
 * texts. Everything lives in the runner's arena. */

#include "base/core/arena.h"
#include "mock/access/access.h"
#include "mock/query/run.h"
#include "mock/query/sql_read.h"
#include "mock/query/sql_result.h"

enum { RUN_SHOWN_MAX = 128 };

struct json;
struct object_list;

struct cells {
    const char **items;
    size_t count, capacity;
};
struct result_columns {
    struct sql_result_column *items;
    size_t count, capacity;
};

/* ---- run.c ---- */

struct object_list *run_objects(const struct runner *r, const char *kind);
const struct json *run_object_named(const struct runner *r, const char *kind, const char *name);
/* The name with the catalog and the schema that it leaves out: so many parts. */
const char *run_full_name(const struct runner *r, const char *name, size_t parts);
/* A copy of a text member; "" when there is none. */
const char *run_member(const struct runner *r, const struct json *o, const char *key);
/* The table or view, or NULL after an error in the service's words. */
const struct json *run_table_wanted(const struct runner *r, const char *name, struct err *err);
int run_schema_missing(const char *name, struct err *err); /* -1 */
bool run_is_view(const struct json *table);
/* Columns of texts, the cells row by row. */
struct sql_result run_stored(const struct runner *r, const char *const *names, size_t count,
                             const struct cells *cells);

/* ---- the others ---- */

int run_select(const struct runner *r, const struct sql_query *q, struct sql_result *ret,
               struct err *err) NODISCARD; /* select.c */
int run_change(const struct runner *r, const struct sql_query *q, struct sql_result *ret,
               struct err *err) NODISCARD; /* change.c */
/* A table of an information schema, by its whole name; false = that is no such name. */
bool run_information_schema(const struct runner *r, const char *name,
                            struct sql_result *ret); /* information_schema.c */

#endif

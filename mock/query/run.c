/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/query/run.h"

#include "base/core/xalloc.h"
#include "mock/query/like.h"
#include "mock/query/run_priv.h"
#include "mock/state/mock_state.h"
#include "mock/state/object_store.h"
#include "mock/state/workspace_seed.h"
#include "mock/state/workspace_store.h"

struct object_list *run_objects(const struct runner *r, const char *kind)
{
    return object_list_of(workspace_store_objects(r->access->state->workspaces),
                          r->access->workspace->workspace_id, kind);
}

const struct json *run_object_named(const struct runner *r, const char *kind, const char *name)
{
    AUTO_FREE char *key = workspace_name_key(str_of(name));
    return object_get(run_objects(r, kind), str_of(key));
}

const char *run_full_name(const struct runner *r, const char *name, size_t parts)
{
    size_t given = 1;
    for (const char *p = name; *p != '\0'; p++) {
        given += *p == '.' ? 1 : 0;
    }
    if (given + 1 == parts) {
        return arena_printf(r->arena, "%s.%s", r->context->catalog, name);
    }
    if (given + 2 == parts) {
        return arena_printf(r->arena, "%s.%s.%s", r->context->catalog, r->context->schema, name);
    }
    return name;
}

int run_schema_missing(const char *name, struct err *err)
{
    return err_set(err, ERR_INVALID,
                   "[SCHEMA_NOT_FOUND] The schema `%.*s` cannot be found. Verify the spelling "
                   "and correctness of the schema and catalog. SQLSTATE: 42704",
                   RUN_SHOWN_MAX, name);
}

bool run_is_view(const struct json *table)
{
    return strcmp(json_get_string(table, "table_type", ""), "VIEW") == 0;
}

const struct json *run_table_wanted(const struct runner *r, const char *name, struct err *err)
{
    const char *full = run_full_name(r, name, 3);
    const struct json *t = run_object_named(r, OBJECTS_TABLES, full);
    if (t == NULL) {
        (void)err_set(err, ERR_INVALID,
                      "[TABLE_OR_VIEW_NOT_FOUND] The table or view `%.*s` cannot be found. Verify "
                      "the spelling and correctness of the schema and catalog. SQLSTATE: 42P01",
                      RUN_SHOWN_MAX, name);
        return NULL;
    }
    if (json_get_bool(t, OBJECT_DENIED, false)) {
        (void)err_set(err, ERR_INVALID,
                      "[INSUFFICIENT_PERMISSIONS] Insufficient privileges: User does not have "
                      "SELECT on Table '%.*s'. SQLSTATE: 42501",
                      RUN_SHOWN_MAX, full);
        return NULL;
    }
    return t;
}

struct sql_result run_stored(const struct runner *r, const char *const *names, size_t count,
                             const struct cells *cells)
{
    struct result_columns columns = {0};
    for (size_t i = 0; i < count; i++) {
        *VEC_PUSH(r->arena, &columns) = (struct sql_result_column){
            .name = names[i], .type = {.kind = SQL_STRING}, .cells = SQL_CELL_STORED};
    }
    return (struct sql_result){.columns = columns.items,
                               .column_count = count,
                               .rows = (int64_t)(cells->count / count),
                               .stored = cells->items};
}

const char *run_member(const struct runner *r, const struct json *o, const char *key)
{
    return arena_strdup(r->arena, json_get_string(o, key, ""));
}

/* ---- SHOW and DESCRIBE ---- */

/* Names as SHOW's LIKE takes them: * is any characters, and nothing else is special. */
static bool is_shown(const struct runner *r, const struct sql_query *q, const struct json *o)
{
    AUTO_BUF struct buf pattern = {0};
    for (const char *c = q->like != NULL ? q->like : ""; *c != '\0'; c++) {
        if (*c == '%' || *c == '_' || *c == '\\') {
            buf_add_char(&pattern, '\\');
        }
        buf_add_char(&pattern, *c);
    }
    return q->like == NULL || name_is_like(run_member(r, o, "name"), buf_z(&pattern));
}

static int run_show_catalogs(const struct runner *r, const struct sql_query *q,
                             struct sql_result *ret)
{
    static const char *const names[] = {"catalog"};
    struct cells cells = {0};
    size_t pos = 0;
    for (const struct json *c; (c = object_next(run_objects(r, OBJECTS_CATALOGS), &pos)) != NULL;) {
        if (is_shown(r, q, c)) {
            *VEC_PUSH(r->arena, &cells) = run_member(r, c, "name");
        }
    }
    *ret = run_stored(r, names, ARRAY_LEN(names), &cells);
    return 0;
}

static int run_show_schemas(const struct runner *r, const struct sql_query *q,
                            struct sql_result *ret, struct err *err)
{
    static const char *const names[] = {"databaseName"};
    const char *catalog = q->object != NULL ? q->object : r->context->catalog;
    struct cells cells = {0};
    if (run_object_named(r, OBJECTS_CATALOGS, catalog) == NULL) {
        return err_set(err, ERR_INVALID,
                       "[NO_SUCH_CATALOG_EXCEPTION] Catalog '%.*s' was not found. Please verify "
                       "the catalog name. SQLSTATE: 42704",
                       RUN_SHOWN_MAX, catalog);
    }
    size_t pos = 0;
    for (const struct json *s; (s = object_next(run_objects(r, OBJECTS_SCHEMAS), &pos)) != NULL;) {
        if (str_eq_nocase(str_of(json_get_string(s, "catalog_name", "")), str_of(catalog)) &&
            is_shown(r, q, s)) {
            *VEC_PUSH(r->arena, &cells) = run_member(r, s, "name");
        }
    }
    *ret = run_stored(r, names, ARRAY_LEN(names), &cells);
    return 0;
}

static bool is_in_schema(const struct json *t, struct str schema)
{
    struct str full = str_of(json_get_string(t, "full_name", ""));
    return full.len > schema.len && full.ptr[schema.len] == '.' &&
           str_eq_nocase(str_slice(full, 0, schema.len), schema);
}

/* Tables and views, or views alone, which have one column more. */
static int run_show_tables(const struct runner *r, const struct sql_query *q,
                           struct sql_result *ret, struct err *err)
{
    static const char *const names[] = {"database", "tableName", "isTemporary"};
    static const char *const view_names[] = {"namespace", "viewName", "isTemporary",
                                             "isMaterialized"};
    bool views = q->verb == SQL_SHOW_VIEWS;
    const char *schema = run_full_name(r, q->object != NULL ? q->object : r->context->schema, 2);
    struct cells cells = {0};
    if (run_object_named(r, OBJECTS_SCHEMAS, schema) == NULL) {
        return run_schema_missing(schema, err);
    }
    size_t pos = 0;
    for (const struct json *t; (t = object_next(run_objects(r, OBJECTS_TABLES), &pos)) != NULL;) {
        if (!is_in_schema(t, str_of(schema)) || !is_shown(r, q, t) || (views && !run_is_view(t))) {
            continue;
        }
        *VEC_PUSH(r->arena, &cells) = run_member(r, t, "schema_name");
        *VEC_PUSH(r->arena, &cells) = run_member(r, t, "name");
        for (int flags = views ? 2 : 1; flags > 0; flags--) {
            *VEC_PUSH(r->arena, &cells) = "false";
        }
    }
    *ret = views ? run_stored(r, view_names, ARRAY_LEN(view_names), &cells)
                 : run_stored(r, names, ARRAY_LEN(names), &cells);
    return 0;
}

static void add_three(const struct runner *r, struct cells *cells, const char *first,
                      const char *second, const char *third)
{
    *VEC_PUSH(r->arena, cells) = first;
    *VEC_PUSH(r->arena, cells) = second;
    *VEC_PUSH(r->arena, cells) = third;
}

/* What EXTENDED adds to the columns, as Spark's CatalogTable.toJsonLinkedHashMap names it. */
static void add_details(const struct runner *r, const struct json *t, struct cells *cells)
{
    static const struct {
        const char *title, *key;
    } details[] = {{"Catalog", "catalog_name"},
                   {"Database", "schema_name"},
                   {"Table", "name"},
                   {"Owner", "owner"},
                   {"Type", "table_type"}};
    add_three(r, cells, "", "", "");
    add_three(r, cells, "# Detailed Table Information", "", "");
    for (size_t i = 0; i < ARRAY_LEN(details); i++) {
        add_three(r, cells, details[i].title, run_member(r, t, details[i].key), "");
    }
    if (run_is_view(t)) {
        add_three(r, cells, "View Text", run_member(r, t, "view_definition"), "");
    } else {
        add_three(r, cells, "Provider", "delta", "");
    }
}

/* {"name":"decimal","precision":10,"scale":2} (DescribeRelationJsonCommand). */
static struct json *type_json(const char *text)
{
    struct sql_type t = {.kind = SQL_STRING};
    (void)sql_type_read(str_of(text), &t);
    struct json *o = json_object();
    struct str name = str_of(text);
    long open = str_find(name, STR("("), 0);
    name = str_slice(name, 0, open >= 0 ? (size_t)open : name.len);
    json_set(o, "name",
             t.kind == SQL_TIMESTAMP ? json_string("timestamp_ltz")
                                     : json_string_n(name.ptr, name.len));
    if (t.kind == SQL_DECIMAL) {
        json_set_int(o, "precision", t.precision);
        json_set_int(o, "scale", t.scale);
    }
    return o;
}

static const char *table_json(const struct runner *r, const struct json *t)
{
    AUTO_BUF struct buf text = {0};
    AUTO_JSON struct json *o = json_object();
    struct json *columns = json_array(), *space = json_array();
    json_set_string(o, "table_name", json_get_string(t, "name", ""));
    json_set_string(o, "catalog_name", json_get_string(t, "catalog_name", ""));
    json_push(space, json_string(json_get_string(t, "schema_name", "")));
    json_set(o, "namespace", space);
    json_set_string(o, "schema_name", json_get_string(t, "schema_name", ""));
    JSON_FOREACH(c, json_get(t, "columns")) {
        struct json *column = json_object();
        json_set_string(column, "name", json_get_string(c, "name", ""));
        json_set(column, "type", type_json(json_get_string(c, "type_text", "")));
        json_set_bool(column, "nullable", true);
        json_push(columns, column);
    }
    json_set(o, "columns", columns);
    json_set_string(o, "owner", json_get_string(t, "owner", ""));
    json_set_string(o, "type", json_get_string(t, "table_type", ""));
    if (run_is_view(t)) {
        json_set_string(o, "view_text", json_get_string(t, "view_definition", ""));
    } else {
        json_set_string(o, "provider", "delta");
    }
    json_write(&text, o);
    return arena_strdup(r->arena, buf_z(&text));
}

static int run_describe(const struct runner *r, const struct sql_query *q, struct sql_result *ret,
                        struct err *err)
{
    static const char *const names[] = {"col_name", "data_type", "comment"};
    static const char *const json_names[] = {"json_metadata"};
    struct cells cells = {0};
    const struct json *t = run_table_wanted(r, q->object, err);
    if (t == NULL) {
        return -1;
    }
    if (q->describe == SQL_DESCRIBE_JSON) {
        *VEC_PUSH(r->arena, &cells) = table_json(r, t);
        *ret = run_stored(r, json_names, ARRAY_LEN(json_names), &cells);
        return 0;
    }
    JSON_FOREACH(c, json_get(t, "columns")) {
        add_three(r, &cells, run_member(r, c, "name"), run_member(r, c, "type_text"), NULL);
    }
    if (q->describe == SQL_DESCRIBE_EXTENDED) {
        add_details(r, t, &cells);
    }
    *ret = run_stored(r, names, ARRAY_LEN(names), &cells);
    return 0;
}

int run_query(const struct runner *r, const struct sql_query *q, struct sql_result *ret,
              struct err *err)
{
    switch (q->verb) {
    case SQL_SHOW_CATALOGS:
        return run_show_catalogs(r, q, ret);
    case SQL_SHOW_SCHEMAS:
        return run_show_schemas(r, q, ret, err);
    case SQL_SHOW_TABLES:
    case SQL_SHOW_VIEWS:
        return run_show_tables(r, q, ret, err);
    case SQL_DESCRIBE:
        return run_describe(r, q, ret, err);
    case SQL_SELECT:
        return run_select(r, q, ret, err);
    case SQL_USE_CATALOG:
    case SQL_USE_SCHEMA:
    case SQL_SET:
    case SQL_CREATE_SCHEMA:
    case SQL_DROP_SCHEMA:
    case SQL_CREATE_TABLE:
    case SQL_CREATE_VIEW:
    case SQL_DROP_TABLE:
    case SQL_DROP_VIEW:
    default:
        return run_change(r, q, ret, err);
    }
}

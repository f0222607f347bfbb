/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/query/run.h"

#include "base/core/xalloc.h"
#include "mock/state/mock_state.h"
#include "mock/state/object_store.h"
#include "mock/state/workspace_seed.h"
#include "mock/state/workspace_store.h"

enum { TABLE_ROWS = 3, SHOWN_MAX = 128 };

struct runner {
    struct arena *arena;
    const struct access *access;
    const struct sql_context *context;
};

struct cells {
    const char **items;
    size_t count, capacity;
};
struct result_columns {
    struct sql_result_column *items;
    size_t count, capacity;
};

static struct object_list *objects(const struct runner *r, const char *kind)
{
    return object_list_of(workspace_store_objects(r->access->state->workspaces),
                          r->access->workspace->workspace_id, kind);
}

static const struct json *object_named(const struct runner *r, const char *kind, const char *name)
{
    AUTO_FREE char *key = workspace_name_key(str_of(name));
    return object_get(objects(r, kind), str_of(key));
}

/* The name with the catalog and the schema that it leaves out. */
static const char *full_name(const struct runner *r, const char *name, size_t parts)
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

static const struct json *table_wanted(const struct runner *r, const char *name, struct err *err)
{
    const char *full = full_name(r, name, 3);
    const struct json *t = object_named(r, OBJECTS_TABLES, full);
    if (t == NULL) {
        (void)err_set(err, ERR_INVALID,
                      "[TABLE_OR_VIEW_NOT_FOUND] The table or view `%.*s` cannot be found. Verify "
                      "the spelling and correctness of the schema and catalog. SQLSTATE: 42P01",
                      SHOWN_MAX, name);
        return NULL;
    }
    if (json_get_bool(t, OBJECT_DENIED, false)) {
        (void)err_set(err, ERR_INVALID,
                      "[INSUFFICIENT_PERMISSIONS] Insufficient privileges: User does not have "
                      "SELECT on Table '%.*s'. SQLSTATE: 42501",
                      SHOWN_MAX, full);
        return NULL;
    }
    return t;
}

static int unresolved(const char *name, struct err *err)
{
    return err_set(err, ERR_INVALID,
                   "[UNRESOLVED_COLUMN.WITHOUT_SUGGESTION] A column, variable, or function "
                   "parameter with name `%.*s` cannot be resolved. SQLSTATE: 42703",
                   SHOWN_MAX, name);
}

/* ---- SELECT ---- */

static struct sql_result_column constant_column(const struct sql_column *c)
{
    return (struct sql_result_column){
        .name = c->name, .type = c->type, .cells = SQL_CELL_SAME, .text = c->value};
}

/* The source's columns: their names, what they hold, their types. */
static struct result_columns source_columns(const struct runner *r, const struct json *table)
{
    struct result_columns list = {0};
    if (table == NULL) {
        *VEC_PUSH(r->arena, &list) = (struct sql_result_column){
            .name = "id", .type = {.kind = SQL_LONG}, .cells = SQL_CELL_NUMBER};
        return list;
    }
    JSON_FOREACH(c, json_get(table, "columns")) {
        struct sql_type type = {.kind = SQL_STRING};
        (void)sql_type_read(str_of(json_get_string(c, "type_text", "")), &type);
        bool text = type.kind == SQL_STRING;
        bool number = sql_type_takes_numbers(type);
        const char *same = type.kind == SQL_DATE        ? "2024-01-31"
                           : type.kind == SQL_TIMESTAMP ? "2024-01-31T12:00:00"
                                                        : NULL;
        *VEC_PUSH(r->arena, &list) = (struct sql_result_column){
            .name = arena_strdup(r->arena, json_get_string(c, "name", "")),
            .type = type,
            .cells = number ? SQL_CELL_NUMBER : SQL_CELL_SAME,
            .text = text ? "name-" : same,
        };
    }
    return list;
}

static const struct sql_result_column *column_named(const struct result_columns *known,
                                                    const char *name)
{
    VEC_FOREACH(struct sql_result_column, c, known) {
        if (str_eq_nocase(str_of(c->name), str_of(name))) {
            return c;
        }
    }
    return NULL;
}

static int column_add(const struct runner *r, const struct result_columns *known,
                      const struct sql_column *c, struct result_columns *into, struct err *err)
{
    if (c->source == SQL_CONSTANT) {
        *VEC_PUSH(r->arena, into) = constant_column(c);
        return 0;
    }
    if (c->source == SQL_ALL) {
        VEC_FOREACH(struct sql_result_column, each, known) {
            *VEC_PUSH(r->arena, into) = *each;
        }
        return 0;
    }
    const struct sql_result_column *of = column_named(known, c->reference);
    if (of == NULL) {
        return unresolved(c->reference, err);
    }
    struct sql_result_column made = *of;
    made.name = c->name;
    if (c->typed) {
        made.type = c->type;
        made.text = c->value;
    }
    *VEC_PUSH(r->arena, into) = made;
    return 0;
}

/* How many numbers a range has; SQL_MAX_ROWS + 1 when there are too many. */
static int64_t range_count(struct sql_range range)
{
    bool up = range.step > 0;
    if (up ? range.end <= range.first : range.end >= range.first) {
        return 0;
    }
    uint64_t distance = up ? (uint64_t)range.end - (uint64_t)range.first
                           : (uint64_t)range.first - (uint64_t)range.end;
    uint64_t step = up ? (uint64_t)range.step : 0 - (uint64_t)range.step;
    uint64_t count = distance / step + (distance % step > 0 ? 1 : 0);
    return count > (uint64_t)SQL_MAX_ROWS ? SQL_MAX_ROWS + 1 : (int64_t)count;
}

static int numbers_check(const struct sql_result *ret, struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    int64_t last = ret->first + (ret->rows > 0 ? ret->rows - 1 : 0) * ret->step;
    for (size_t i = 0; i < ret->column_count; i++) {
        const struct sql_result_column *c = &ret->columns[i];
        bool number = c->cells == SQL_CELL_NUMBER && ret->rows > 0;
        if (number && (!sql_number_fits(ret->first, c->type) || !sql_number_fits(last, c->type))) {
            return err_set(err, ERR_INVALID,
                           "[CAST_OVERFLOW] The value %lldL of the type \"BIGINT\" cannot be cast "
                           "to \"%s\" due to an overflow. Use `try_cast` to tolerate overflow and "
                           "return NULL instead. SQLSTATE: 22003",
                           (long long)last, sql_type_text(a, c->type));
        }
    }
    return 0;
}

static int run_select(const struct runner *r, const struct sql_query *q, struct sql_result *ret,
                      struct err *err)
{
    const struct json *table = NULL;
    struct result_columns known = {0}, columns = {0};
    if (q->object != NULL && (table = table_wanted(r, q->object, err)) == NULL) {
        return -1;
    }
    bool source = table != NULL || q->has_range;
    if (source) {
        known = source_columns(r, table);
    }
    VEC_FOREACH(const struct sql_column, c, &q->columns) {
        if (column_add(r, &known, c, &columns, err) < 0) {
            return -1;
        }
    }
    int64_t rows = q->has_range ? range_count(q->range) : table != NULL ? TABLE_ROWS : 1;
    rows = q->limit >= 0 && q->limit < rows ? q->limit : rows;
    if (rows > SQL_MAX_ROWS) {
        return err_set(err, ERR_INVALID, "This mock makes at most %lld rows. SQLSTATE: 54000",
                       (long long)SQL_MAX_ROWS);
    }
    *ret = (struct sql_result){
        .columns = columns.items,
        .column_count = columns.count,
        .rows = rows,
        .first = q->has_range ? q->range.first : 1,
        .step = q->has_range ? q->range.step : 1,
    };
    return numbers_check(ret, err);
}

/* ---- SHOW and DESCRIBE ---- */

static struct sql_result stored(const struct runner *r, const char *const *names, size_t count,
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

static const char *member(const struct runner *r, const struct json *o, const char *key)
{
    return arena_strdup(r->arena, json_get_string(o, key, ""));
}

static int run_show_catalogs(const struct runner *r, struct sql_result *ret)
{
    static const char *const names[] = {"catalog"};
    struct cells cells = {0};
    size_t pos = 0;
    for (const struct json *c; (c = object_next(objects(r, OBJECTS_CATALOGS), &pos)) != NULL;) {
        *VEC_PUSH(r->arena, &cells) = member(r, c, "name");
    }
    *ret = stored(r, names, ARRAY_LEN(names), &cells);
    return 0;
}

static int run_show_schemas(const struct runner *r, const struct sql_query *q,
                            struct sql_result *ret, struct err *err)
{
    static const char *const names[] = {"databaseName"};
    const char *catalog = q->object != NULL ? q->object : r->context->catalog;
    struct cells cells = {0};
    if (object_named(r, OBJECTS_CATALOGS, catalog) == NULL) {
        return err_set(err, ERR_INVALID,
                       "[NO_SUCH_CATALOG_EXCEPTION] Catalog '%.*s' was not found. Please verify "
                       "the catalog name. SQLSTATE: 42704",
                       SHOWN_MAX, catalog);
    }
    size_t pos = 0;
    for (const struct json *s; (s = object_next(objects(r, OBJECTS_SCHEMAS), &pos)) != NULL;) {
        if (str_eq_nocase(str_of(json_get_string(s, "catalog_name", "")), str_of(catalog))) {
            *VEC_PUSH(r->arena, &cells) = member(r, s, "name");
        }
    }
    *ret = stored(r, names, ARRAY_LEN(names), &cells);
    return 0;
}

static int run_show_tables(const struct runner *r, const struct sql_query *q,
                           struct sql_result *ret, struct err *err)
{
    static const char *const names[] = {"database", "tableName", "isTemporary"};
    const char *schema = full_name(r, q->object != NULL ? q->object : r->context->schema, 2);
    size_t len = strlen(schema);
    struct cells cells = {0};
    if (object_named(r, OBJECTS_SCHEMAS, schema) == NULL) {
        return err_set(err, ERR_INVALID,
                       "[SCHEMA_NOT_FOUND] The schema `%.*s` cannot be found. Verify the spelling "
                       "and correctness of the schema and catalog. SQLSTATE: 42704",
                       SHOWN_MAX, schema);
    }
    size_t pos = 0;
    for (const struct json *t; (t = object_next(objects(r, OBJECTS_TABLES), &pos)) != NULL;) {
        struct str full = str_of(json_get_string(t, "full_name", ""));
        if (full.len > len && full.ptr[len] == '.' &&
            str_eq_nocase(str_slice(full, 0, len), str_of(schema))) {
            *VEC_PUSH(r->arena, &cells) = member(r, t, "schema_name");
            *VEC_PUSH(r->arena, &cells) = member(r, t, "name");
            *VEC_PUSH(r->arena, &cells) = "false";
        }
    }
    *ret = stored(r, names, ARRAY_LEN(names), &cells);
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
        add_three(r, cells, details[i].title, member(r, t, details[i].key), "");
    }
    add_three(r, cells, "Provider", "delta", "");
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
    json_set_string(o, "provider", "delta");
    json_write(&text, o);
    return arena_strdup(r->arena, buf_z(&text));
}

static int run_describe(const struct runner *r, const struct sql_query *q, struct sql_result *ret,
                        struct err *err)
{
    static const char *const names[] = {"col_name", "data_type", "comment"};
    static const char *const json_names[] = {"json_metadata"};
    struct cells cells = {0};
    const struct json *t = table_wanted(r, q->object, err);
    if (t == NULL) {
        return -1;
    }
    if (q->describe == SQL_DESCRIBE_JSON) {
        *VEC_PUSH(r->arena, &cells) = table_json(r, t);
        *ret = stored(r, json_names, ARRAY_LEN(json_names), &cells);
        return 0;
    }
    JSON_FOREACH(c, json_get(t, "columns")) {
        add_three(r, &cells, member(r, c, "name"), member(r, c, "type_text"), NULL);
    }
    if (q->describe == SQL_DESCRIBE_EXTENDED) {
        add_details(r, t, &cells);
    }
    *ret = stored(r, names, ARRAY_LEN(names), &cells);
    return 0;
}

int run_query(struct arena *a, const struct access *access, const struct sql_context *context,
              const struct sql_query *q, struct sql_result *ret, struct err *err)
{
    const struct runner r = {.arena = a, .access = access, .context = context};
    switch (q->verb) {
    case SQL_SHOW_CATALOGS:
        return run_show_catalogs(&r, ret);
    case SQL_SHOW_SCHEMAS:
        return run_show_schemas(&r, q, ret, err);
    case SQL_SHOW_TABLES:
        return run_show_tables(&r, q, ret, err);
    case SQL_DESCRIBE:
        return run_describe(&r, q, ret, err);
    case SQL_SELECT:
    default:
        return run_select(&r, q, ret, err);
    }
}

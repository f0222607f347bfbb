/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/xalloc.h"
#include "base/crypto/random.h"
#include "base/json/json.h"
#include "mock/query/run_priv.h"
#include "mock/state/mock_state.h"
#include "mock/state/object_store.h"
#include "mock/state/principal_store.h"
#include "mock/state/row_store.h"
#include "mock/state/statement_store.h"
#include "mock/state/workspace_seed.h"
#include "mock/state/workspace_store.h"

static int refused(struct err *err, const char *condition, const char *state, const char *text)
{
    return err_set(err, ERR_INVALID, "[%s] %s SQLSTATE: %s", condition, text, state);
}

static const char *about(const struct runner *r, const char *before, const char *name,
                         const char *after)
{
    return arena_printf(r->arena, "%s `%.*s` %s", before, RUN_SHOWN_MAX, name, after);
}

/* ---- the session ---- */

static int use(const struct runner *r, const struct sql_query *q, struct err *err)
{
    if (q->verb == SQL_USE_CATALOG) {
        r->change->catalog = q->object;
        return run_object_named(r, OBJECTS_CATALOGS, q->object) != NULL
                   ? 0
                   : refused(err, "NO_SUCH_CATALOG_EXCEPTION", "42704",
                             about(r, "Catalog", q->object,
                                   "was not found. Please verify the catalog name."));
    }
    const char *full = run_full_name(r, q->object, 2), *point = strchr(full, '.');
    if (run_object_named(r, OBJECTS_SCHEMAS, full) == NULL) {
        return run_schema_missing(full, err);
    }
    r->change->catalog = arena_strndup(r->arena, full, (size_t)(point - full));
    r->change->schema = point + 1;
    return 0;
}

static int set(const struct runner *r, const struct sql_query *q, struct sql_result *ret)
{
    static const char *const names[] = {"key", "value"};
    const struct json *settings = r->context->settings;
    struct cells cells = {0};
    if (q->key == NULL) {
        JSON_FOREACH(each, settings) {
            *VEC_PUSH(r->arena, &cells) = arena_strdup(r->arena, json_key(each));
            *VEC_PUSH(r->arena, &cells) = run_member(r, settings, json_key(each));
        }
    } else {
        const char *value = json_get_string(settings, q->key, "<undefined>");
        r->change->key = q->value != NULL ? q->key : NULL;
        r->change->value = q->value;
        *VEC_PUSH(r->arena, &cells) = q->key;
        *VEC_PUSH(r->arena, &cells) = q->value != NULL ? q->value : arena_strdup(r->arena, value);
    }
    *ret = run_stored(r, names, ARRAY_LEN(names), &cells);
    return 0;
}

/* ---- schemas ---- */

static bool put(const struct runner *r, const char *kind, const char *name, struct json *take)
{
    AUTO_FREE char *key = workspace_name_key(str_of(name));
    return object_put(run_objects(r, kind), str_of(key), take) != NULL;
}

static int full(struct err *err)
{
    return refused(err, "RESOURCE_EXHAUSTED", "54000", "This workspace holds no more objects.");
}

static void remove_named(const struct runner *r, const char *kind, const char *name)
{
    AUTO_FREE char *key = workspace_name_key(str_of(name));
    (void)object_remove(run_objects(r, kind), str_of(key));
}

static int create_schema(const struct runner *r, const struct sql_query *q, struct err *err)
{
    const char *name = run_full_name(r, q->object, 2), *point = strchr(name, '.');
    const char *catalog = arena_strndup(r->arena, name, (size_t)(point - name));
    if (run_object_named(r, OBJECTS_CATALOGS, catalog) == NULL) {
        return refused(
            err, "NO_SUCH_CATALOG_EXCEPTION", "42704",
            about(r, "Catalog", catalog, "was not found. Please verify the catalog name."));
    }
    if (strchr(point + 1, '.') != NULL) {
        return refused(err, "REQUIRES_SINGLE_PART_NAMESPACE", "42K05",
                       about(r, "A schema's name has one part in its catalog, but got", name, "."));
    }
    if (run_object_named(r, OBJECTS_SCHEMAS, name) != NULL) {
        return q->only_if ? 0
                          : refused(err, "SCHEMA_ALREADY_EXISTS", "42P06",
                                    about(r, "Cannot create schema", name,
                                          "because it already exists. Choose a different name, "
                                          "drop the existing schema, or add the IF NOT EXISTS "
                                          "clause to tolerate pre-existing schema."));
    }
    struct json *o =
        schema_make(r->access->workspace, catalog, point + 1,
                    principal_user_name(r->access->principal), mock_state_now_ms(r->access->state));
    if (q->comment != NULL) {
        json_set_string(o, "comment", q->comment);
    }
    return put(r, OBJECTS_SCHEMAS, name, o) ? 0 : full(err);
}

static void table_remove(const struct runner *r, const struct json *t)
{
    const char *name = run_member(r, t, "full_name");
    row_store_remove(r->access->state->rows, json_get_string(t, "table_id", ""));
    remove_named(r, OBJECTS_TABLES, name);
}

/* The next table of that schema, or NULL. */
static const struct json *table_in(const struct runner *r, const char *schema)
{
    struct str prefix = str_of(arena_printf(r->arena, "%s.", schema));
    size_t pos = 0;
    for (const struct json *t; (t = object_next(run_objects(r, OBJECTS_TABLES), &pos)) != NULL;) {
        struct str name = str_of(json_get_string(t, "full_name", ""));
        if (str_eq_nocase(str_slice(name, 0, prefix.len), prefix)) {
            return t;
        }
    }
    return NULL;
}

static int drop_schema(const struct runner *r, const struct sql_query *q, struct err *err)
{
    const char *name = run_full_name(r, q->object, 2);
    if (run_object_named(r, OBJECTS_SCHEMAS, name) == NULL) {
        return q->only_if ? 0 : run_schema_missing(name, err);
    }
    if (!q->cascade && table_in(r, name) != NULL) {
        return refused(err, "SCHEMA_NOT_EMPTY", "2BP01",
                       about(r, "Cannot drop a schema", name,
                             "because it contains objects. Use DROP SCHEMA ... CASCADE to drop "
                             "the schema and all its objects."));
    }
    for (const struct json *t; (t = table_in(r, name)) != NULL;) {
        table_remove(r, t);
    }
    remove_named(r, OBJECTS_SCHEMAS, name);
    return 0;
}

/* ---- tables and views ---- */

/* The columns of a result, as Unity Catalog tells of a table's. */
static struct json *columns_json(struct arena *a, const struct sql_result_column *columns,
                                 size_t count)
{
    struct json *list = json_array();
    for (size_t i = 0; i < count; i++) {
        struct json *c = json_object();
        AUTO_FREE char *text = workspace_name_key(str_of(sql_type_text(a, columns[i].type)));
        json_set_string(c, "name", columns[i].name);
        json_set_string(c, "type_text", text);
        json_set_string(c, "type_name", sql_type_name(columns[i].type));
        json_set_int(c, "position", (int64_t)i);
        json_set_bool(c, "nullable", true);
        json_push(list, c);
    }
    return list;
}

static struct json *object_of(const struct runner *r, const struct sql_query *q, const char *name,
                              const struct sql_result *rows)
{
    char id[37];
    int64_t now_ms = mock_state_now_ms(r->access->state);
    struct str rest = str_of(name), catalog = {0}, schema = {0};
    struct json *o = json_object(), *space = json_object();
    (void)str_split(&rest, '.', &catalog);
    (void)str_split(&rest, '.', &schema);
    json_set(o, "name", json_string_n(rest.ptr, rest.len));
    json_set(o, "catalog_name", json_string_n(catalog.ptr, catalog.len));
    json_set(o, "schema_name", json_string_n(schema.ptr, schema.len));
    json_set_string(o, "full_name", name);
    if (q->verb == SQL_CREATE_VIEW) {
        json_set_string(o, "table_type", "VIEW");
        json_set_string(o, "view_definition", q->definition);
        json_set_string(space, "catalog", r->context->catalog);
        json_set_string(space, "schema", r->context->schema);
    } else {
        json_set_string(o, "table_type", "MANAGED");
        json_set_string(o, "data_source_format", "DELTA");
    }
    json_set(o, OBJECT_NAMESPACE, space);
    if (q->comment != NULL) {
        json_set_string(o, "comment", q->comment);
    }
    json_set(o, "columns", columns_json(r->arena, rows->columns, rows->column_count));
    json_set_string(o, "owner", principal_user_name(r->access->principal));
    json_set_string(o, "metastore_id", r->access->workspace->metastore_id);
    json_set_int(o, "created_at", now_ms);
    json_set_int(o, "updated_at", now_ms);
    json_set_string(o, "table_id", rng_uuid(&r->access->state->rng, id));
    return o;
}

/* A copy with all that it points at; how many values are kept one by one. */
static const struct sql_result *rows_copy(struct arena *a, const struct sql_result *from,
                                          size_t *ret_cells)
{
    struct sql_result *r = arena_memdup(a, from, sizeof(*from));
    struct sql_result_column *columns =
        ARENA_ARRAY(a, struct sql_result_column, from->column_count);
    for (size_t i = 0; i < from->column_count; i++) {
        columns[i] = from->columns[i];
        columns[i].name = arena_strdup(a, from->columns[i].name);
        columns[i].text =
            from->columns[i].text != NULL ? arena_strdup(a, from->columns[i].text) : NULL;
    }
    size_t count = from->stored != NULL ? (size_t)from->rows * from->column_count : 0;
    const char **cells = ARENA_ARRAY(a, const char *, count);
    for (size_t i = 0; i < count; i++) {
        cells[i] = from->stored[i] != NULL ? arena_strdup(a, from->stored[i]) : NULL;
    }
    r->columns = columns;
    r->stored = count > 0 ? cells : NULL;
    *ret_cells = count;
    return r;
}

static int rows_keep(const struct runner *r, const char *table_id, const struct sql_result *rows,
                     struct err *err)
{
    size_t cells = 0;
    struct err no_room = {0};
    struct arena *a = arena_new();
    const struct sql_result *copy = rows_copy(a, rows, &cells);
    return row_store_put(r->access->state->rows, table_id, a, copy, cells, &no_room) == 0
               ? 0
               : full(err);
}

/* What it holds: the SELECT's, or no rows of the columns named. */
static int content_of(const struct runner *r, const struct sql_query *q, struct sql_result *ret,
                      struct err *err)
{
    if (q->of != NULL) {
        return run_select(r, q->of, ret, err);
    }
    struct result_columns columns = {0};
    VEC_FOREACH(const struct sql_column, c, &q->columns) {
        *VEC_PUSH(r->arena, &columns) =
            (struct sql_result_column){.name = c->name, .type = c->type, .cells = SQL_CELL_STORED};
    }
    *ret = (struct sql_result){.columns = columns.items, .column_count = columns.count, .step = 1};
    return 0;
}

/* Whether to make it: 1, or 0 since it is there, or -1. */
static int is_to_make(const struct runner *r, const struct sql_query *q, const char *name,
                      struct err *err)
{
    const struct json *there = run_object_named(r, OBJECTS_TABLES, name);
    if (there == NULL || (q->replace && run_is_view(there) == (q->verb == SQL_CREATE_VIEW))) {
        return there == NULL || run_table_wanted(r, name, err) != NULL ? 1 : -1;
    }
    if (q->only_if) {
        return 0;
    }
    return refused(err, "TABLE_OR_VIEW_ALREADY_EXISTS", "42P07",
                   about(r, "Cannot create table or view", name,
                         "because it already exists. Choose a different name, drop or replace the "
                         "existing object, or add the IF NOT EXISTS clause to tolerate "
                         "pre-existing objects."));
}

static int create_table(const struct runner *r, const struct sql_query *q, struct err *err)
{
    struct sql_result rows = {0};
    const char *name = run_full_name(r, q->object, 3), *last = strrchr(name, '.');
    const char *schema = arena_strndup(r->arena, name, (size_t)(last - name));
    if (run_object_named(r, OBJECTS_SCHEMAS, schema) == NULL) {
        return run_schema_missing(schema, err);
    }
    int make = is_to_make(r, q, name, err);
    if (make <= 0 || content_of(r, q, &rows, err) < 0) {
        return make == 0 ? 0 : -1;
    }
    const struct json *there = run_object_named(r, OBJECTS_TABLES, name);
    struct json *o = object_of(r, q, name, &rows);
    if (q->verb == SQL_CREATE_TABLE &&
        rows_keep(r, json_get_string(o, "table_id", ""), &rows, err) < 0) {
        json_free(o);
        return -1;
    }
    if (there != NULL) {
        row_store_remove(r->access->state->rows, json_get_string(there, "table_id", ""));
    }
    return put(r, OBJECTS_TABLES, name, o) ? 0 : full(err);
}

static int drop_table(const struct runner *r, const struct sql_query *q, struct err *err)
{
    const char *name = run_full_name(r, q->object, 3);
    const struct json *there = run_object_named(r, OBJECTS_TABLES, name);
    if (there == NULL && q->only_if) {
        return 0;
    }
    if ((there = run_table_wanted(r, name, err)) == NULL) {
        return -1;
    }
    if (run_is_view(there) != (q->verb == SQL_DROP_VIEW)) {
        return refused(err, "WRONG_COMMAND_FOR_OBJECT_TYPE", "42809",
                       q->verb == SQL_DROP_VIEW
                           ? about(r, "The operation DROP VIEW requires a VIEW. But", name,
                                   "is a MANAGED. Use DROP TABLE instead.")
                           : about(r,
                                   "The operation DROP TABLE requires a EXTERNAL or MANAGED. But",
                                   name, "is a VIEW. Use DROP VIEW instead."));
    }
    table_remove(r, there);
    return 0;
}

int run_change(const struct runner *r, const struct sql_query *q, struct sql_result *ret,
               struct err *err)
{
    static int (*const changes[])(const struct runner *r, const struct sql_query *q,
                                  struct err *err) = {
        [SQL_USE_CATALOG] = use,
        [SQL_USE_SCHEMA] = use,
        [SQL_CREATE_SCHEMA] = create_schema,
        [SQL_DROP_SCHEMA] = drop_schema,
        [SQL_CREATE_TABLE] = create_table,
        [SQL_CREATE_VIEW] = create_table,
        [SQL_DROP_TABLE] = drop_table,
        [SQL_DROP_VIEW] = drop_table,
    };
    *ret = (struct sql_result){0};
    return q->verb == SQL_SET ? set(r, q, ret) : changes[q->verb](r, q, err);
}

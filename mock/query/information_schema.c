/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json/json.h"
#include "base/sys/clock.h"
#include "mock/query/run_priv.h"
#include "mock/state/object_store.h"
#include "mock/state/workspace_seed.h"

/* CATALOG.information_schema has what is in that catalog, system.information_schema what is in all
 * (Databricks SQL language reference, Information schema). Of their columns those that an object
 * here can fill. */

struct scope {
    const struct runner *runner;
    const char *catalog; /* NULL = all */
    struct cells *cells;
};

static bool is_inside(const struct scope *s, const struct json *o)
{
    const char *catalog = json_get_string(o, "catalog_name", "");
    return s->catalog == NULL || str_eq_nocase(str_of(catalog), str_of(s->catalog));
}

static void add(const struct scope *s, const char *text)
{
    *VEC_PUSH(s->runner->arena, s->cells) = text;
}

static void add_member(const struct scope *s, const struct json *o, const char *key)
{
    const char *value = json_get_string(o, key, NULL);
    add(s, value != NULL ? arena_strdup(s->runner->arena, value) : NULL);
}

static void add_time(const struct scope *s, const struct json *o, const char *key)
{
    struct err ignored = {0};
    char text[32];
    const char *value;
    const char *time = format_rfc3339(json_get_int(o, key, 0), text, sizeof(text));
    const struct sql_type type = {.kind = SQL_TIMESTAMP};
    add(s, sql_cast(s->runner->arena, time, type, &value, &ignored) == 0 ? value : NULL);
}

static void add_place(const struct scope *s, const struct json *table)
{
    add_member(s, table, "catalog_name");
    add_member(s, table, "schema_name");
    add_member(s, table, "name");
}

static void add_schema(const struct scope *s, const struct json *o)
{
    add_member(s, o, "catalog_name");
    add_member(s, o, "name");
    add_member(s, o, "owner");
    add_member(s, o, "comment");
    add_time(s, o, "created_at");
    add_time(s, o, "updated_at");
}

static void add_table(const struct scope *s, const struct json *o)
{
    add_place(s, o);
    add_member(s, o, "table_type");
    add(s, "YES");
    add_member(s, o, "owner");
    add_member(s, o, "comment");
    add_time(s, o, "created_at");
    add_time(s, o, "updated_at");
    add_member(s, o, "data_source_format");
    add_member(s, o, "storage_location");
}

static void add_view(const struct scope *s, const struct json *o)
{
    if (strcmp(json_get_string(o, "table_type", ""), "VIEW") == 0) {
        add_place(s, o);
        add_member(s, o, "view_definition");
        add(s, "NONE");
        add(s, "NO");
    }
}

static void add_columns(const struct scope *s, const struct json *o)
{
    int position = 1;
    JSON_FOREACH(c, json_get(o, "columns")) {
        add_place(s, o);
        add_member(s, c, "name");
        add(s, arena_printf(s->runner->arena, "%d", position++));
        add(s, json_get_bool(c, "nullable", true) ? "YES" : "NO");
        add_member(s, c, "type_text");
        add_member(s, c, "type_name");
        add_member(s, c, "comment");
    }
}

static void add_nothing(const struct scope *s UNUSED, const struct json *o UNUSED)
{
}

/* One of them: what it is made of, and the names of its columns. */
struct view {
    const char *name, *kind;
    void (*add)(const struct scope *s, const struct json *o);
    const char *columns[12];
};

static const struct view views[] = {
    {"schemata",
     OBJECTS_SCHEMAS,
     add_schema,
     {"catalog_name", "schema_name", "schema_owner", "comment", "created", "last_altered"}},
    {"tables",
     OBJECTS_TABLES,
     add_table,
     {"table_catalog", "table_schema", "table_name", "table_type", "is_insertable_into",
      "table_owner", "comment", "created", "last_altered", "data_source_format", "storage_path"}},
    {"views",
     OBJECTS_TABLES,
     add_view,
     {"table_catalog", "table_schema", "table_name", "view_definition", "check_option",
      "is_updatable"}},
    {"columns",
     OBJECTS_TABLES,
     add_columns,
     {"table_catalog", "table_schema", "table_name", "column_name", "ordinal_position",
      "is_nullable", "full_data_type", "data_type", "comment"}},
    {"row_filters",
     OBJECTS_TABLES,
     add_nothing,
     {"table_catalog", "table_schema", "table_name", "filter_name", "target_columns"}},
    {"column_masks",
     OBJECTS_TABLES,
     add_nothing,
     {"table_catalog", "table_schema", "table_name", "column_name", "mask_name", "using_columns"}},
    {"table_tags",
     OBJECTS_TABLES,
     add_nothing,
     {"catalog_name", "schema_name", "table_name", "tag_name", "tag_value"}},
    {"column_tags",
     OBJECTS_TABLES,
     add_nothing,
     {"catalog_name", "schema_name", "table_name", "column_name", "tag_name", "tag_value"}},
};

static struct sql_result result_of(const struct runner *r, const struct view *v,
                                   const struct cells *cells)
{
    struct result_columns columns = {0};
    for (size_t i = 0; i < ARRAY_LEN(v->columns) && v->columns[i] != NULL; i++) {
        struct str name = str_of(v->columns[i]);
        bool time = str_eq_z(name, "created") || str_eq_z(name, "last_altered");
        bool number = str_eq_z(name, "ordinal_position");
        *VEC_PUSH(r->arena, &columns) = (struct sql_result_column){
            .name = v->columns[i],
            .type = {.kind = time     ? SQL_TIMESTAMP
                             : number ? SQL_INT
                                      : SQL_STRING},
            .cells = SQL_CELL_STORED,
        };
    }
    return (struct sql_result){.columns = columns.items,
                               .column_count = columns.count,
                               .rows = (int64_t)(cells->count / columns.count),
                               .stored = cells->items};
}

/* What stands before "information_schema.", the word itself and what follows; false = there is no
 * such word in that place. */
static bool parts_of(const char *full_name, struct str *ret_catalog, struct str *ret_name)
{
    struct str schema;
    *ret_name = str_of(full_name);
    return str_split(ret_name, '.', ret_catalog) && str_split(ret_name, '.', &schema) &&
           str_eq_nocase(schema, STR("information_schema"));
}

bool run_information_schema(const struct runner *r, const char *name, struct sql_result *ret)
{
    struct str catalog, wanted;
    struct cells cells = {0};
    if (!parts_of(run_full_name(r, name, 3), &catalog, &wanted)) {
        return false;
    }
    struct scope s = {.runner = r, .cells = &cells};
    if (!str_eq_nocase(catalog, STR("system"))) {
        s.catalog = arena_strndup(r->arena, catalog.ptr, catalog.len);
        if (run_object_named(r, OBJECTS_CATALOGS, s.catalog) == NULL) {
            return false;
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(views); i++) {
        if (!str_eq_nocase(wanted, str_of(views[i].name))) {
            continue;
        }
        size_t pos = 0;
        for (const struct json *o;
             (o = object_next(run_objects(r, views[i].kind), &pos)) != NULL;) {
            if (is_inside(&s, o)) {
                views[i].add(&s, o);
            }
        }
        *ret = result_of(r, &views[i], &cells);
        return true;
    }
    return false;
}

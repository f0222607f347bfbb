/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/xalloc.h"
#include "mock/query/begin.h"
#include "mock/query/sql_result.h"
#include "mock/sql/call.h"
#include "mock/query/like.h"
#include "mock/state/mock_state.h"
#include "mock/state/object_store.h"
#include "mock/state/statement_store.h"
#include "mock/state/workspace_seed.h"
#include "mock/state/workspace_store.h"

/* Calls that list what there is, as operations with result sets. Their columns are those of Spark's
 * Thrift server (sql/hive-thriftserver, SparkGet*Operation and Hive's operations), which follow
 * JDBC's DatabaseMetaData. */

struct listing {
    struct arena *arena;
    struct sql_result_column *columns;
    size_t column_count;
    struct {
        const char **items;
        size_t count, capacity;
    } cells;
};

/* "NAME" is a STRING, "NAME:INT" what it says. */
static struct listing listing_new(const char *const *names, size_t count)
{
    struct listing l = {.arena = arena_new(), .column_count = count};
    l.columns = ARENA_ARRAY(l.arena, struct sql_result_column, count);
    for (size_t i = 0; i < count; i++) {
        struct str rest = str_of(names[i]), name;
        (void)str_split(&rest, ':', &name);
        l.columns[i] = (struct sql_result_column){
            .name = arena_strndup(l.arena, name.ptr, name.len),
            .type = {.kind = SQL_STRING},
            .cells = SQL_CELL_STORED,
        };
        if (rest.ptr != NULL) {
            (void)sql_type_read(rest, &l.columns[i].type);
        }
    }
    return l;
}

/* A value; NULL is NULL. */
static void add(struct listing *l, const char *value)
{
    *VEC_PUSH(l->arena, &l->cells) = value != NULL ? arena_strdup(l->arena, value) : NULL;
}

static void add_int(struct listing *l, int64_t value)
{
    *VEC_PUSH(l->arena, &l->cells) = arena_printf(l->arena, "%lld", (long long)value);
}

static void add_nulls(struct listing *l, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        add(l, NULL);
    }
}

static int listing_begin(struct call *c, struct listing *l, enum tcli_operation_type operation,
                         struct err *err)
{
    const struct json *session = call_session(c);
    if (session == NULL) {
        arena_free(l->arena);
        return 0;
    }
    const struct sql_result result = {
        .columns = l->columns,
        .column_count = l->column_count,
        .rows = (int64_t)(l->cells.count / l->column_count),
        .stored = l->cells.items,
    };
    struct statement *st = statement_begin_done(&c->a, l->arena, &result);
    st->cursor.operation = (int)operation;
    st->cursor.row_set = TCLI_COLUMN_BASED;
    return call_begun(c, st, session, err);
}

/* A pattern of the request; NULL = none. */
static const char *pattern(const struct call *c, int16_t id)
{
    return thrift_text(c->x->req->arena, c->req, id);
}

static const char *member(const struct json *o, const char *key)
{
    return json_get_string(o, key, "");
}

int call_get_catalogs(struct call *c, struct err *err)
{
    static const char *const names[] = {"TABLE_CAT"};
    struct listing l = listing_new(names, ARRAY_LEN(names));
    size_t pos = 0;
    for (const struct json *o;
         (o = object_next(api_objects(&c->a, OBJECTS_CATALOGS), &pos)) != NULL;) {
        add(&l, member(o, "name"));
    }
    return listing_begin(c, &l, TCLI_GET_CATALOGS, err);
}

int call_get_schemas(struct call *c, struct err *err)
{
    static const char *const names[] = {"TABLE_SCHEM", "TABLE_CATALOG"};
    struct listing l = listing_new(names, ARRAY_LEN(names));
    const char *catalog = pattern(c, 2), *schema = pattern(c, 3);
    size_t pos = 0;
    for (const struct json *o;
         (o = object_next(api_objects(&c->a, OBJECTS_SCHEMAS), &pos)) != NULL;) {
        if (name_is_like(member(o, "catalog_name"), catalog) &&
            name_is_like(member(o, "name"), schema)) {
            add(&l, member(o, "name"));
            add(&l, member(o, "catalog_name"));
        }
    }
    return listing_begin(c, &l, TCLI_GET_SCHEMAS, err);
}

/* The next table that fields 2 to 4 of the request agree to. */
static const struct json *table_next(const struct call *c, size_t *pos)
{
    const struct json *o;
    while ((o = object_next(api_objects(&c->a, OBJECTS_TABLES), pos)) != NULL) {
        if (name_is_like(member(o, "catalog_name"), pattern(c, 2)) &&
            name_is_like(member(o, "schema_name"), pattern(c, 3)) &&
            name_is_like(member(o, "name"), pattern(c, 4))) {
            return o;
        }
    }
    return NULL;
}

/* Field 5: the types that are wanted; none, an empty list: all. All tables here are TABLE. */
static bool tables_are_wanted(const struct call *c)
{
    const struct thrift_value *types = thrift_get(c->req, 5, THRIFT_LIST);
    bool wanted = types == NULL || types->count == 0;
    for (size_t i = 0; types != NULL && i < types->count; i++) {
        wanted = wanted || str_eq_z(types->items[i].value.text, "TABLE");
    }
    return wanted;
}

static void add_table_name(struct listing *l, const struct json *table)
{
    add(l, member(table, "catalog_name"));
    add(l, member(table, "schema_name"));
    add(l, member(table, "name"));
}

int call_get_tables(struct call *c, struct err *err)
{
    static const char *const names[] = {"TABLE_CAT",     "TABLE_SCHEM", "TABLE_NAME",
                                        "TABLE_TYPE",    "REMARKS",     "TYPE_CAT",
                                        "TYPE_SCHEM",    "TYPE_NAME",   "SELF_REFERENCING_COL_NAME",
                                        "REF_GENERATION"};
    struct listing l = listing_new(names, ARRAY_LEN(names));
    size_t pos = 0;
    for (const struct json *o; tables_are_wanted(c) && (o = table_next(c, &pos)) != NULL;) {
        add_table_name(&l, o);
        add(&l, "TABLE");
        add(&l, "");
        add_nulls(&l, 5);
    }
    return listing_begin(c, &l, TCLI_GET_TABLES, err);
}

int call_get_table_types(struct call *c, struct err *err)
{
    static const char *const names[] = {"TABLE_TYPE"}, *const types[] = {"TABLE", "VIEW"};
    struct listing l = listing_new(names, ARRAY_LEN(names));
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        add(&l, types[i]);
    }
    return listing_begin(c, &l, TCLI_GET_TABLE_TYPES, err);
}

/* java.sql.Types; size as JDBC counts it, digits behind the point, radix; -1 = NULL. */
static const struct {
    enum sql_kind kind;
    int64_t jdbc, size, digits, radix;
} jdbc_types[] = {
    {SQL_VOID, 0, -1, -1, -1},    {SQL_BOOLEAN, 16, 1, -1, -1}, {SQL_BYTE, -6, 1, 0, 10},
    {SQL_SHORT, 5, 2, 0, 10},     {SQL_INT, 4, 4, 0, 10},       {SQL_LONG, -5, 8, 0, 10},
    {SQL_FLOAT, 6, 4, 7, 10},     {SQL_DOUBLE, 8, 8, 15, 10},   {SQL_DECIMAL, 3, 38, 38, 10},
    {SQL_STRING, 12, -1, -1, -1}, {SQL_DATE, 91, 4, -1, -1},    {SQL_TIMESTAMP, 93, 8, 6, -1},
};

static void add_number(struct listing *l, int64_t value)
{
    if (value < 0) {
        add(l, NULL);
    } else {
        add_int(l, value);
    }
}

static void add_column(struct listing *l, const struct json *table, const struct json *column)
{
    struct sql_type t = {.kind = SQL_STRING};
    (void)sql_type_read(str_of(member(column, "type_text")), &t);
    bool decimal = t.kind == SQL_DECIMAL;
    add_table_name(l, table);
    add(l, member(column, "name"));
    add_int(l, jdbc_types[t.kind].jdbc);
    add(l, sql_type_text(l->arena, t));
    add_number(l, decimal ? t.precision : jdbc_types[t.kind].size);
    add(l, NULL);
    add_number(l, decimal ? t.scale : jdbc_types[t.kind].digits);
    add_number(l, jdbc_types[t.kind].radix);
    add_int(l, 1);
    add(l, "");
    add_nulls(l, 4);
    add_int(l, json_get_int(column, "position", 0));
    add(l, "YES");
    add_nulls(l, 4);
    add(l, "NO");
}

int call_get_columns(struct call *c, struct err *err)
{
    static const char *const names[] = {"TABLE_CAT",
                                        "TABLE_SCHEM",
                                        "TABLE_NAME",
                                        "COLUMN_NAME",
                                        "DATA_TYPE:INT",
                                        "TYPE_NAME",
                                        "COLUMN_SIZE:INT",
                                        "BUFFER_LENGTH:TINYINT",
                                        "DECIMAL_DIGITS:INT",
                                        "NUM_PREC_RADIX:INT",
                                        "NULLABLE:INT",
                                        "REMARKS",
                                        "COLUMN_DEF",
                                        "SQL_DATA_TYPE:INT",
                                        "SQL_DATETIME_SUB:INT",
                                        "CHAR_OCTET_LENGTH:INT",
                                        "ORDINAL_POSITION:INT",
                                        "IS_NULLABLE",
                                        "SCOPE_CATALOG",
                                        "SCOPE_SCHEMA",
                                        "SCOPE_TABLE",
                                        "SOURCE_DATA_TYPE:SMALLINT",
                                        "IS_AUTO_INCREMENT"};
    struct listing l = listing_new(names, ARRAY_LEN(names));
    const char *wanted = pattern(c, 5);
    size_t pos = 0;
    for (const struct json *o; (o = table_next(c, &pos)) != NULL;) {
        JSON_FOREACH(column, json_get(o, "columns")) {
            if (name_is_like(member(column, "name"), wanted)) {
                add_column(&l, o, column);
            }
        }
    }
    return listing_begin(c, &l, TCLI_GET_COLUMNS, err);
}

/* Without precision and scale. */
static const char *type_name(struct listing *l, enum sql_kind kind)
{
    return kind == SQL_DECIMAL ? "DECIMAL"
                               : sql_type_text(l->arena, (struct sql_type){.kind = kind});
}

int call_get_type_info(struct call *c, struct err *err)
{
    static const char *const names[] = {"TYPE_NAME",
                                        "DATA_TYPE:INT",
                                        "PRECISION:INT",
                                        "LITERAL_PREFIX",
                                        "LITERAL_SUFFIX",
                                        "CREATE_PARAMS",
                                        "NULLABLE:SMALLINT",
                                        "CASE_SENSITIVE:BOOLEAN",
                                        "SEARCHABLE:SMALLINT",
                                        "UNSIGNED_ATTRIBUTE:BOOLEAN",
                                        "FIXED_PREC_SCALE:BOOLEAN",
                                        "AUTO_INCREMENT:BOOLEAN",
                                        "LOCAL_TYPE_NAME",
                                        "MINIMUM_SCALE:SMALLINT",
                                        "MAXIMUM_SCALE:SMALLINT",
                                        "SQL_DATA_TYPE:INT",
                                        "SQL_DATETIME_SUB:INT",
                                        "NUM_PREC_RADIX:INT"};
    struct listing l = listing_new(names, ARRAY_LEN(names));
    for (size_t i = 0; i < ARRAY_LEN(jdbc_types); i++) {
        bool text = jdbc_types[i].kind == SQL_STRING;
        add(&l, type_name(&l, jdbc_types[i].kind));
        add_int(&l, jdbc_types[i].jdbc);
        add_number(&l, jdbc_types[i].size);
        add_nulls(&l, 3);
        add_int(&l, 1);
        add(&l, text ? "true" : "false");
        add_int(&l, text ? 3 : 2);
        add(&l, jdbc_types[i].radix < 0 ? "true" : "false");
        add(&l, "false");
        add(&l, "false");
        add(&l, NULL);
        add_int(&l, 0);
        add_int(&l, jdbc_types[i].kind == SQL_DECIMAL ? 38 : 0);
        add_nulls(&l, 2);
        add_number(&l, jdbc_types[i].radix);
    }
    return listing_begin(c, &l, TCLI_GET_TYPE_INFO, err);
}

/* There are none of these here. */

int call_get_functions(struct call *c, struct err *err)
{
    static const char *const names[] = {"FUNCTION_CAT", "FUNCTION_SCHEM",    "FUNCTION_NAME",
                                        "REMARKS",      "FUNCTION_TYPE:INT", "SPECIFIC_NAME"};
    struct listing l = listing_new(names, ARRAY_LEN(names));
    return listing_begin(c, &l, TCLI_GET_FUNCTIONS, err);
}

int call_get_primary_keys(struct call *c, struct err *err)
{
    static const char *const names[] = {"TABLE_CAT",   "TABLE_SCHEM", "TABLE_NAME",
                                        "COLUMN_NAME", "KEY_SEQ:INT", "PK_NAME"};
    struct listing l = listing_new(names, ARRAY_LEN(names));
    return listing_begin(c, &l, TCLI_UNKNOWN_OPERATION, err);
}

int call_get_cross_reference(struct call *c, struct err *err)
{
    static const char *const names[] = {
        "PKTABLE_CAT",     "PKTABLE_SCHEM", "PKTABLE_NAME",  "PKCOLUMN_NAME",    "FKTABLE_CAT",
        "FKTABLE_SCHEM",   "FKTABLE_NAME",  "FKCOLUMN_NAME", "KEY_SEQ:INT",      "UPDATE_RULE:INT",
        "DELETE_RULE:INT", "FK_NAME",       "PK_NAME",       "DEFERRABILITY:INT"};
    struct listing l = listing_new(names, ARRAY_LEN(names));
    return listing_begin(c, &l, TCLI_UNKNOWN_OPERATION, err);
}

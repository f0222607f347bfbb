/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/access/access.h"
#include "mock/http/recorded_error.h"
#include "mock/state/workspace_store.h"
#include "mock/workspace/handlers_priv.h"

/* All tables have these columns. */
static const struct {
    const char *name, *type_text, *type_name;
} columns[] = {
    {"id", "bigint", "LONG"},
    {"name", "string", "STRING"},
};

static struct json *columns_make(void)
{
    struct json *list = json_array();
    for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
        struct json *c = json_object();
        json_set_string(c, "name", columns[i].name);
        json_set_string(c, "type_text", columns[i].type_text);
        json_set_string(c, "type_name", columns[i].type_name);
        json_set_int(c, "position", (int64_t)i);
        json_set_bool(c, "nullable", true);
        json_push(list, c);
    }
    return list;
}

static struct json *table_make(const struct workspace *w, const struct workspace_table *t)
{
    struct json *o = json_object();
    json_set_string(o, "name", t->name);
    json_set_string(o, "catalog_name", t->catalog);
    json_set_string(o, "schema_name", t->schema);
    json_set_string(o, "full_name", t->full_name);
    json_set_string(o, "table_type", "MANAGED");
    json_set_string(o, "data_source_format", "DELTA");
    json_set(o, "columns", columns_make());
    json_set_string(o, "owner", "account users");
    json_set_string(o, "table_id", t->table_id);
    json_set_string(o, "metastore_id", w->metastore_id);
    json_set_int(o, "created_at", w->created_ms);
    json_set_int(o, "updated_at", w->created_ms);
    return o;
}

static void refuse(struct exchange *x, int status, const char *code, const char *message)
{
    recorded_error_service(x->req, x->reply, status, code, message);
    access_service_headers(x);
}

static size_t dots_in(struct str name)
{
    size_t dots = 0;
    for (size_t i = 0; i < name.len; i++) {
        dots += name.ptr[i] == '.' ? 1 : 0;
    }
    return dots;
}

int catalog_table_get(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    struct arena *arena = x->req->arena;
    struct str name = x->req->captures[0];
    if (!access_enter(x, NULL, &a)) {
        return 0;
    }
    const struct workspace_table *t = workspace_table_find(a.workspace, name);
    if (t != NULL) {
        access_reply(x, &a, 200, table_make(a.workspace, t));
    } else if (dots_in(name) != 2) {
        refuse(x, 400, "INVALID_PARAMETER_VALUE",
               arena_printf(arena, "'%.*s' is not a full name of a table.", STR_ARG(name)));
    } else {
        refuse(x, 404, "TABLE_DOES_NOT_EXIST",
               arena_printf(arena, "Table '%.*s' does not exist.", STR_ARG(name)));
    }
    return 0;
}

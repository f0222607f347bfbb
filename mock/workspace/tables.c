/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto/random.h"
#include "mock/state/mock_state.h"
#include "mock/state/object_store.h"
#include "mock/state/principal_store.h"
#include "mock/state/workspace_seed.h"
#include "mock/state/workspace_store.h"
#include "mock/workspace/handlers_priv.h"
#include "mock/workspace/unity.h"

struct place {
    const char *catalog, *schema;
};

static bool is_in_place(const struct json *table, const void *context)
{
    const struct place *p = context;
    return str_eq_nocase(str_of(json_get_string(table, "catalog_name", "")), str_of(p->catalog)) &&
           str_eq_nocase(str_of(json_get_string(table, "schema_name", "")), str_of(p->schema));
}

/* The schema that catalog_name and schema_name name, or a refusal. */
static bool place_read(struct exchange *x, const struct access *a, struct place *ret)
{
    ret->catalog = api_required_param(x, a, "catalog_name");
    ret->schema = ret->catalog != NULL ? api_required_param(x, a, "schema_name") : NULL;
    if (ret->schema == NULL) {
        return false;
    }
    if (unity_find(a, OBJECTS_CATALOGS, str_of(ret->catalog)) == NULL) {
        (void)unity_missing(x, a, "Catalog", str_of(ret->catalog));
        return false;
    }
    const char *full = arena_printf(x->req->arena, "%s.%s", ret->catalog, ret->schema);
    if (unity_find(a, OBJECTS_SCHEMAS, str_of(full)) == NULL) {
        (void)unity_missing(x, a, "Schema", str_of(full));
        return false;
    }
    return true;
}

int tables_list(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    struct place p;
    return api_enter(x, API_CATALOG, &a) && place_read(x, &a, &p)
               ? unity_list(x, &a, OBJECTS_TABLES, is_in_place, &p)
               : 0;
}

int volumes_list(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    struct place p;
    return api_enter(x, API_CATALOG, &a) && place_read(x, &a, &p)
               ? unity_list(x, &a, OBJECTS_VOLUMES, is_in_place, &p)
               : 0;
}

int table_get(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    struct str name = x->req->captures[0];
    if (!api_enter(x, API_CATALOG, &a)) {
        return 0;
    }
    if (access_reply_again(x, &a)) {
        x->notes->table_told = name;
        return 0;
    }
    if (!unity_name_check(x, &a, "table", name, 3)) {
        return 0;
    }
    const struct json *t = unity_find(&a, OBJECTS_TABLES, name);
    if (t == NULL) {
        return unity_missing(x, &a, "Table", name);
    }
    if (json_get_bool(t, OBJECT_DENIED, false)) {
        return unity_denied(x, &a, "SELECT", "Table", name);
    }
    x->notes->table_told = name;
    access_reply_keep(x, &a, object_view(t));
    return 0;
}

int table_exists(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    struct str name = x->req->captures[0];
    if (!api_enter(x, API_CATALOG, &a) || !unity_name_check(x, &a, "table", name, 3)) {
        return 0;
    }
    struct json *o = json_object();
    json_set_bool(o, "table_exists", unity_find(&a, OBJECTS_TABLES, name) != NULL);
    return api_reply(x, &a, o);
}

static struct json *columns_of(const struct json *given)
{
    struct json *columns = json_array();
    int64_t position = 0;
    JSON_FOREACH(c, given) {
        struct json *o = json_object();
        json_set_string(o, "name", json_get_string(c, "name", ""));
        json_set_string(o, "type_text", json_get_string(c, "type_text", "string"));
        json_set_string(o, "type_name", json_get_string(c, "type_name", "STRING"));
        json_set_int(o, "position", position++);
        json_set_bool(o, "nullable", json_get_bool(c, "nullable", true));
        json_push(columns, o);
    }
    return columns;
}

static struct json *table_of(struct exchange *x, const struct access *a, const struct json *body,
                             const char *full_name)
{
    char uuid[37];
    int64_t now_ms = mock_state_now_ms(a->state);
    struct json *o = json_object();
    json_set_string(o, "name", json_get_string(body, "name", ""));
    json_set_string(o, "catalog_name", json_get_string(body, "catalog_name", ""));
    json_set_string(o, "schema_name", json_get_string(body, "schema_name", ""));
    json_set_string(o, "full_name", full_name);
    json_set_string(o, "table_type", json_get_string(body, "table_type", "EXTERNAL"));
    json_set_string(o, "data_source_format", json_get_string(body, "data_source_format", "DELTA"));
    if (json_get_string(body, "storage_location", NULL) != NULL) {
        json_set_string(o, "storage_location", json_get_string(body, "storage_location", ""));
    }
    json_set(o, "columns", columns_of(json_get(body, "columns")));
    json_set_string(o, "owner", principal_user_name(a->principal));
    json_set_string(o, "metastore_id", a->workspace->metastore_id);
    json_set_int(o, "created_at", now_ms);
    json_set_int(o, "updated_at", now_ms);
    json_set_string(o, "table_id", arena_strdup(x->req->arena, rng_uuid(&a->state->rng, uuid)));
    return o;
}

int table_create(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    AUTO_JSON_DOC struct json_doc body = {0};
    const char *name, *catalog, *schema;
    if (!api_enter(x, API_CATALOG, &a) || !api_body(x, &a, &body) ||
        (name = api_required(x, &a, body.root, "name")) == NULL ||
        (catalog = api_required(x, &a, body.root, "catalog_name")) == NULL ||
        (schema = api_required(x, &a, body.root, "schema_name")) == NULL ||
        !unity_part_check(x, &a, name)) {
        return 0;
    }
    const char *in = arena_printf(x->req->arena, "%s.%s", catalog, schema);
    const char *full_name = arena_printf(x->req->arena, "%s.%s", in, name);
    if (unity_find(&a, OBJECTS_SCHEMAS, str_of(in)) == NULL) {
        return unity_missing(x, &a, "Schema", str_of(in));
    }
    if (unity_find(&a, OBJECTS_TABLES, str_of(full_name)) != NULL) {
        return api_refuse(x, &a, 400, "TABLE_ALREADY_EXISTS", "Table '%s' already exists",
                          full_name);
    }
    struct json *t = table_of(x, &a, body.root, full_name);
    AUTO_JSON struct json *answer = object_view(t);
    return unity_put(x, &a, OBJECTS_TABLES, t) ? api_reply(x, &a, TAKE_PTR(answer)) : 0;
}

int table_delete(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    struct str name = x->req->captures[0];
    if (!api_enter(x, API_CATALOG, &a) || !unity_name_check(x, &a, "table", name, 3)) {
        return 0;
    }
    if (unity_find(&a, OBJECTS_TABLES, name) == NULL) {
        return unity_missing(x, &a, "Table", name);
    }
    unity_remove(&a, OBJECTS_TABLES, name);
    return api_done(x, &a);
}

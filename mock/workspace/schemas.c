/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/mock_state.h"
#include "mock/state/object_store.h"
#include "mock/state/principal_store.h"
#include "mock/state/workspace_seed.h"
#include "mock/workspace/handlers_priv.h"
#include "mock/workspace/unity.h"

static bool is_in_catalog(const struct json *schema, const void *catalog)
{
    return str_eq_nocase(str_of(json_get_string(schema, "catalog_name", "")),
                         str_of((const char *)catalog));
}

int schemas_list(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    const char *catalog;
    if (!api_enter(x, API_CATALOG, &a) ||
        (catalog = api_required_param(x, &a, "catalog_name")) == NULL) {
        return 0;
    }
    if (unity_find(&a, OBJECTS_CATALOGS, str_of(catalog)) == NULL) {
        return unity_missing(x, &a, "Catalog", str_of(catalog));
    }
    return unity_list(x, &a, OBJECTS_SCHEMAS, is_in_catalog, catalog);
}

int schema_get(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    struct str name = x->req->captures[0];
    if (!api_enter(x, API_CATALOG, &a) || !unity_name_check(x, &a, "schema", name, 2)) {
        return 0;
    }
    const struct json *s = unity_find(&a, OBJECTS_SCHEMAS, name);
    return s != NULL ? api_reply(x, &a, object_view(s)) : unity_missing(x, &a, "Schema", name);
}

int schema_create(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    AUTO_JSON_DOC struct json_doc body = {0};
    const char *name, *catalog;
    if (!api_enter(x, API_CATALOG, &a) || !api_body(x, &a, &body) ||
        (name = api_required(x, &a, body.root, "name")) == NULL ||
        (catalog = api_required(x, &a, body.root, "catalog_name")) == NULL ||
        !unity_part_check(x, &a, name)) {
        return 0;
    }
    const char *full_name = arena_printf(x->req->arena, "%s.%s", catalog, name);
    if (unity_find(&a, OBJECTS_CATALOGS, str_of(catalog)) == NULL) {
        return unity_missing(x, &a, "Catalog", str_of(catalog));
    }
    if (unity_find(&a, OBJECTS_SCHEMAS, str_of(full_name)) != NULL) {
        return api_refuse(x, &a, 400, "SCHEMA_ALREADY_EXISTS", "Schema '%s' already exists",
                          full_name);
    }
    struct json *s = schema_make(a.workspace, catalog, name, principal_user_name(a.principal),
                                 mock_state_now_ms(a.state));
    AUTO_JSON struct json *answer = object_view(s);
    return unity_put(x, &a, OBJECTS_SCHEMAS, s) ? api_reply(x, &a, TAKE_PTR(answer)) : 0;
}

static bool lies_in(const struct json *object, struct str schema)
{
    struct str full = str_of(json_get_string(object, "full_name", ""));
    return full.len > schema.len && full.ptr[schema.len] == '.' &&
           str_eq_nocase(str_slice(full, 0, schema.len), schema);
}

int schema_delete(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    struct str name = x->req->captures[0];
    if (!api_enter(x, API_CATALOG, &a)) {
        return 0;
    }
    if (unity_find(&a, OBJECTS_SCHEMAS, name) == NULL) {
        return unity_missing(x, &a, "Schema", name);
    }
    const char *force = api_param(x, "force");
    bool forced = force != NULL && strcmp(force, "true") == 0;
    size_t pos = 0;
    for (struct json *t; (t = object_next(api_objects(&a, OBJECTS_TABLES), &pos)) != NULL;) {
        if (!lies_in(t, name)) {
            continue;
        }
        if (!forced) {
            return api_refuse(x, &a, 400, "INVALID_STATE", "Schema '%.*s' is not empty.",
                              STR_ARG(name));
        }
        const char *full = arena_strdup(x->req->arena, json_get_string(t, "full_name", ""));
        unity_remove(&a, OBJECTS_TABLES, str_of(full));
    }
    unity_remove(&a, OBJECTS_SCHEMAS, name);
    return api_done(x, &a);
}

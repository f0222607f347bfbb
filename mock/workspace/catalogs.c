/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/mock_state.h"
#include "mock/state/object_store.h"
#include "mock/state/principal_store.h"
#include "mock/state/workspace_seed.h"
#include "mock/workspace/handlers_priv.h"
#include "mock/workspace/unity.h"

int catalogs_list(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    return api_enter(x, API_CATALOG, &a) ? unity_list(x, &a, OBJECTS_CATALOGS, NULL, NULL) : 0;
}

int catalog_get(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    struct str name = x->req->captures[0];
    if (!api_enter(x, API_CATALOG, &a)) {
        return 0;
    }
    const struct json *c = unity_find(&a, OBJECTS_CATALOGS, name);
    return c != NULL ? api_reply(x, &a, object_view(c)) : unity_missing(x, &a, "Catalog", name);
}

int catalog_create(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    AUTO_JSON_DOC struct json_doc body = {0};
    const char *name;
    if (!api_enter(x, API_CATALOG, &a) || !api_body(x, &a, &body) ||
        (name = api_required(x, &a, body.root, "name")) == NULL || !unity_part_check(x, &a, name)) {
        return 0;
    }
    if (unity_find(&a, OBJECTS_CATALOGS, str_of(name)) != NULL) {
        return api_refuse(x, &a, 400, "CATALOG_ALREADY_EXISTS", "Catalog '%s' already exists",
                          name);
    }
    struct json *c = catalog_make(a.workspace, name, principal_user_name(a.principal),
                                  mock_state_now_ms(a.state));
    if (json_type(json_get(body.root, "comment")) == JSON_STRING) {
        json_set(c, "comment", json_copy(json_get(body.root, "comment")));
    }
    AUTO_JSON struct json *answer = object_view(c);
    return unity_put(x, &a, OBJECTS_CATALOGS, c) ? api_reply(x, &a, TAKE_PTR(answer)) : 0;
}

static bool is_in(const struct json *schema, const void *catalog)
{
    return str_eq_nocase(str_of(json_get_string(schema, "catalog_name", "")),
                         str_of((const char *)catalog));
}

static bool has_schemas(const struct access *a, const char *catalog)
{
    const struct json *s;
    size_t pos = 0;
    while ((s = object_next(api_objects(a, OBJECTS_SCHEMAS), &pos)) != NULL) {
        if (is_in(s, catalog)) {
            return true;
        }
    }
    return false;
}

/* Forced or empty; what lies in it goes with it. */
int catalog_delete(struct exchange *x, struct err *err UNUSED)
{
    static const char *const inside[] = {OBJECTS_SCHEMAS, OBJECTS_TABLES, OBJECTS_VOLUMES};
    struct access a;
    struct str name = x->req->captures[0];
    if (!api_enter(x, API_CATALOG, &a)) {
        return 0;
    }
    const struct json *c = unity_find(&a, OBJECTS_CATALOGS, name);
    if (c == NULL) {
        return unity_missing(x, &a, "Catalog", name);
    }
    const char *catalog = arena_strdup(x->req->arena, json_get_string(c, "name", ""));
    const char *force = api_param(x, "force");
    if (has_schemas(&a, catalog) && (force == NULL || strcmp(force, "true") != 0)) {
        return api_refuse(x, &a, 400, "INVALID_STATE", "Catalog '%s' is not empty.", catalog);
    }
    for (size_t i = 0; i < ARRAY_LEN(inside); i++) {
        size_t pos = 0;
        for (struct json *o; (o = object_next(api_objects(&a, inside[i]), &pos)) != NULL;) {
            if (is_in(o, catalog)) {
                const char *full = arena_strdup(x->req->arena, json_get_string(o, "full_name", ""));
                unity_remove(&a, inside[i], str_of(full));
            }
        }
    }
    unity_remove(&a, OBJECTS_CATALOGS, str_of(catalog));
    return api_done(x, &a);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/workspace_seed.h"

#include "base/core/xalloc.h"
#include "base/json/json.h"
#include "base/text/base64.h"
#include "mock/state/object_store.h"
#include "mock/state/workspace_store.h"

/* All tables of a scenario have these columns, unless it says otherwise. */
static const char *const usual_columns[] = {"id bigint", "name string"};

static const char owner[] = "account users";

static struct json *columns_make(const struct str_list *wanted)
{
    struct json *list = json_array();
    const char *const *columns = wanted->count > 0 ? wanted->items : usual_columns;
    size_t count = wanted->count > 0 ? wanted->count : ARRAY_LEN(usual_columns);
    for (size_t i = 0; i < count; i++) {
        struct json *c = json_object();
        size_t name_len = strcspn(columns[i], " ");
        const char *type = columns[i] + name_len + 1;
        json_set(c, "name", json_string_n(columns[i], name_len));
        json_set_string(c, "type_text", type);
        json_set_string(c, "type_name", scenario_column_type(type));
        json_set_int(c, "position", (int64_t)i);
        json_set_bool(c, "nullable", true);
        json_push(list, c);
    }
    return list;
}

static void set_common(struct json *o, const struct workspace *w, const char *owned_by,
                       int64_t now_ms)
{
    json_set_string(o, "owner", owned_by);
    json_set_string(o, "metastore_id", w->metastore_id);
    json_set_int(o, "created_at", now_ms);
    json_set_int(o, "updated_at", now_ms);
}

struct json *catalog_make(const struct workspace *w, const char *name, const char *owned_by,
                          int64_t now_ms)
{
    struct json *o = json_object();
    json_set_string(o, "name", name);
    json_set_string(o, "full_name", name);
    json_set_string(o, "catalog_type", "MANAGED_CATALOG");
    json_set_string(o, "securable_type", "CATALOG");
    json_set_string(o, "isolation_mode", "OPEN");
    set_common(o, w, owned_by, now_ms);
    return o;
}

struct json *schema_make(const struct workspace *w, const char *catalog, const char *name,
                         const char *owned_by, int64_t now_ms)
{
    AUTO_FREE char *full_name = xasprintf("%s.%s", catalog, name);
    struct json *o = json_object();
    json_set_string(o, "name", name);
    json_set_string(o, "catalog_name", catalog);
    json_set_string(o, "full_name", full_name);
    json_set_string(o, "catalog_type", "MANAGED_CATALOG");
    set_common(o, w, owned_by, now_ms);
    return o;
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
    json_set(o, "columns", columns_make(&w->behaviour->catalog.columns));
    set_common(o, w, owner, w->created_ms);
    json_set_string(o, "table_id", t->table_id);
    const struct str_list *denied = &w->behaviour->catalog.denied_tables;
    for (size_t i = 0; i < denied->count; i++) {
        if (str_eq_nocase(str_of(denied->items[i]), str_of(t->full_name))) {
            json_set_bool(o, OBJECT_DENIED, true);
        }
    }
    return o;
}

/* Puts what is not there yet under its lower-case name. */
static void put_new(struct object_list *l, const char *name, struct json *object_take)
{
    AUTO_FREE char *key = workspace_name_key(str_of(name));
    if (object_get(l, str_of(key)) != NULL) {
        json_free(object_take);
        return;
    }
    (void)object_put(l, str_of(key), object_take);
}

static void seed_table(struct object_store *objects, const struct workspace *w,
                       const struct workspace_table *t)
{
    AUTO_FREE char *schema = xasprintf("%s.%s", t->catalog, t->schema);
    put_new(object_list_of(objects, w->workspace_id, OBJECTS_CATALOGS), t->catalog,
            catalog_make(w, t->catalog, owner, w->created_ms));
    put_new(object_list_of(objects, w->workspace_id, OBJECTS_SCHEMAS), schema,
            schema_make(w, t->catalog, t->schema, owner, w->created_ms));
    put_new(object_list_of(objects, w->workspace_id, OBJECTS_TABLES), t->full_name,
            table_make(w, t));
}

static void seed_warehouse(struct object_store *objects, const struct workspace *w)
{
    bool stopped = w->behaviour->sql.warehouse_state == WAREHOUSE_STOPPED;
    struct json *o = json_object();
    json_set_string(o, "id", w->warehouse_id);
    json_set_string(o, "name", "Starter Warehouse");
    json_set_string(o, "cluster_size", "2X-Small");
    json_set_int(o, "min_num_clusters", 1);
    json_set_int(o, "max_num_clusters", 1);
    json_set_int(o, "auto_stop_mins", 10);
    json_set_bool(o, "enable_photon", true);
    json_set_bool(o, "enable_serverless_compute", true);
    json_set_string(o, "warehouse_type", "PRO");
    json_set_string(o, "state", stopped ? "STOPPED" : "RUNNING");
    (void)object_put(object_list_of(objects, w->workspace_id, OBJECTS_WAREHOUSES),
                     str_of(w->warehouse_id), o);
}

static void seed_groups(struct object_store *objects, const struct workspace *w)
{
    static const struct {
        const char *id, *name;
    } groups[] = {{"1", "users"}, {"2", "admins"}};
    for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
        struct json *o = json_object();
        json_set_string(o, "id", groups[i].id);
        json_set_string(o, "displayName", groups[i].name);
        (void)object_put(object_list_of(objects, w->workspace_id, OBJECTS_GROUPS),
                         str_of(groups[i].id), o);
    }
}

static void seed_folders(struct object_store *objects, const struct workspace *w)
{
    static const char *const paths[] = {"/", "/Shared", "/Users"};
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        struct json *o = json_object();
        json_set_string(o, "object_type", "DIRECTORY");
        json_set_string(o, "path", paths[i]);
        json_set_int(o, "object_id", object_store_number(objects));
        (void)object_put(object_list_of(objects, w->workspace_id, OBJECTS_FOLDERS),
                         str_of(paths[i]), o);
    }
}

struct json *secret_scope_make(const char *name)
{
    struct json *o = json_object();
    json_set_string(o, "name", name);
    json_set_string(o, "backend_type", "DATABRICKS");
    return o;
}

struct json *secret_make(const char *key, const char *base64, int64_t now_ms)
{
    struct json *o = json_object();
    json_set_string(o, "key", key);
    json_set_int(o, "last_updated_timestamp", now_ms);
    json_set_string(o, OBJECT_VALUE, base64);
    return o;
}

static void seed_secret(struct object_store *objects, const struct workspace *w,
                        const struct scenario_secret *secret)
{
    AUTO_FREE char *kind = xasprintf(OBJECTS_SECRETS_OF, secret->scope);
    AUTO_BUF struct buf base64 = {0};
    base64_encode(&base64, str_of(secret->value), BASE64_STANDARD);
    (void)object_put(object_list_of(objects, w->workspace_id, OBJECTS_SCOPES),
                     str_of(secret->scope), secret_scope_make(secret->scope));
    (void)object_put(object_list_of(objects, w->workspace_id, kind), str_of(secret->key),
                     secret_make(secret->key, buf_z(&base64), w->created_ms));
}

void workspace_seed(struct object_store *objects, const struct workspace *w,
                    const struct scenario_workspace *from)
{
    for (size_t i = 0; i < from->secrets.count; i++) {
        seed_secret(objects, w, SHAPE_LIST_AT(struct scenario_secret, from->secrets, i));
    }
    for (size_t i = 0; i < w->table_count; i++) {
        seed_table(objects, w, &w->tables[i]);
    }
    seed_warehouse(objects, w);
    seed_groups(objects, w);
    seed_folders(objects, w);
}

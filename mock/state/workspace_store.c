/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/workspace_store.h"

#include "base/core/assert.h"
#include "base/core/map.h"
#include "base/core/xalloc.h"
#include "base/crypto/random.h"
#include "mock/state/object_store.h"
#include "mock/state/workspace_seed.h"

#include <stdlib.h>

#define RESOURCE_ID \
    "/subscriptions/%s/resourceGroups/assay/providers/Microsoft.Databricks/workspaces/ws-%s"

struct workspace_store {
    struct arena *arena;
    struct map by_host, by_account; /* to struct workspace */
    const struct workspace *any;    /* by_host "*": asked for with nearly every request */
    struct object_store *objects;
};

struct workspace_store *workspace_store_new(void)
{
    struct workspace_store *s = xcalloc(1, sizeof(*s));
    s->arena = arena_new();
    s->objects = object_store_new();
    return s;
}

void workspace_store_free(struct workspace_store *s)
{
    if (s == NULL) {
        return;
    }
    map_done(&s->by_host);
    map_done(&s->by_account);
    object_store_free(s->objects);
    arena_free(s->arena);
    free(s);
}

static const char *uuid_in(struct arena *a, struct rng *rng)
{
    char uuid[37];
    return arena_strdup(a, rng_uuid(rng, uuid));
}

static struct workspace_table table_of(struct arena *a, const char *full_name, struct rng *rng)
{
    struct workspace_table t = {.full_name = arena_strdup(a, full_name),
                                .table_id = uuid_in(a, rng)};
    struct str rest = str_of(full_name), part;
    const char **parts[] = {&t.catalog, &t.schema, &t.name};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        ASSERT(str_split(&rest, '.', &part));
        *parts[i] = arena_strndup(a, part.ptr, part.len);
    }
    return t;
}

static struct str_list list_copy(struct arena *a, const struct str_list *from)
{
    struct str_list list = {0};
    for (size_t i = 0; i < from->count; i++) {
        *VEC_PUSH(a, &list) = arena_strdup(a, from->items[i]);
    }
    return list;
}

static void set_default(int64_t *value, int64_t otherwise)
{
    *value = *value != 0 ? *value : otherwise;
}

/* Statement Execution API reference: 15 minutes, 25 MiB; databricks-jdbc PR 656: 5 MiB; Token API:
 * 730 days. */
static const struct workspace_behaviour *behaviour_of(struct arena *a,
                                                      const struct scenario_workspace *from)
{
    static const int64_t mib = 1024 * 1024, minute_ms = 60000, day_ms = 86400000;
    struct workspace_behaviour *b = ARENA_NEW(a, struct workspace_behaviour);
    *b = (struct workspace_behaviour){from->door, from->catalog, from->sql, from->tokens};
    b->door.assigned = list_copy(a, &from->door.assigned);
    b->door.admins = list_copy(a, &from->door.admins);
    b->door.allowed_sources = list_copy(a, &from->door.allowed_sources);
    b->catalog.denied_tables = list_copy(a, &from->catalog.denied_tables);
    b->catalog.columns = list_copy(a, &from->catalog.columns);
    const char *storage = from->sql.storage_host;
    b->sql.storage_host = storage != NULL ? arena_strdup(a, storage) : NULL;
    set_default(&b->catalog.page_size, 100);
    set_default(&b->sql.chunk_rows, 1000);
    set_default(&b->sql.thrift.protocol_version, 8);
    set_default(&b->sql.link_lifetime_ms, 15 * minute_ms);
    set_default(&b->sql.inline_limit_bytes, 25 * mib);
    set_default(&b->sql.attachment_limit_bytes, 5 * mib);
    set_default(&b->tokens.quota, 600);
    set_default(&b->tokens.max_lifetime_ms, 730 * day_ms);
    return b;
}

const struct workspace *workspace_store_add(struct workspace_store *s,
                                            const struct scenario_workspace *from, struct rng *rng,
                                            int64_t now_ms)
{
    struct arena *a = s->arena;
    const char *resource_id = from->resource_id;
    if (resource_id == NULL) {
        resource_id = from->tenant_id == NULL
                          ? ""
                          : arena_printf(a, RESOURCE_ID, uuid_in(a, rng), from->workspace_id);
    }
    struct workspace *w = ARENA_NEW(a, struct workspace);
    *w = (struct workspace){
        .host = arena_strdup(a, from->host),
        .workspace_id = arena_strdup(a, from->workspace_id),
        .account_id = arena_strdup(a, from->account_id),
        .cloud = arena_strdup(a, from->cloud),
        .warehouse_id = arena_strdup(a, from->warehouse_id),
        .tables = ARENA_ARRAY(a, struct workspace_table, from->tables.count),
        .table_count = from->tables.count,
        .metastore_id = uuid_in(a, rng),
        .created_ms = now_ms,
        .behaviour = behaviour_of(a, from),
        .tenant_id = arena_strdup(a, from->tenant_id != NULL ? from->tenant_id : ""),
        .resource_id = arena_strdup(a, resource_id),
    };
    for (size_t i = 0; i < w->table_count; i++) {
        w->tables[i] = table_of(a, from->tables.items[i], rng);
    }
    ASSERT(map_put(&s->by_host, str_of(w->host), w) == NULL);
    s->any = strcmp(w->host, "*") == 0 ? w : s->any;
    if (map_get(&s->by_account, str_of(w->account_id)) == NULL) {
        (void)map_put(&s->by_account, str_of(w->account_id), w);
    }
    workspace_seed(s->objects, w, from);
    return w;
}

const struct workspace *workspace_store_find(const struct workspace_store *s, struct str host)
{
    bool only = s->any != NULL && s->by_host.count == 1;
    const struct workspace *w = only ? NULL : map_get(&s->by_host, host);
    return w != NULL ? w : s->any;
}

const struct workspace *workspace_store_account(const struct workspace_store *s,
                                                struct str account_id)
{
    return map_get(&s->by_account, account_id);
}

const struct workspace_table *workspace_table_find(const struct workspace *w, struct str full_name)
{
    for (size_t i = 0; i < w->table_count; i++) {
        if (str_eq_nocase(str_of(w->tables[i].full_name), full_name)) {
            return &w->tables[i];
        }
    }
    return NULL;
}

const struct workspace *workspace_store_at(const struct workspace_store *s, size_t index)
{
    size_t pos = 0;
    for (const struct map_entry *e; (e = map_next(&s->by_host, &pos)) != NULL; index--) {
        if (index == 0) {
            return e->value;
        }
    }
    return NULL;
}

struct object_store *workspace_store_objects(const struct workspace_store *s)
{
    return s->objects;
}

char *workspace_name_key(struct str name)
{
    char *key = xstrndup(name.len > 0 ? name.ptr : "", name.len);
    for (size_t i = 0; i < name.len; i++) {
        key[i] = key[i] >= 'A' && key[i] <= 'Z' ? (char)(key[i] - 'A' + 'a') : key[i];
    }
    return key;
}

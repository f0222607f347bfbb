/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/workspace_store.h"

#include "base/core/assert.h"
#include "base/core/map.h"
#include "base/core/xalloc.h"
#include "base/crypto/random.h"

#include <stdlib.h>

struct workspace_store {
    struct arena *arena;
    struct map by_host, by_account; /* to struct workspace */
};

struct workspace_store *workspace_store_new(void)
{
    struct workspace_store *s = xcalloc(1, sizeof(*s));
    s->arena = arena_new();
    return s;
}

void workspace_store_free(struct workspace_store *s)
{
    if (s == NULL) {
        return;
    }
    map_done(&s->by_host);
    map_done(&s->by_account);
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

const struct workspace *workspace_store_add(struct workspace_store *s,
                                            const struct scenario_workspace *from, struct rng *rng,
                                            int64_t now_ms)
{
    struct arena *a = s->arena;
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
    };
    for (size_t i = 0; i < w->table_count; i++) {
        w->tables[i] = table_of(a, from->tables.items[i], rng);
    }
    ASSERT(map_put(&s->by_host, str_of(w->host), w) == NULL);
    if (map_get(&s->by_account, str_of(w->account_id)) == NULL) {
        (void)map_put(&s->by_account, str_of(w->account_id), w);
    }
    return w;
}

const struct workspace *workspace_store_find(const struct workspace_store *s, struct str host)
{
    const struct workspace *w = map_get(&s->by_host, host);
    return w != NULL ? w : map_get(&s->by_host, STR("*"));
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

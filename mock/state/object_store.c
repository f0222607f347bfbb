/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/object_store.h"

#include "base/core/xalloc.h"

#include <stdlib.h>

#define CHANGES_MS "_changes_ms"
#define CHANGES_TO "_changes_to"

struct entry {
    struct json *object;
    size_t serial; /* grows; the position behind it is serial + 1 */
};

struct object_list {
    struct map by_key;      /* to struct entry */
    struct entry **entries; /* by serial */
    size_t count, capacity, serial;
};

struct object_store {
    struct map lists; /* "workspace/kind" to struct object_list */
    int64_t number;
};

struct object_store *object_store_new(void)
{
    return xcalloc(1, sizeof(struct object_store));
}

static void entry_free(struct entry *e)
{
    json_free(e->object);
    free(e);
}

static void list_free(struct object_list *l)
{
    for (size_t i = 0; i < l->count; i++) {
        entry_free(l->entries[i]);
    }
    free(l->entries);
    map_done(&l->by_key);
    free(l);
}

void object_store_free(struct object_store *s)
{
    if (s == NULL) {
        return;
    }
    size_t pos = 0;
    for (const struct map_entry *e; (e = map_next(&s->lists, &pos)) != NULL;) {
        list_free(e->value);
    }
    map_done(&s->lists);
    free(s);
}

struct object_list *object_list_of(struct object_store *s, const char *workspace_id,
                                   const char *kind)
{
    AUTO_FREE char *name = xasprintf("%s/%s", workspace_id, kind);
    struct object_list *l = map_get(&s->lists, str_of(name));
    if (l == NULL) {
        l = xcalloc(1, sizeof(*l));
        (void)map_put(&s->lists, str_of(name), l);
    }
    return l;
}

size_t object_list_count(const struct object_list *l)
{
    return l->count;
}

struct json *object_put(struct object_list *l, struct str key, struct json *object_take)
{
    struct entry *e = map_get(&l->by_key, key);
    if (e != NULL) {
        json_free(e->object);
        e->object = object_take;
        return object_take;
    }
    if (l->count >= OBJECT_STORE_MAX) {
        json_free(object_take);
        return NULL;
    }
    e = xmalloc(sizeof(*e));
    *e = (struct entry){.object = object_take, .serial = l->serial++};
    (void)map_put(&l->by_key, key, e);
    if (l->count == l->capacity) {
        l->capacity = l->capacity > 0 ? 2 * l->capacity : 8;
        l->entries = xrealloc(l->entries, l->capacity, sizeof(struct entry *));
    }
    l->entries[l->count++] = e;
    return object_take;
}

struct json *object_get(const struct object_list *l, struct str key)
{
    const struct entry *e = map_get(&l->by_key, key);
    return e != NULL ? e->object : NULL;
}

/* The index of the first entry with that serial or a later one. */
static size_t index_of(const struct object_list *l, size_t serial)
{
    size_t low = 0, high = l->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (l->entries[middle]->serial < serial) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

bool object_remove(struct object_list *l, struct str key)
{
    struct entry *e = map_remove(&l->by_key, key);
    if (e == NULL) {
        return false;
    }
    size_t index = index_of(l, e->serial);
    l->count--;
    memmove(l->entries + index, l->entries + index + 1,
            (l->count - index) * sizeof(struct entry *));
    entry_free(e);
    return true;
}

struct json *object_next(const struct object_list *l, size_t *pos)
{
    size_t index = index_of(l, *pos);
    if (index == l->count) {
        return NULL;
    }
    *pos = l->entries[index]->serial + 1;
    return l->entries[index]->object;
}

struct json *object_view(const struct json *object)
{
    struct json *view = json_object();
    JSON_FOREACH(member, object) {
        const char *key = json_key(member);
        if (key[0] != '_') {
            json_set(view, key, json_copy(member));
        }
    }
    return view;
}

void object_state_begin(struct json *object, const char *state, const char *then, int64_t at_ms)
{
    json_set_string(object, "state", state);
    json_set_string(object, CHANGES_TO, then);
    json_set_int(object, CHANGES_MS, at_ms);
}

const char *object_state_settle(struct json *object, int64_t now_ms)
{
    const struct json *at = json_get(object, CHANGES_MS);
    if (at != NULL && json_int_or(at, 0) <= now_ms) {
        AUTO_FREE char *then = xstrdup(json_get_string(object, CHANGES_TO, ""));
        json_set_string(object, "state", then);
        (void)json_remove(object, CHANGES_TO);
        (void)json_remove(object, CHANGES_MS);
    }
    return json_get_string(object, "state", "");
}

int64_t object_store_number(struct object_store *s)
{
    return ++s->number;
}

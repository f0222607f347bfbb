/* SPDX-License-Identifier: Apache-2.0 */
#include "base/secret/secret.h"

#include "base/core/assert.h"
#include "base/core/map.h"
#include "base/core/xalloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { VALUE_MIN = 8 };

struct secret_set {
    struct canary **items; /* each on its own, so that borrowed pointers survive growth */
    size_t count, capacity;
    struct map by_value, by_name; /* to struct canary */
};

struct secret_set *secret_set_new(void)
{
    return xcalloc(1, sizeof(struct secret_set));
}

/* A map copies its keys; these are secrets. */
static void keys_wipe(const struct map *m)
{
    size_t pos = 0;
    for (const struct map_entry *e; (e = map_next(m, &pos)) != NULL;) {
        explicit_bzero((void *)(uintptr_t)e->key.ptr, e->key.len);
    }
}

void secret_set_free(struct secret_set *set)
{
    if (!set) {
        return;
    }
    for (size_t i = 0; i < set->count; i++) {
        secret_free(set->items[i]->value);
        free(set->items[i]->name);
        free(set->items[i]);
    }
    keys_wipe(&set->by_value);
    map_done(&set->by_value);
    map_done(&set->by_name);
    free(set->items);
    free(set);
}

static bool name_is_valid(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    return name[0] && name[strspn(name, allowed)] == '\0';
}

static void item_push(struct secret_set *set, struct canary *c)
{
    if (set->count == set->capacity) {
        set->capacity = set->capacity ? set->capacity * 2 : 16;
        set->items = xrealloc(set->items, set->capacity, sizeof(struct canary *));
    }
    set->items[set->count++] = c;
}

const struct canary *secret_set_add(struct secret_set *set, const char *name, enum secret_kind kind,
                                    struct str value)
{
    ASSERT(value.len >= VALUE_MIN);
    struct canary *known = map_get(&set->by_value, value);
    if (known) {
        return known;
    }
    ASSERT(name_is_valid(name));
    ASSERT(secret_set_named(set, name) == NULL);
    struct canary *c = xcalloc(1, sizeof(*c));
    c->name = xstrdup(name);
    c->kind = kind;
    c->value = secret_new(value);
    item_push(set, c);
    map_put(&set->by_value, value, c);
    map_put(&set->by_name, str_of(name), c);
    return c;
}

size_t secret_set_count(const struct secret_set *set)
{
    return set->count;
}

const struct canary *secret_set_at(const struct secret_set *set, size_t index)
{
    ASSERT(index < set->count);
    return set->items[index];
}

const struct canary *secret_set_find(const struct secret_set *set, struct str value)
{
    return map_get(&set->by_value, value);
}

const struct canary *secret_set_named(const struct secret_set *set, const char *name)
{
    return map_get(&set->by_name, str_of(name));
}

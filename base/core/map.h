/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CORE_MAP_H
#define BASE_CORE_MAP_H

/* A hash map from byte strings to pointers, growing, open addressing. Keys are copied; values are
 * the caller's. Iteration is in insertion order, so that output made from a map is reproducible.
 * Cost per operation is constant on average, whatever the size. A zeroed struct map is empty.
 * Keys come from peers too: the hash is keyed per process (SipHash-1-3). Threads: one at a time. */

#include "base/core/attrs.h"
#include "base/core/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map_entry {
    struct str key; /* owned by the map; ptr is NULL for a removed entry */
    void *value;
    uint64_t hash;
};

struct map {
    struct map_entry *entries; /* in insertion order */
    size_t used;               /* entries ever put, removed ones included */
    size_t count;              /* live entries */
    size_t entry_capacity;
    uint32_t *slots;   /* index + 1 into entries; 0 = never used */
    size_t slot_count; /* a power of two */
};

void map_done(struct map *m);
#define AUTO_MAP AUTO(map_done)
/* Puts or replaces; returns the value that was there before, or NULL. value must not be NULL. */
void *map_put(struct map *m, struct str key, void *value);
void *map_get(const struct map *m, struct str key);
void *map_remove(struct map *m, struct str key); /* the value that was there, or NULL */
/* Iterates: start with *pos = 0; returns NULL at the end. Putting ends the iteration's validity;
 * removing does not. */
const struct map_entry *map_next(const struct map *m, size_t *pos);

#endif

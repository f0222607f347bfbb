/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/map.h"

#include "base/core/assert.h"
#include "base/core/xalloc.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* SipHash-1-3 (Aumasson, Bernstein): keyed, so that a peer cannot choose colliding keys. */

static uint64_t process_key[2];

static void key_init(void)
{
    if (process_key[0] == 0 && process_key[1] == 0) {
        if (getrandom(process_key, sizeof(process_key), 0) != (ssize_t)sizeof(process_key)) {
            process_key[0] = 0x736f6d6570736575u;
        }
        process_key[1] |= 1;
    }
}

static uint64_t rotl(uint64_t x, int b)
{
    return (x << b) | (x >> (64 - b));
}

static void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[1] = rotl(v[1], 13) ^ v[0];
    v[0] = rotl(v[0], 32);
    v[2] += v[3];
    v[3] = rotl(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = rotl(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = rotl(v[1], 17) ^ v[2];
    v[2] = rotl(v[2], 32);
}

static uint64_t hash_of(struct str key)
{
    uint64_t v[4] = {process_key[0] ^ 0x736f6d6570736575u, process_key[1] ^ 0x646f72616e646f6du,
                     process_key[0] ^ 0x6c7967656e657261u, process_key[1] ^ 0x7465646279746573u};
    size_t whole = key.len & ~(size_t)7;
    for (size_t i = 0; i < whole; i += 8) {
        uint64_t m;
        memcpy(&m, key.ptr + i, 8);
        v[3] ^= m;
        sip_round(v);
        v[0] ^= m;
    }
    uint64_t last = (uint64_t)key.len << 56;
    for (size_t i = whole; i < key.len; i++) {
        last |= (uint64_t)(unsigned char)key.ptr[i] << (8 * (i - whole));
    }
    v[3] ^= last;
    sip_round(v);
    v[0] ^= last;
    v[2] ^= 0xff;
    for (int i = 0; i < 3; i++) {
        sip_round(v);
    }
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static void index_entry(struct map *m, size_t entry)
{
    size_t at = m->entries[entry].hash & (m->slot_count - 1);
    while (m->slots[at] != 0) {
        at = (at + 1) & (m->slot_count - 1);
    }
    m->slots[at] = (uint32_t)(entry + 1);
}

/* Drops removed entries and rebuilds the index with room for twice the live ones. */
static void rebuild(struct map *m)
{
    size_t kept = 0;
    for (size_t i = 0; i < m->used; i++) {
        if (m->entries[i].key.ptr) {
            m->entries[kept++] = m->entries[i];
        }
    }
    m->used = kept;
    size_t slots = 16;
    while (slots < kept * 4) {
        slots *= 2;
    }
    ASSERT(slots <= UINT32_MAX);
    free(m->slots);
    m->slots = xcalloc(slots, sizeof(*m->slots));
    m->slot_count = slots;
    m->entry_capacity = slots / 2;
    m->entries = xrealloc(m->entries, m->entry_capacity, sizeof(*m->entries));
    for (size_t i = 0; i < m->used; i++) {
        index_entry(m, i);
    }
}

static struct map_entry *find(const struct map *m, struct str key, uint64_t hash)
{
    if (m->slot_count == 0) {
        return NULL;
    }
    for (size_t at = hash & (m->slot_count - 1); m->slots[at] != 0;
         at = (at + 1) & (m->slot_count - 1)) {
        struct map_entry *e = &m->entries[m->slots[at] - 1];
        if (e->key.ptr && e->hash == hash && str_eq(e->key, key)) {
            return e;
        }
    }
    return NULL;
}

static void free_key(struct map_entry *e)
{
    free((void *)(uintptr_t)e->key.ptr);
}

void map_done(struct map *m)
{
    for (size_t i = 0; i < m->used; i++) {
        free_key(&m->entries[i]);
    }
    free(m->entries);
    free(m->slots);
    *m = (struct map){0};
}

void *map_put(struct map *m, struct str key, void *value)
{
    ASSERT(value != NULL);
    key_init();
    uint64_t hash = hash_of(key);
    struct map_entry *e = find(m, key, hash);
    if (e) {
        void *before = e->value;
        e->value = value;
        return before;
    }
    if (m->used == m->entry_capacity) {
        rebuild(m);
    }
    m->entries[m->used] = (struct map_entry){
        .key = {xstrndup(key.ptr ? key.ptr : "", key.len), key.len}, .value = value, .hash = hash};
    index_entry(m, m->used);
    m->used++;
    m->count++;
    return NULL;
}

void *map_get(const struct map *m, struct str key)
{
    const struct map_entry *e = m->count ? find(m, key, hash_of(key)) : NULL;
    return e ? e->value : NULL;
}

void *map_remove(struct map *m, struct str key)
{
    struct map_entry *e = m->count ? find(m, key, hash_of(key)) : NULL;
    if (!e) {
        return NULL;
    }
    void *value = e->value;
    free_key(e);
    e->key = (struct str){NULL, 0};
    e->value = NULL;
    m->count--;
    return value;
}

const struct map_entry *map_next(const struct map *m, size_t *pos)
{
    while (*pos < m->used) {
        const struct map_entry *e = &m->entries[(*pos)++];
        if (e->key.ptr) {
            return e;
        }
    }
    return NULL;
}

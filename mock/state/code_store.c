/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/code_store.h"

#include "base/core/arena.h"
#include "base/core/assert.h"
#include "base/core/map.h"
#include "base/core/xalloc.h"
#include "base/crypto/digest.h"

#include <stdlib.h>

struct code_entry {
    struct code code; /* first: a code is its entry */
    struct arena *arena;
    unsigned char digest[SHA256_SIZE];
};

struct code_store {
    struct code_entry *items[CODES_MAX]; /* in order of making */
    size_t count;
    struct map by_digest, by_name; /* to struct code_entry */
};

struct code_store *code_store_new(void)
{
    return xcalloc(1, sizeof(struct code_store));
}

static void entry_free(struct code_entry *e)
{
    arena_free(e->arena);
    free(e);
}

void code_store_free(struct code_store *s)
{
    if (s == NULL) {
        return;
    }
    for (size_t i = 0; i < s->count; i++) {
        entry_free(s->items[i]);
    }
    map_done(&s->by_digest);
    map_done(&s->by_name);
    free(s);
}

static struct str digest_key(const struct code_entry *e)
{
    return str_n((const char *)e->digest, sizeof(e->digest));
}

struct code *code_store_add(struct code_store *s, struct str value, const struct code *from)
{
    ASSERT(s->count < CODES_MAX);
    struct code_entry *e = xcalloc(1, sizeof(*e));
    struct arena *a = e->arena = arena_new();
    e->code = *from;
    e->code.name = arena_strdup(a, from->name);
    e->code.is_for = (struct authorization){
        .client_id = arena_strdup(a, from->is_for.client_id),
        .audience = arena_strdup(a, from->is_for.audience),
        .scope = arena_strdup(a, from->is_for.scope),
        .redirect_uri = arena_strdup(a, from->is_for.redirect_uri),
        .challenge = arena_strdup(a, from->is_for.challenge),
        .nonce = arena_strdup(a, from->is_for.nonce),
        .principal = from->is_for.principal,
    };
    sha256(value, e->digest);
    ASSERT(map_put(&s->by_digest, digest_key(e), e) == NULL);
    ASSERT(map_put(&s->by_name, str_of(e->code.name), e) == NULL);
    s->items[s->count++] = e;
    return &e->code;
}

struct code *code_store_find(const struct code_store *s, struct str value)
{
    unsigned char digest[SHA256_SIZE];
    sha256(value, digest);
    struct code_entry *e = map_get(&s->by_digest, str_n((const char *)digest, sizeof(digest)));
    return e != NULL ? &e->code : NULL;
}

bool code_store_has_named(const struct code_store *s, struct str name)
{
    return map_get(&s->by_name, name) != NULL;
}

size_t code_store_count(const struct code_store *s)
{
    return s->count;
}

void code_store_compact(struct code_store *s)
{
    size_t gone = s->count / 2;
    for (size_t i = 0; i < gone; i++) {
        (void)map_remove(&s->by_digest, digest_key(s->items[i]));
        (void)map_remove(&s->by_name, str_of(s->items[i]->code.name));
        entry_free(s->items[i]);
    }
    memmove(s->items, s->items + gone, (s->count - gone) * sizeof(s->items[0]));
    s->count -= gone;
}

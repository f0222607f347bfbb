/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/arena.h"

#include "base/core/assert.h"
#include "base/core/xalloc.h"

#include <stdarg.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { FIRST_BLOCK = 1024, MAX_BLOCK = 64 * 1024, PARENT_BLOCK = 1024 * 1024, PAGE = 4096 };

struct block {
    struct block *next;
    size_t size, used;
    alignas(max_align_t) unsigned char data[];
};

/* What malloc() gave to others, freed with the rest. */
struct owned {
    struct owned *next;
    void *p;
};

struct arena {
    struct block *head; /* the block being filled; the others are full */
    struct owned *owned;
    size_t next_size;
    bool for_parent;     /* blocks are of mmap(), and no child gets them */
    struct arena *below; /* the first of those that end with this one */
    struct arena *next;  /* of the same owner */
};

struct arena *arena_new(void)
{
    struct arena *a = xcalloc(1, sizeof(*a));
    a->next_size = FIRST_BLOCK;
    return a;
}

struct arena *arena_new_for_parent(struct arena *owner)
{
    struct arena *a = arena_new();
    a->for_parent = true;
    a->next = owner->below;
    owner->below = a;
    return a;
}

/* At least so much, with its size noted; no more is initialised. */
static struct block *block_get(const struct arena *a, size_t size)
{
    if (!a->for_parent) {
        struct block *b = xmalloc(sizeof(*b) + size);
        b->size = size;
        return b;
    }
    size_t whole = sizeof(struct block) + (size > PARENT_BLOCK ? size : PARENT_BLOCK);
    whole = (whole + PAGE - 1) / PAGE * PAGE;
    struct block *b = mmap(NULL, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (b == MAP_FAILED) {
        xalloc_failed(whole);
    }
    (void)madvise(b, whole, MADV_DONTFORK); /* without it a fork is dearer, and as right */
    b->size = whole - sizeof(*b);
    return b;
}

static void block_free(const struct arena *a, struct block *b)
{
    if (a->for_parent) {
        (void)munmap(b, sizeof(*b) + b->size);
    } else {
        free(b);
    }
}

/* Before the blocks, which hold the list. */
static void owned_free(struct arena *a)
{
    for (const struct owned *o = a->owned; o != NULL; o = o->next) {
        free(o->p);
    }
    a->owned = NULL;
}

void arena_free(struct arena *a)
{
    if (!a) {
        return;
    }
    for (struct arena *below = a->below; below;) {
        struct arena *next = below->next;
        arena_free(below);
        below = next;
    }
    owned_free(a);
    for (struct block *b = a->head; b;) {
        struct block *next = b->next;
        block_free(a, b);
        b = next;
    }
    free(a);
}

static struct block *block_add(struct arena *a, size_t at_least)
{
    size_t size = a->next_size > at_least ? a->next_size : at_least;
    struct block *b = block_get(a, size);
    b->used = 0;
    b->next = a->head;
    a->head = b;
    if (a->next_size < MAX_BLOCK) {
        a->next_size *= 2;
    }
    return b;
}

/* Several blocks become one of their size, so that the next round finds room without malloc. */
void arena_reset(struct arena *a, size_t keep_bytes)
{
    struct block *kept = a->head;
    size_t total = 0;
    owned_free(a);
    if (kept && !kept->next && kept->size <= keep_bytes) {
        kept->used = 0;
        return;
    }
    for (struct block *b = kept; b;) {
        struct block *next = b->next;
        total += b->size;
        block_free(a, b);
        b = next;
    }
    a->head = NULL;
    a->next_size = FIRST_BLOCK;
    if (total > 0 && keep_bytes > 0) {
        (void)block_add(a, total < keep_bytes ? total : keep_bytes);
    }
}

void arena_free_ptr(struct arena **a)
{
    arena_free(*a);
    *a = NULL;
}

/* Room whose bytes are whatever they were; *ret_size is that of all of it. */
static void *room_take(struct arena *a, size_t size, size_t *ret_size)
{
    const size_t mask = alignof(max_align_t) - 1;
    ASSERT(size <= (size_t)-1 / 2);
    size_t rounded = (size + mask) & ~mask;
    struct block *b = a->head;
    if (!b || b->size - b->used < rounded) {
        b = block_add(a, rounded);
    }
    void *p = b->data + b->used;
    b->used += rounded;
    *ret_size = rounded;
    return p;
}

void *arena_alloc(struct arena *a, size_t size)
{
    size_t rounded;
    void *p = room_take(a, size, &rounded);
    return memset(p, 0, rounded);
}

void arena_own(struct arena *a, void *malloced)
{
    struct owned *o = ARENA_NEW(a, struct owned);
    *o = (struct owned){a->owned, malloced};
    a->owned = o;
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    size_t total;
    ASSERT(!__builtin_mul_overflow(count, size, &total));
    return arena_alloc(a, total);
}

void *arena_memdup(struct arena *a, const void *p, size_t len)
{
    size_t rounded;
    void *out = room_take(a, len, &rounded);
    if (len > 0) {
        memcpy(out, p, len);
    }
    return out;
}

char *arena_strndup(struct arena *a, const char *s, size_t len)
{
    size_t rounded;
    char *out = room_take(a, len + 1, &rounded);
    if (len > 0) {
        memcpy(out, s, len);
    }
    out[len] = '\0';
    return out;
}

char *arena_strdup(struct arena *a, const char *s)
{
    return arena_strndup(a, s, strlen(s));
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    char usual[256]; /* most texts fit, and are then formatted once */
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(usual, sizeof(usual), fmt, args);
    va_end(args);
    ASSERT(n >= 0);
    size_t len = (size_t)n, rounded;
    char *out = room_take(a, len + 1, &rounded);
    if (len < sizeof(usual)) {
        memcpy(out, usual, len + 1);
    } else {
        vsnprintf(out, len + 1, fmt, again);
    }
    va_end(again);
    return out;
}

void *arena_grow(struct arena *a, void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity) {
        return items;
    }
    size_t wanted = *capacity ? *capacity * 2 : 8;
    void *grown = arena_array(a, wanted, size);
    if (count > 0) {
        memcpy(grown, items, count * size);
    }
    *capacity = wanted;
    return grown;
}

const char *str_list_join(struct arena *a, const struct str_list *list, const char *between)
{
    size_t gap = strlen(between), total = 0;
    for (size_t i = 0; i < list->count; i++) {
        total += strlen(list->items[i]) + gap;
    }
    char *out = arena_alloc(a, total + 1), *at = out;
    for (size_t i = 0; i < list->count; i++) {
        at = i > 0 ? (char *)memcpy(at, between, gap) + gap : at;
        size_t len = strlen(list->items[i]);
        at = (char *)memcpy(at, list->items[i], len) + len;
    }
    *at = '\0';
    return out;
}

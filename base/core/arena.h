/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CORE_ARENA_H
#define BASE_CORE_ARENA_H

/* Memory that lives and dies together: one arena per request, per case, per loaded file.
 *
 * Ownership: everything an arena returned is freed by arena_free() and never by itself.
 * Allocation never fails (base/core/xalloc.h). Threads: one thread at a time. */

#include "base/core/attrs.h"

#include <stddef.h>

struct arena;

struct arena *arena_new(void) NODISCARD;
/* Its memory is this process's alone: what fork() makes does not get it, and ends by SIGSEGV if it
 * looks there. For what grows in a parent that forks much: each fork copies the page tables of
 * everything else. It ends with its owner, and is not freed or reset by itself. */
struct arena *arena_new_for_parent(struct arena *owner) NODISCARD;
void arena_free(struct arena *a); /* accepts NULL */
/* As new, but with up to keep_bytes of room in one piece, so that the next use need not ask for it.
 */
void arena_reset(struct arena *a, size_t keep_bytes);
void arena_free_ptr(struct arena **a); /* for AUTO() */
#define AUTO_ARENA AUTO(arena_free_ptr)

void *arena_alloc(struct arena *a, size_t size) NODISCARD; /* zeroed, aligned for any type */
char *arena_strdup(struct arena *a, const char *s) NODISCARD;
char *arena_strndup(struct arena *a, const char *s, size_t len) NODISCARD;
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3) NODISCARD;
void *arena_memdup(struct arena *a, const void *p, size_t len) NODISCARD;

/* Takes what malloc() gave: large things need not be copied to live as long as the arena. */
void arena_own(struct arena *a, void *malloced);

#define ARENA_NEW(a, type)          ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, count) ((type *)arena_array((a), (count), sizeof(type)))
void *arena_array(struct arena *a, size_t count, size_t size) NODISCARD;

/* Growable arrays inside an arena: any struct with the members `items`, `count`, `capacity`.
 *
 *     struct headers { struct header *items; size_t count, capacity; } h = {0};
 *     *VEC_PUSH(arena, &h) = (struct header){...};
 *     VEC_FOREACH(struct header, it, &h) { ... }                                              */
#define VEC_PUSH(a, v)                                                                          \
    ((v)->items = arena_grow((a), (v)->items, (v)->count, &(v)->capacity, sizeof(*(v)->items)), \
     &(v)->items[(v)->count++])
#define VEC_FOREACH(type, it, v) \
    for (type *it = (v)->items; it != NULL && it < (v)->items + (v)->count; it++)
void *arena_grow(struct arena *a, void *items, size_t count, size_t *capacity,
                 size_t size) NODISCARD;

/* An ordered list of borrowed strings, the most common of these arrays. */
struct str_list {
    const char **items;
    size_t count, capacity;
};
/* The strings one after the other with `between` in between; "" for an empty list. */
const char *str_list_join(struct arena *a, const struct str_list *list, const char *between);

#endif

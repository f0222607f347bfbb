/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/http/arena_pool_priv.h"

/* An ordinary exchange needs 4 to 8 KiB. */
#define KEEP_BYTES ((size_t)16 * 1024)

void arena_pool_done(struct arena_pool *p)
{
    for (int i = 0; i < THREAD_SEATS; i++) {
        struct arena_shelf *shelf = &p->shelves[i];
        while (shelf->count > 0) {
            arena_free(shelf->arenas[--shelf->count]);
        }
    }
}

struct arena *arena_pool_take(struct arena_pool *p)
{
    size_t seat = thread_seat();
    if (seat < THREAD_SEATS && p->shelves[seat].count > 0) {
        return p->shelves[seat].arenas[--p->shelves[seat].count];
    }
    return arena_new();
}

void arena_pool_give(struct arena_pool *p, struct arena *a)
{
    size_t seat = thread_seat();
    if (seat == THREAD_SEATS || p->shelves[seat].count == ARENA_POOL_DEPTH) {
        arena_free(a);
        return;
    }
    arena_reset(a, KEEP_BYTES);
    p->shelves[seat].arenas[p->shelves[seat].count++] = a;
}

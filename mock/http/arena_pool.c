/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/http/arena_pool_priv.h"

/* An ordinary exchange needs 4 to 8 KiB. */
#define KEEP_BYTES ((size_t)16 * 1024)

void arena_pool_init(struct arena_pool *p)
{
    for (int i = 0; i < ARENA_POOL_SHELVES; i++) {
        pthread_mutex_init(&p->shelves[i].lock, NULL);
        p->shelves[i].count = 0;
    }
}

void arena_pool_done(struct arena_pool *p)
{
    for (int i = 0; i < ARENA_POOL_SHELVES; i++) {
        struct arena_shelf *shelf = &p->shelves[i];
        while (shelf->count > 0) {
            arena_free(shelf->arenas[--shelf->count]);
        }
        pthread_mutex_destroy(&shelf->lock);
    }
}

static struct arena_shelf *shelf_of(struct arena_pool *p, int64_t connection)
{
    return &p->shelves[(uint64_t)connection % ARENA_POOL_SHELVES];
}

struct arena *arena_pool_take(struct arena_pool *p, int64_t connection)
{
    struct arena_shelf *shelf = shelf_of(p, connection);
    struct arena *a = NULL;
    pthread_mutex_lock(&shelf->lock);
    if (shelf->count > 0) {
        a = shelf->arenas[--shelf->count];
    }
    pthread_mutex_unlock(&shelf->lock);
    return a != NULL ? a : arena_new();
}

void arena_pool_give(struct arena_pool *p, int64_t connection, struct arena *a)
{
    struct arena_shelf *shelf = shelf_of(p, connection);
    arena_reset(a, KEEP_BYTES);
    pthread_mutex_lock(&shelf->lock);
    if (shelf->count < ARENA_POOL_DEPTH) {
        shelf->arenas[shelf->count++] = a;
        a = NULL;
    }
    pthread_mutex_unlock(&shelf->lock);
    arena_free(a);
}

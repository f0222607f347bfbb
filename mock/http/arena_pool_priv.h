/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_HTTP_ARENA_POOL_PRIV_H
#define MOCK_HTTP_ARENA_POOL_PRIV_H

/* Arenas of exchanges that are over, for the next ones. Bounded, so that many idle connections cost
 * nothing. Threads: any; each connection has its shelf, so that threads seldom meet. */

#include "base/core/arena.h"

#include <pthread.h>
#include <stdint.h>

enum { ARENA_POOL_SHELVES = 16, ARENA_POOL_DEPTH = 8 };

struct arena_pool {
    struct arena_shelf {
        _Alignas(64) pthread_mutex_t lock;
        struct arena *arenas[ARENA_POOL_DEPTH];
        int count;
    } shelves[ARENA_POOL_SHELVES];
};

void arena_pool_init(struct arena_pool *p);
void arena_pool_done(struct arena_pool *p);
struct arena *arena_pool_take(struct arena_pool *p, int64_t connection) NODISCARD;
void arena_pool_give(struct arena_pool *p, int64_t connection, struct arena *a);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_HTTP_ARENA_POOL_PRIV_H
#define MOCK_HTTP_ARENA_POOL_PRIV_H

/* Arenas of exchanges that are over, for the next ones of the same thread. Bounded, so that many
 * idle connections cost nothing. A zeroed struct is empty. Threads: any, without a lock; when
 * arena_pool_done() is called they have ended. */

#include "base/core/arena.h"
#include "base/core/thread_slot.h"

#include <stddef.h>

enum { ARENA_POOL_DEPTH = 7 };

struct arena_pool {
    struct arena_shelf {
        struct arena *arenas[ARENA_POOL_DEPTH];
        size_t count;
        char apart[64]; /* from the next, which is of another thread */
    } shelves[THREAD_SEATS];
};

void arena_pool_done(struct arena_pool *p);
struct arena *arena_pool_take(struct arena_pool *p) NODISCARD;
void arena_pool_give(struct arena_pool *p, struct arena *a);

#endif

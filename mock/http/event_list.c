/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/assert.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/epoll.h>

/* libmicrohttpd (0.9.75) asks for more events when the list that it gave, of 128, came back full,
 * and then waits as patiently as before. Were there exactly as many, it sleeps with all of them to
 * be done, until something else happens on that thread or a connection was idle for too long. So no
 * list comes back full: the library finds this function before the C library's, and asks for one
 * less. */

typedef int epoll_waiter(int epoll_fd, struct epoll_event *events, int max, int timeout_ms);

/* Not the system call itself: sanitizers look at what the function does. */
static epoll_waiter *waiter_next(void)
{
    static _Atomic(epoll_waiter *) known;
    epoll_waiter *next = atomic_load_explicit(&known, memory_order_relaxed);
    if (next == NULL) {
        union {
            void *symbol;
            epoll_waiter *function;
        } found = {.symbol = dlsym(RTLD_NEXT, "epoll_wait")};
        ASSERT(found.symbol != NULL);
        next = found.function;
        atomic_store_explicit(&known, next, memory_order_relaxed);
    }
    return next;
}

int epoll_wait(int epoll_fd, struct epoll_event *events, int max, int timeout_ms)
{
    return waiter_next()(epoll_fd, events, max > 1 ? max - 1 : max, timeout_ms);
}

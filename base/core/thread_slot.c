/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/thread_slot.h"

#include "base/core/assert.h"

#include <stdatomic.h>
#include <stdbool.h>

static _Atomic uint64_t taken; /* a bit per seat */
static pthread_key_t leaving;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static _Thread_local size_t own; /* the seat and 1; 0 = not asked for yet */

/* The key's value is a pointer into this, as it must not be NULL. */
static char places[THREAD_SEATS];

static void seat_leave(void *place)
{
    uint64_t bit = UINT64_C(1) << ((char *)place - places);
    own = THREAD_SEATS + 1; /* for the destructors that come after this one */
    atomic_fetch_and_explicit(&taken, ~bit, memory_order_release);
}

static void key_make(void)
{
    int result = pthread_key_create(&leaving, seat_leave);
    ASSERT(result == 0); /* the first and only key of this program's own */
}

static size_t seat_take(void)
{
    uint64_t seen = atomic_load_explicit(&taken, memory_order_relaxed);
    while (~seen != 0) {
        size_t seat = (size_t)__builtin_ctzll(~seen);
        if (atomic_compare_exchange_weak_explicit(&taken, &seen, seen | UINT64_C(1) << seat,
                                                  memory_order_acquire, memory_order_relaxed)) {
            return seat;
        }
    }
    return THREAD_SEATS;
}

static size_t seat_ask(void)
{
    (void)pthread_once(&once, key_make);
    size_t seat = seat_take();
    if (seat < THREAD_SEATS && pthread_setspecific(leaving, &places[seat]) != 0) {
        atomic_fetch_and_explicit(&taken, ~(UINT64_C(1) << seat), memory_order_release);
        seat = THREAD_SEATS;
    }
    own = seat + 1;
    return seat;
}

size_t thread_seat(void)
{
    return own != 0 ? own - 1 : seat_ask();
}

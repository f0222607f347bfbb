/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CORE_THREAD_SLOT_H
#define BASE_CORE_THREAD_SLOT_H

/* Places for what a thread comes back to, so that threads seldom meet, or never. */

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

/* Spreads threads over `count` places. Two may share one: whatever is there needs a lock all the
 * same. */
static inline size_t thread_slot(size_t count)
{
    return ((uintptr_t)pthread_self() >> 12) % count; /* thread control blocks are pages apart */
}

/* A number below THREAD_SEATS that no other living thread has: what is kept under it needs no lock.
 * Lasts as long as the thread; the next to get it sees all that its last owner did. THREAD_SEATS =
 * none was free when this thread first asked. */
enum { THREAD_SEATS = 64 };
size_t thread_seat(void);

#endif

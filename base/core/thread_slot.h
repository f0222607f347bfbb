/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CORE_THREAD_SLOT_H
#define BASE_CORE_THREAD_SLOT_H

/* Spreads threads over `count` places, so that each comes back to its own and seldom meets another.
 * Two may share one: whatever is there needs a lock all the same. */

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

static inline size_t thread_slot(size_t count)
{
    return ((uintptr_t)pthread_self() >> 12) % count; /* thread control blocks are pages apart */
}

#endif

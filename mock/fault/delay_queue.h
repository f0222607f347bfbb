/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_FAULT_DELAY_QUEUE_H
#define MOCK_FAULT_DELAY_QUEUE_H

/* Answers that wait for their time: a heap by due time. Times are the machine's monotonic
 * milliseconds: a delay is for the client on the wire, not for the mock's virtual clock.
 *
 * Ownership: items are the caller's. Threads: one at a time. */

#include "base/core/attrs.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct delay_entry {
    int64_t due_ms;
    void *item;
};

/* A zeroed struct is empty. */
struct delay_queue {
    struct delay_entry *entries;
    size_t count, capacity;
};

void delay_queue_done(struct delay_queue *q);
void delay_queue_push(struct delay_queue *q, int64_t due_ms, void *item);
/* Takes out the item that is due longest, or returns NULL. */
void *delay_queue_pop(struct delay_queue *q, int64_t now_ms);
bool delay_queue_remove(struct delay_queue *q, const void *item);
int64_t delay_queue_next_ms(const struct delay_queue *q); /* when the first is due; -1 = none */

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/fault/delay_queue.h"

#include "base/core/xalloc.h"

#include <stdlib.h>

void delay_queue_done(struct delay_queue *q)
{
    free(q->entries);
    *q = (struct delay_queue){0};
}

static void entries_swap(struct delay_queue *q, size_t a, size_t b)
{
    struct delay_entry kept = q->entries[a];
    q->entries[a] = q->entries[b];
    q->entries[b] = kept;
}

static void sift_up(struct delay_queue *q, size_t at)
{
    while (at > 0 && q->entries[at].due_ms < q->entries[(at - 1) / 2].due_ms) {
        entries_swap(q, at, (at - 1) / 2);
        at = (at - 1) / 2;
    }
}

static void sift_down(struct delay_queue *q, size_t at)
{
    for (;;) {
        size_t least = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2; child++) {
            if (child < q->count && q->entries[child].due_ms < q->entries[least].due_ms) {
                least = child;
            }
        }
        if (least == at) {
            return;
        }
        entries_swap(q, at, least);
        at = least;
    }
}

void delay_queue_push(struct delay_queue *q, int64_t due_ms, void *item)
{
    if (q->count == q->capacity) {
        q->capacity = q->capacity == 0 ? 64 : q->capacity * 2;
        q->entries = xrealloc(q->entries, q->capacity, sizeof(*q->entries));
    }
    q->entries[q->count] = (struct delay_entry){due_ms, item};
    sift_up(q, q->count++);
}

static void entry_remove(struct delay_queue *q, size_t at)
{
    q->count--;
    if (at < q->count) {
        q->entries[at] = q->entries[q->count];
        sift_down(q, at);
        sift_up(q, at);
    }
}

void *delay_queue_pop(struct delay_queue *q, int64_t now_ms)
{
    if (q->count == 0 || q->entries[0].due_ms > now_ms) {
        return NULL;
    }
    void *item = q->entries[0].item;
    entry_remove(q, 0);
    return item;
}

bool delay_queue_remove(struct delay_queue *q, const void *item)
{
    for (size_t i = 0; i < q->count; i++) {
        if (q->entries[i].item == item) {
            entry_remove(q, i);
            return true;
        }
    }
    return false;
}

int64_t delay_queue_next_ms(const struct delay_queue *q)
{
    return q->count > 0 ? q->entries[0].due_ms : -1;
}

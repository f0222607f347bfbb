/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/http/route_count.h"

#include "base/core/xalloc.h"

#include <stdint.h>
#include <stdlib.h>

enum { FIRST_CAPACITY = 64 }; /* a power of two, as all that follow */

void route_counts_done(struct route_counts *c)
{
    free(c->slots);
    *c = (struct route_counts){0};
}

static struct route_count *slot_of(const struct route_counts *c, const struct route *route, int tag)
{
    uint64_t mixed = ((uintptr_t)route / sizeof(void *) + (uint64_t)(unsigned)tag) *
                     UINT64_C(0x9E3779B97F4A7C15);
    size_t at = (size_t)(mixed >> 32) & (c->capacity - 1);
    while (c->slots[at].count != 0 && (c->slots[at].route != route || c->slots[at].tag != tag)) {
        at = (at + 1) & (c->capacity - 1);
    }
    return &c->slots[at];
}

static void grow(struct route_counts *c)
{
    struct route_counts grown = {.used = c->used};
    grown.capacity = c->capacity > 0 ? 2 * c->capacity : FIRST_CAPACITY;
    grown.slots = xcalloc(grown.capacity, sizeof(*grown.slots));
    size_t pos = 0;
    for (const struct route_count *row; (row = route_counts_next(c, &pos)) != NULL;) {
        *slot_of(&grown, row->route, row->tag) = *row;
    }
    free(c->slots);
    *c = grown;
}

void route_counts_add(struct route_counts *c, const struct route *route, int tag)
{
    if (c->used >= c->capacity / 2) {
        grow(c);
    }
    struct route_count *slot = slot_of(c, route, tag);
    if (slot->count == 0) {
        slot->route = route;
        slot->tag = tag;
        c->used++;
    }
    slot->count++;
}

const struct route_count *route_counts_next(const struct route_counts *c, size_t *pos)
{
    while (*pos < c->capacity) {
        const struct route_count *row = &c->slots[(*pos)++];
        if (row->count > 0) {
            return row;
        }
    }
    return NULL;
}

const char *route_count_name(const struct route_count *row)
{
    return row->route != NULL ? row->route->name : "";
}

int64_t route_counts_of_name(const struct route_counts *c, const struct route_count *row)
{
    int64_t total = 0;
    size_t pos = 0;
    for (const struct route_count *other; (other = route_counts_next(c, &pos)) != NULL;) {
        if (other->tag == row->tag && strcmp(route_count_name(other), route_count_name(row)) == 0) {
            if (other < row) {
                return 0;
            }
            total += other->count;
        }
    }
    return total;
}

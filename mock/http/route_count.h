/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_HTTP_ROUTE_COUNT_H
#define MOCK_HTTP_ROUTE_COUNT_H

/* Counts by route and a number, such as the status: bounded by the routes that exist, so that they
 * can be kept for ever, and found without a look at any text. Threads: one at a time. */

#include "mock/http/route.h"

struct route_count {
    const struct route *route; /* NULL = unknown */
    int tag;
    int64_t count; /* 0 = the slot is free */
};

/* A zeroed struct is empty. */
struct route_counts {
    struct route_count *slots;
    size_t used, capacity;
};

void route_counts_done(struct route_counts *c);
void route_counts_add(struct route_counts *c, const struct route *route, int tag);
/* Rows of routes that share a name are apart. In no order; start with *pos = 0; NULL at the end. */
const struct route_count *route_counts_next(const struct route_counts *c, size_t *pos);
/* All of the row's name and tag together; 0 = an earlier row has told it. */
int64_t route_counts_of_name(const struct route_counts *c, const struct route_count *row);
const char *route_count_name(const struct route_count *row); /* "" = unknown */

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_SPACE_TALLY_H
#define MOCK_SPACE_TALLY_H

/* How many exchanges ended, by route and status: bounded by the routes that exist, so that it can
 * be kept for ever. Threads: one at a time. */

#include "base/core/attrs.h"
#include "base/core/map.h"

#include <stdint.h>

/* A zeroed struct is empty. */
struct tally {
    struct map counts; /* "route\nstatus" -> int64_t * */
};

void tally_done(struct tally *t);
/* route "" = unknown; status 0 = nothing was sent. */
void tally_add(struct tally *t, const char *route, int status);

struct tally_row {
    struct str route, status;
    int64_t count;
};
/* Start with *pos = 0; false at the end. */
bool tally_next(const struct tally *t, size_t *pos, struct tally_row *ret);

#endif

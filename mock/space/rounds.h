/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_SPACE_ROUNDS_H
#define MOCK_SPACE_ROUNDS_H

/* Where the rounds of a client end that performs them without being asked: a round is a table and a
 * statement, or one of them; it has ended when both were told whole once more. After the rounds
 * that are named, the answer that ended one is held, but for its last byte, until it is released
 * (base/wire/control.h). A zeroed object names nothing.
 *
 * Ownership: names are copied. Threads: one at a time. */

#include "base/core/str.h"

#include <stdbool.h>
#include <stdint.h>

struct http_notes;

#define ROUNDS_MAX_HOLDS 64

struct rounds {
    char *table, *statement; /* NULL = it is no part of a round */
    int64_t tables, statements;
    int64_t hold_after[ROUNDS_MAX_HOLDS]; /* ascending */
    int64_t hold_count, next;             /* the first one that is still to come */
    int64_t held;                         /* answers that wait now */
};

/* Forgets what was before; hold_count up to ROUNDS_MAX_HOLDS, ascending. */
void rounds_begin(struct rounds *r, const char *table, const char *statement);
void rounds_done(struct rounds *r);
bool rounds_are_watched(const struct rounds *r);
int64_t rounds_ended(const struct rounds *r);
/* Counts what an answer told. True: it is to be held. */
bool rounds_take(struct rounds *r, const struct http_notes *notes);

#endif

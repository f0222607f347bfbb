/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_APP_PLACED_H
#define HARNESS_APP_PLACED_H

/* Texts on their way out: collected, then searched for canaries as a whole, then put in place. So
 * nothing of a run that would give a secret away is ever seen by anybody.
 *
 *     struct placed placed = {.arena = a};
 *     junit_write(placed_add(&placed, "out/junit.xml", PLACED_FILE), run);
 *     if (placed_scan(&placed, secrets, err) < 0 || placed_put(&placed, err) < 0) ...
 *     placed_done(&placed);
 *
 * Ownership: the list owns the texts, the arena the paths. */

#include "base/core/arena.h"
#include "base/core/buf.h"
#include "base/core/err.h"

struct secret_set;

enum placed_how {
    PLACED_FILE,    /* written in one step; its folder is made */
    PLACED_PROGRAM, /* the same, executable */
    PLACED_APPENDED,
    PLACED_STDOUT,
    PLACED_NOWHERE /* only searched */
};

struct placed_text {
    const char *path; /* of PLACED_STDOUT: what it is, for messages */
    struct buf text;
    enum placed_how how;
};

struct placed {
    struct arena *arena;
    struct placed_text *items;
    size_t count, capacity;
};

/* Where the text goes; good until the next call. */
struct buf *placed_add(struct placed *p, const char *path, enum placed_how how);
/* ERR_INTERNAL, naming text and canary, when any holds one; ERR_LIMIT when one was cut off at the
 * size that a report may have. secrets may be NULL. */
int placed_scan(const struct placed *p, const struct secret_set *secrets,
                struct err *err) NODISCARD;
int placed_put(const struct placed *p, struct err *err) NODISCARD;
void placed_done(struct placed *p);

#endif

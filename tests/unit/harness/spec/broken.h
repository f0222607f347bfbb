/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_HARNESS_SPEC_BROKEN_H
#define TESTS_UNIT_HARNESS_SPEC_BROKEN_H

/* Files made from a good one by replacing one piece, and what the loader must say about each. */

#include "base/core/arena.h"
#include "base/core/err.h"

struct broken {
    const char *what;           /* name of the row */
    const char *from, *to;      /* the first `from` of the good file becomes `to` */
    const char *line_column;    /* "7:3" */
    const char *message, *hint; /* parts that must occur; "" = not looked at */
};

/* The good text with the row's replacement; fails the test when `from` does not occur. */
const char *broken_text(struct arena *a, const char *good, const struct broken *row);
void broken_expect(const struct broken *row, int result, const struct err *err);

#endif

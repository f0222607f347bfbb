/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_JUDGE_NEAREST_H
#define HARNESS_JUDGE_NEAREST_H

/* The nearest miss: when no exchange is what an expectation asks for, the one that comes closest,
 * field by field, so that a reader sees what is different instead of a heap of exchanges. Pure;
 * texts live in the arena. */

#include "base/core/arena.h"
#include "base/wire/journal.h"

struct selection;

/* The exchange that has most of what the selection asks for (the first of equals), one line for
 * each thing that it asks for. NULL when the journal is empty, the selection asks for nothing, or
 * no exchange has anything of it. */
const char *nearest_text(struct arena *a, const struct selection *s, const struct journal *j);

/* One exchange that lacks a header, or has another value than `equals' (NULL = any): the header
 * whose name comes closest, or the first byte at which the values part. */
const char *nearest_header_text(struct arena *a, const char *name, const char *equals,
                                const struct journal_record *r);

/* One exchange that lacks a parameter in a part of it ("form", "query", "json"), or has another
 * value than `equals' (NULL = any): the first byte at which the values part; the same parameter in
 * another part; the one whose name comes closest; or all that there are. */
struct nearest_parameter {
    const char *name, *equals;
    const char *part, *value; /* value: what stands there; NULL = nothing */
};
const char *nearest_parameter_text(struct arena *a, const struct nearest_parameter *p,
                                   const struct journal_record *r);

#endif

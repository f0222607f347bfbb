/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_SPEC_COVERAGE_H
#define HARNESS_SPEC_COVERAGE_H

/* Two-way coverage of a suite: every clause has a check or a reason why it has none, every check of
 * the catalogue is used by a case, for a clause. What is known to be missing may be listed in a
 * file, one `clause ID' or `check NAME' a line, '#' begins a comment; the list is strict both ways:
 * what is missing and not listed is a finding, and so is what is listed and not missing.
 *
 * Pure but for coverage_list_load. Ownership: everything lives in the arena. */

#include "base/core/arena.h"
#include "base/core/err.h"
#include "harness/spec/case.h"

struct coverage {
    struct str_list gaps;   /* "clause RFC...", "check wire.header": sorted, as in the file */
    struct str_list faults; /* sentences: wrong whatever any list says */
    size_t clauses, covered, excluded;
};

void coverage_of(struct arena *a, const struct case_set *set, const struct check_catalog *checks,
                 struct coverage *ret);

struct coverage_line {
    const char *gap;
    int line;
};
struct coverage_list {
    const char *path;
    struct coverage_line *items;
    size_t count, capacity;
};
int coverage_list_load(struct arena *a, const char *path, struct coverage_list *ret,
                       struct err *err) NODISCARD;
/* Sentences with places: gaps that are not listed, lines that name no gap, lines twice. list may
 * be NULL: nothing is excused. */
void coverage_judge(struct arena *a, const struct coverage *coverage,
                    const struct coverage_list *list, struct str_list *ret_findings);

#endif

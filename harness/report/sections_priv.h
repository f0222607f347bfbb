/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_REPORT_SECTIONS_PRIV_H
#define HARNESS_REPORT_SECTIONS_PRIV_H

/* The parts of build_report.md, one file each. */

#include "base/core/arena.h"
#include "base/core/buf.h"
#include "harness/report/events.h"

void report_matrix(struct arena *a, struct buf *out, const struct run_record *run);
/* In what was run: the product tokens that were seen on the wire. */
void report_products(struct arena *a, struct buf *out, const struct run_record *run);
void report_traceability(struct arena *a, struct buf *out, const struct run_record *run);
void report_sufficiency(struct arena *a, struct buf *out, const struct run_record *run);
void report_log(struct arena *a, struct buf *out, const struct run_record *run,
                const struct run_record *previous);

/* How one clause fared over all results: the worst of the checks that cite it. */
struct clause_standing {
    const struct run_clause *clause;
    bool cited;                         /* by a case of the suite */
    bool judged;                        /* by a check in this run */
    bool decided;                       /* by one that came to a result: not inconclusive */
    bool not_applicable, could_not_run; /* cited, and some run of it ended so */
    enum verdict worst;                 /* meaningful when judged */
};
struct clause_standings {
    struct clause_standing *items; /* in the order of run->clauses */
    size_t count, capacity;
};
void clause_standings_of(struct arena *a, const struct run_record *run,
                         struct clause_standings *ret);
/* What is wrong with the run and with none of its cases: without it, a run that broke off, or one
 * with a wrong manifest, would look green where only cases are shown. reds: how many are not green
 * as it is. */
struct str_list run_troubles(struct arena *a, const struct run_record *run, size_t reds);
/* Worse verdicts have higher ranks. */
int verdict_rank(enum verdict v);
const struct run_case *run_case_find(const struct run_record *run, const char *id);
/* "**fail**", "pass", with a sign in front so that a column can be read at a glance. */
const char *verdict_badge(enum verdict v);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_REPORT_RESULTS_H
#define HARNESS_REPORT_RESULTS_H

/* results.json: the whole of a run for other programs, in a form that is kept stable. One table
 * (results_shape) gives its JSON Schema, docs/reference/results.schema.json, and decodes it again,
 * strictly: what the writer makes and the table does not know is an error.
 *
 * Texts that a result does not have are left out. Additions keep `format`; anything else raises
 * it. Ownership: as of shape_decode. */

#include "base/json/shape.h"
#include "harness/report/events.h"

enum { RESULTS_FORMAT = 1 };

struct results_check {
    const char *check, *because, *expected, *seen, *excerpt, *cause, *fix, *xfail_reason;
    int level, verdict;
    struct str_list clauses;
    int64_t line;
    bool outside;
};

struct results_result {
    const char *connector, *mode, *case_id, *title, *reason, *evidence;
    int verdict;
    int64_t duration_ms, jitter_ms, attempts;
    bool outside;
    struct str_list products;
    struct shape_list checks; /* struct results_check */
};

struct results_connector {
    const char *name, *title, *version, *language, *product, *drive;
    struct str_list modes, skipped_modes;
};

struct results_clause {
    const char *id, *level;
    int standing; /* index into results_standing_names */
};

struct results_run {
    const char *run_id, *started, *seed, *assay_version, *isolation, *clock, *system;
    int64_t duration_ms, jobs;
};

struct results_suite {
    const char *digest, *requirement_set;
    int64_t cases;
};

struct results_gate {
    const char *level, *requirements_digest, *baseline_digest;
    bool strict;
    int64_t repeat;
};

struct results_part {
    const char *plan_digest;
    int64_t plan_jobs, index, total;
};

struct results_file {
    int64_t format, exit_code;
    const char *verdict;
    bool complete;
    struct results_run run;
    struct results_suite suite;
    struct results_gate gate;
    struct results_part part;
    int64_t counts[VERDICT_COUNT];
    struct str_list problems, selection;
    struct shape_list connectors, results, clauses;
};

extern const struct shape results_shape;
extern const char *const results_standing_names[]; /* verdicts, then "not-judged", "excluded" */

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_REPORT_REPORT_H
#define HARNESS_REPORT_REPORT_H

/* Reports: pure renderings of a run's events (events.h). Nothing is judged here; the verdict and
 * the exit code are the run's. */

#include "base/core/buf.h"
#include "harness/report/events.h"

/* build_report.md: the partner's report, with the parts Skill traceability, Sufficiency assessment
 * and Test error/fix log. previous may be NULL: the run before in the same folder. */
void build_report_write(struct buf *out, const struct run_record *run,
                        const struct run_record *previous);

/* JUnit XML: a suite per connector and mode, a case per case, the failed checks in the failure. */
void junit_write(struct buf *out, const struct run_record *run);

/* results.json (results.h). */
void results_json_write(struct buf *out, const struct run_record *run);
/* TAP version 14. */
void tap_write(struct buf *out, const struct run_record *run);
/* SARIF 2.1.0. */
void sarif_write(struct buf *out, const struct run_record *run);
/* Workflow commands of GitHub Actions (::error file=...), and a page for $GITHUB_STEP_SUMMARY. */
void github_write(struct buf *out, const struct run_record *run);
void step_summary_write(struct buf *out, const struct run_record *run);

/* Every format there is, by name: the word of --report, the page and the tests come from here. */
struct report_format {
    const char *name, *file; /* file: its name in the output folder; "-" for standard output */
    const char *doc;
    void (*write)(struct buf *out, const struct run_record *run, const struct run_record *previous);
};
extern const struct report_format report_formats[];
extern const size_t report_format_count;
const struct report_format *report_format_find(struct str name); /* or NULL */

/* "pass", "fail", "incomplete", "stopped", "none": the verdict in a word. */
const char *run_verdict_word(const struct run_record *run);

/* A few lines for the end of a run on a terminal or in a log. */
void summary_write(struct buf *out, const struct run_record *run);
/* The same without what failed as it was expected to; the counts have it still. */
void summary_write_unexpected(struct buf *out, const struct run_record *run);

#endif

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

/* A few lines for the end of a run on a terminal or in a log. */
void summary_write(struct buf *out, const struct run_record *run);

#endif

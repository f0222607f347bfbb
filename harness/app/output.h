/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_APP_OUTPUT_H
#define HARNESS_APP_OUTPUT_H

/* The output folder of a run, and what stands in it when the run is over:
 *
 *     build_report.md   junit.xml          reports, written last, each in one step
 *     run.jsonl                            the events they were made of
 *     previous.jsonl                       the events of the run before, for "fixed since"
 *     evidence/<run id>/<connector>/<mode>/<case>/
 *
 * While a run goes on its events are in run.jsonl.part; a run that is killed leaves the reports of
 * the one before untouched. Ownership: paths live in the arena. */

#include "base/core/arena.h"
#include "base/core/err.h"
#include "harness/report/events.h"

struct output {
    struct arena *arena;
    const char *dir, *run_id;
    const char *events_part, *events, *previous;
};

int output_open(struct arena *a, const char *dir, struct output *ret, struct err *err) NODISCARD;
/* The folder for one case's evidence, relative to dir. */
const char *output_evidence(const struct output *o, const char *connector, const char *mode,
                            const char *case_id);
/* The run before this one: NULL without an error when there is none that can be read. */
const struct run_record *output_previous(const struct output *o);
/* Moves the events to their place, writes the reports, removes evidence that no kept stream speaks
 * of. Reports and events are searched for the canaries first (secrets may be NULL; evidence was
 * searched when it was saved); when one holds any, nothing is put in place: ERR_INTERNAL. */
struct secret_set;
int output_close(const struct output *o, const struct run_record *run,
                 const struct run_record *previous, const struct secret_set *secrets,
                 struct err *err) NODISCARD;

#endif

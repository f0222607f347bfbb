/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_APP_OUTPUT_H
#define HARNESS_APP_OUTPUT_H

/* The output folder of a run, and what stands in it when the run is over:
 *
 *     build_report.md   junit.xml          reports, written last, each in one step (and others, as
 *                                          --report says)
 *     run.jsonl                            the events they were made of
 *     previous.jsonl                       the events of the run before, for "fixed since"
 *     manifests/<connector>.yaml           what the connectors said of themselves
 *     evidence/<run id>/<connector>/<mode>/<case>/
 *     repro/<connector>/<mode>/<case>/     how to see a failure again, one folder each (repro.h)
 *
 * While a run goes on its events are in run.jsonl.part; a run that is killed leaves the reports of
 * the one before untouched. Ownership: paths live in the arena. */

#include "base/core/arena.h"
#include "base/core/err.h"
#include "harness/app/report_choice.h"
#include "harness/plan/plan.h"
#include "harness/report/events.h"

struct repro_options;
struct secret_set;

struct output {
    struct arena *arena;
    const char *dir, *run_id;
    const char *events_part, *events, *previous;
};

/* What is put into the folder at the end. */
struct output_close_options {
    const struct run_record *run, *previous; /* previous may be NULL */
    const struct report_choices *reports;
    const struct repro_options *repro; /* NULL = no repro folders */
    const struct secret_set *secrets;  /* NULL = nothing to look for */
    const char *step_summary;          /* $GITHUB_STEP_SUMMARY, or NULL */
};

int output_open(struct arena *a, const char *dir, struct output *ret, struct err *err) NODISCARD;
/* The folder for one case's evidence, relative to dir. */
const char *output_evidence(const struct output *o, struct arena *a, const struct plan_name *of);
/* The run before this one: NULL without an error when there is none that can be read. */
const struct run_record *output_previous(const struct output *o);
/* Moves the events to their place, writes the reports, removes evidence that no kept stream speaks
 * of. Reports, repro folders and events are searched for the canaries first (evidence was searched
 * when it was saved); when one holds any, nothing is put in place: ERR_INTERNAL. */
int output_close(const struct output *o, const struct output_close_options *options,
                 struct err *err) NODISCARD;

#endif

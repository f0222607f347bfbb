/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_HARNESS_REPORT_SAMPLE_RUN_H
#define TESTS_UNIT_HARNESS_REPORT_SAMPLE_RUN_H

/* A small run with one of each: two connectors, every verdict, checks with and without texts. */

#include "harness/report/events.h"

struct run_record *sample_run_new(struct arena *a);
/* The run before it: the same suite, of which something was fixed and something broken. */
struct run_record *sample_run_previous(struct arena *a);
/* Everything that passed, of one connector. */
struct run_record *sample_run_green(struct arena *a);

/* Building. */
struct str_list strings(struct arena *a, size_t count, ...);
struct run_result *result_add(struct arena *a, struct run_record *run, struct run_result result);
/* The result's next check; room for eight. */
struct check_result *check_add(struct arena *a, struct run_result *result,
                               struct check_result check);

/* Text that tries to get out of wherever it is put. */
extern const char sample_odd_text[];

#endif

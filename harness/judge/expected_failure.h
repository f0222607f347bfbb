/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_JUDGE_EXPECTED_FAILURE_H
#define HARNESS_JUDGE_EXPECTED_FAILURE_H

/* The manifest's `expected_failures`, strict both ways: what is listed and fails for the listed
 * reason is xfail; what is listed and does not fail is xpass; an entry whose date has passed, or
 * whose signature does not occur in what was seen, excuses nothing. */

#include "harness/judge/check.h"
#include "harness/judge/judge.h"

/* Changes verdicts of the results in place. today: "YYYY-MM-DD". */
void expected_failures_apply(const struct check_context *x, const char *today,
                             struct check_result *checks, size_t count);

#endif

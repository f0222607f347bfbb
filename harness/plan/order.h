/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_PLAN_ORDER_H
#define HARNESS_PLAN_ORDER_H

/* In which order jobs begin, so that the machine is busy all the time.
 *
 * A case that waits by its own words (a pause, an answer that asks the connector to come later)
 * needs a place among those that run, and hardly a processor. All of them first would leave the
 * processors idle, and then have the others compete for them; at the end one of them would have the
 * run wait for it. So the longest begin early, with as many of the others between them as make the
 * waiting even, and none begins in the last quarter of the list.
 *
 * Jobs that wait equally long, and those that do not wait, keep the order they had. Pure. */

#include "base/core/arena.h"
#include "harness/plan/plan.h"

/* How long a case waits by its own words. */
int64_t plan_wait_ms(const struct case_spec *spec);
void plan_order(struct arena *a, const struct plan_job **jobs, size_t count);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/plan/order.h"

#include "base/wire/scenario.h"

#include <stdlib.h>

struct waiting {
    const struct plan_job *job;
    int64_t ms;
    size_t index; /* in the order that was given */
};

int64_t plan_wait_ms(const struct case_spec *spec)
{
    int64_t sum_ms = 0;
    for (size_t i = 0; i < spec->steps.count; i++) {
        const struct step *step = SHAPE_LIST_AT(const struct step, spec->steps, i);
        sum_ms += step->kind == STEP_WAIT ? step->wait_ms : 0;
    }
    for (size_t i = 0; i < spec->given.faults.count; i++) {
        const struct scenario_fault *fault =
            SHAPE_LIST_AT(const struct scenario_fault, spec->given.faults, i);
        sum_ms += fault->answer.retry_after_ms;
    }
    return sum_ms;
}

static int compare_waits(const void *left, const void *right)
{
    const struct waiting *a = left, *b = right;
    if (a->ms != b->ms) {
        return a->ms > b->ms ? -1 : 1;
    }
    return a->index < b->index ? -1 : a->index > b->index;
}

/* The next who waits begins when as much of the list has gone by as of all the waiting. */
void plan_order(struct arena *a, const struct plan_job **jobs, size_t count)
{
    struct waiting *all = ARENA_ARRAY(a, struct waiting, count + 1);
    size_t long_count = 0, next_long = 0, next_short = 0;
    int64_t sum_ms = 0, begun_ms = 0, span = (int64_t)(count - count / 4);
    for (size_t i = 0; i < count; i++) {
        all[i] = (struct waiting){jobs[i], plan_wait_ms(jobs[i]->spec), i};
        long_count += all[i].ms > 0;
        sum_ms += all[i].ms;
    }
    if (long_count == 0) {
        return;
    }
    qsort(all, count, sizeof(*all), compare_waits);
    next_short = long_count;
    for (size_t i = 0; i < count; i++) {
        /* Shares, as the product of both sums may be too large. */
        bool due =
            next_short == count || (double)begun_ms / (double)sum_ms <= (double)i / (double)span;
        if (next_long < long_count && due) {
            begun_ms += all[next_long].ms;
            jobs[i] = all[next_long++].job;
        } else {
            jobs[i] = all[next_short++].job;
        }
    }
}

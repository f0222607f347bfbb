/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_HARNESS_PLAN_WORLDS_H
#define TESTS_UNIT_HARNESS_PLAN_WORLDS_H

/* Connectors and cases to plan with, read from the texts that authors would write. */

#include "harness/plan/plan.h"

struct worlds {
    struct arena *arena;
    const struct manifest *manifests[3]; /* "lines" (all modes), "count" (pat), "exec" (pat, m2m) */
    struct case_spec *specs[16];
    struct case_set set;
};

struct worlds *worlds_new(void);
void worlds_free(struct worlds *w);
struct plan_request worlds_request(const struct worlds *w);
/* "lines pat a/b\n..." with "!reason" behind those that are not applicable. */
const char *worlds_text(struct arena *a, const struct plan *plan);

#endif

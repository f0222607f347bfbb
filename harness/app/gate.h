/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_APP_GATE_H
#define HARNESS_APP_GATE_H

/* What of a judged case counts: the level asked for, and the requirement set. Pure. */

#include "harness/judge/judge.h"
#include "harness/spec/requirements.h"

struct gate {
    int level; /* enum level: checks of a lower level are left out */
    bool strict;
    const struct requirement_set *requirements; /* NULL: every clause gates */
};

/* Takes out checks of a lower level; marks checks of other clauses as outside, whose failures
 * become warnings; sums up anew. Probes are never outside: on them rests everything else. */
void gate_apply(struct arena *a, const struct gate *gate, const struct case_spec *spec,
                struct case_result *result);
/* Whether a case that came to no checks is outside. */
bool gate_is_outside(const struct gate *gate, const struct case_spec *spec);

/* The product token is the same in all requests, runs and modes. */
#define CLAUSE_ONE_PRODUCT "PWAF-UA-3"
/* Whether the clause gates: it is in the requirement set, or there is none. */
bool gate_has(const struct gate *gate, const char *clause);

#endif

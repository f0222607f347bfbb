/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/app/gate.h"

#include "base/core/str.h"

bool gate_is_outside(const struct gate *gate, const struct case_spec *spec)
{
    if (!gate->requirements || spec->is_probe) {
        return false;
    }
    for (size_t i = 0; i < spec->expectations.count; i++) {
        const struct expectation *e = SHAPE_LIST_AT(struct expectation, spec->expectations, i);
        if (requirement_set_gates(gate->requirements, &e->clauses, &spec->clauses)) {
            return false;
        }
    }
    return true;
}

bool gate_has(const struct gate *gate, const char *clause)
{
    bool has = gate->requirements == NULL;
    for (size_t i = 0; !has && i < gate->requirements->clauses.count; i++) {
        has = str_eq_z(str_of(gate->requirements->clauses.items[i]), clause);
    }
    return has;
}

static void check_mark(struct arena *a, const struct gate *gate, const struct case_spec *spec,
                       struct check_result *c)
{
    if (!gate->requirements || spec->is_probe ||
        requirement_set_gates(gate->requirements, &c->clauses, &spec->clauses)) {
        return;
    }
    c->outside = true;
    if (c->verdict == VERDICT_FAIL || c->verdict == VERDICT_INCONCLUSIVE) {
        c->seen = arena_printf(a, "%s (%s; not in the requirement set %s)", c->seen ? c->seen : "",
                               verdict_name(c->verdict), gate->requirements->name);
        c->verdict = VERDICT_WARN;
    }
}

void gate_apply(struct arena *a, const struct gate *gate, const struct case_spec *spec,
                struct case_result *result)
{
    size_t kept = 0;
    if (result->check_count == 0) {
        return;
    }
    for (size_t i = 0; i < result->check_count; i++) {
        if ((int)result->checks[i].level <= gate->level) {
            result->checks[kept] = result->checks[i];
            check_mark(a, gate, spec, &result->checks[kept++]);
        }
    }
    result->check_count = kept;
    if (kept == 0) {
        result->verdict = VERDICT_NOT_APPLICABLE;
        result->reason = "none of its checks is of the level chosen";
    } else {
        result->verdict = judge_sum(result->checks, kept);
    }
}

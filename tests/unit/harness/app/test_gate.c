/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/app/gate.h"

#include "base/core/str.h"

#include <criterion/criterion.h>

struct fixture {
    struct arena *arena;
    struct case_spec spec;
    struct requirement_set set;
    struct check_result checks[3];
    struct case_result result;
};

/* A must inside the set, a must outside of it, a may inside; all failed but the first. */
static struct fixture fixture_new(void)
{
    struct fixture f = {.arena = arena_new()};
    *VEC_PUSH(f.arena, &f.set.clauses) = "IN-1";
    f.set.name = "set";
    f.checks[0] = (struct check_result){.check = "a", .verdict = VERDICT_PASS, .seen = "fine"};
    f.checks[1] = (struct check_result){.check = "b", .verdict = VERDICT_FAIL, .seen = "bad"};
    f.checks[2] = (struct check_result){
        .check = "c", .verdict = VERDICT_WARN, .level = LEVEL_MAY, .seen = "not nice"};
    *VEC_PUSH(f.arena, &f.checks[0].clauses) = "IN-1";
    *VEC_PUSH(f.arena, &f.checks[1].clauses) = "OUT-1";
    *VEC_PUSH(f.arena, &f.checks[2].clauses) = "IN-1";
    return f;
}

static const struct case_result *apply(struct fixture *f, const struct gate *gate)
{
    f->result = (struct case_result){.checks = f->checks, .check_count = 3};
    gate_apply(f->arena, gate, &f->spec, &f->result);
    return &f->result;
}

Test(gate, without_a_set_every_clause_gates)
{
    struct fixture f = fixture_new();
    const struct gate gate = {.level = LEVEL_MAY};
    cr_expect_eq(apply(&f, &gate)->verdict, VERDICT_FAIL);
    cr_expect_not(f.checks[1].outside);
    arena_free(f.arena);
}

Test(gate, a_failure_outside_the_set_is_told_and_fails_nothing)
{
    struct fixture f = fixture_new();
    const struct gate gate = {.level = LEVEL_MAY, .requirements = &f.set};
    cr_expect_eq(apply(&f, &gate)->verdict, VERDICT_WARN);
    cr_expect(f.checks[1].outside);
    cr_expect_str_eq(f.checks[1].seen, "bad (fail; not in the requirement set set)");
    cr_expect_not(f.checks[0].outside);
    cr_expect_not(f.checks[2].outside);
    arena_free(f.arena);
}

Test(gate, probes_are_never_outside)
{
    struct fixture f = fixture_new();
    const struct gate gate = {.level = LEVEL_MAY, .requirements = &f.set};
    f.spec.is_probe = true;
    cr_expect_eq(apply(&f, &gate)->verdict, VERDICT_FAIL);
    cr_expect_not(gate_is_outside(&gate, &f.spec));
    f.spec.is_probe = false;
    cr_expect(gate_is_outside(&gate, &f.spec));
    arena_free(f.arena);
}

Test(gate, a_harness_error_outside_the_set_stays_one)
{
    struct fixture f = fixture_new();
    const struct gate gate = {.level = LEVEL_MAY, .requirements = &f.set};
    f.checks[1].verdict = VERDICT_HARNESS_ERROR;
    cr_expect_eq(apply(&f, &gate)->verdict, VERDICT_HARNESS_ERROR);
    arena_free(f.arena);
}

Test(gate, checks_of_a_lower_level_are_left_out)
{
    struct fixture f = fixture_new();
    const struct gate gate = {.level = LEVEL_MUST};
    cr_expect_eq(apply(&f, &gate)->check_count, 2);
    arena_free(f.arena);
    f = fixture_new();
    f.checks[0].level = f.checks[1].level = LEVEL_MAY;
    const struct case_result *r = apply(&f, &gate);
    cr_expect_eq(r->verdict, VERDICT_NOT_APPLICABLE);
    cr_expect_eq(r->check_count, 0);
    arena_free(f.arena);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/plan/order.h"

#include "base/wire/scenario.h"

#include <criterion/criterion.h>

enum { MOST = 16 };

/* Jobs whose cases wait so long, in seconds, and their order: "A" is the first that was given. */
struct line {
    struct arena *arena;
    struct plan_job jobs[MOST];
    const struct plan_job *order[MOST];
    size_t count;
};

static void job_add(struct line *l, int64_t wait_s)
{
    struct step *steps = ARENA_ARRAY(l->arena, struct step, 2);
    struct case_spec *spec = ARENA_NEW(l->arena, struct case_spec);
    steps[0] = (struct step){.kind = STEP_OPERATION, .times = 1};
    steps[1] = (struct step){.kind = STEP_WAIT, .wait_ms = wait_s * 1000};
    spec->steps = (struct shape_list){.items = steps, .count = wait_s > 0 ? 2 : 1};
    l->jobs[l->count].spec = spec;
    l->order[l->count] = &l->jobs[l->count];
    l->count++;
}

static const char *ordered(const int64_t *waits_s, size_t count)
{
    static char text[MOST + 1];
    struct line l = {.arena = arena_new()};
    for (size_t i = 0; i < count; i++) {
        job_add(&l, waits_s[i]);
    }
    plan_order(l.arena, l.order, l.count);
    for (size_t i = 0; i < count; i++) {
        text[i] = (char)('A' + (l.order[i] - l.jobs));
    }
    text[count] = '\0';
    arena_free(l.arena);
    return text;
}

Test(order, without_a_wait_nothing_is_moved)
{
    const int64_t waits[] = {0, 0, 0, 0};
    cr_expect_str_eq(ordered(waits, 4), "ABCD");
    cr_expect_str_eq(ordered(waits, 0), "");
}

Test(order, waiting_is_spread_and_does_not_begin_in_the_last_quarter)
{
    const int64_t alike[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2};
    cr_expect_str_eq(ordered(alike, 12), "JABKCDLEFGHI");
}

Test(order, the_longest_begins_first_and_has_the_most_others_beside_it)
{
    const int64_t waits[] = {0, 0, 1, 0, 0, 0, 6, 0, 2, 0, 0, 0};
    cr_expect_str_eq(ordered(waits, 12), "GABDEFIHCJKL");
}

Test(order, who_waits_equally_long_keeps_its_place)
{
    const int64_t waits[] = {3, 3, 3, 3, 3};
    cr_expect_str_eq(ordered(waits, 5), "ABCDE");
}

Test(order, a_wait_is_the_pauses_and_what_answers_ask_for)
{
    struct step steps[] = {{.kind = STEP_WAIT, .wait_ms = 300},
                           {.kind = STEP_OPERATION, .times = 2},
                           {.kind = STEP_WAIT, .wait_ms = 50}};
    struct scenario_fault fault = {.answer = {.retry_after_ms = 3000}};
    const struct case_spec spec = {.steps = {.items = steps, .count = 3},
                                   .given = {.faults = {.items = &fault, .count = 1}}};
    cr_expect_eq(plan_wait_ms(&spec), 3350);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* From what a check found to the exit code of the run, over the whole table and in both directions:
 * what must not be green is not, and what is right is. */
#include "evidence_builder.h"

#include "base/core/str.h"
#include "harness/report/events.h"

/* What a check or a whole case can find, made by real checks on real evidence. */
enum found { HOLDS, BROKEN, UNSURE, NOT_ASKED_OF_IT, NOT_RUN, OUR_FAULT, FOUND_COUNT };

static const char *check_of(enum found found)
{
    return found == UNSURE            ? "wire.known_routes"
           : found == NOT_ASKED_OF_IT ? "wire.validation_calls"
                                      : "outcome.ok";
}

static void make(struct bench *b, enum found found)
{
    switch (found) {
    case BROKEN:
        b->evidence.operations[0].answer = ANSWER_ERROR;
        break;
    case UNSURE:
        (void)bench_add_record(b, "", 404);
        break;
    case NOT_ASKED_OF_IT:
        b->manifest.capabilities = 0;
        break;
    case NOT_RUN:
        b->evidence.could_not_run = "no such program";
        break;
    case OUR_FAULT:
        b->evidence.harness_error = "the mock ended";
        break;
    case HOLDS:
    case FOUND_COUNT:
        break;
    }
}

static enum verdict judged(enum found found, enum level level, bool expected)
{
    struct bench *b = bench_new(MODE_PAT, 1);
    make(b, found);
    if (expected) {
        bench_add_expected_failure(b, (struct manifest_expected_failure){.case_id = "unit/case",
                                                                         .check = check_of(found),
                                                                         .reason = "r",
                                                                         .owner = "o",
                                                                         .expires = "2999-01-01"});
    }
    const char *yaml =
        arena_printf(b->arena, "[{check: %s, level: %s}]", check_of(found), level_names[level]);
    enum verdict v = bench_judge(b, yaml)->verdict;
    bench_free(b);
    return v;
}

/* Beside a case that passes: so that nothing is incomplete but for the one looked at. */
static int exit_code_of(enum verdict v, bool strict)
{
    struct run_result two[] = {{.verdict = VERDICT_PASS}, {.verdict = v}};
    struct run_record run = {.complete = true, .results = {.items = two, .count = 2}};
    return run_exit_code(&run, strict);
}

static const struct {
    enum found found;
    enum level level;
    bool expected; /* an expected failure names it */
    enum verdict verdict;
    int exit_code, strict_code;
} table[] = {
    {HOLDS, LEVEL_MUST, false, VERDICT_PASS, 0, 0},
    {HOLDS, LEVEL_SHOULD, false, VERDICT_PASS, 0, 0},
    {HOLDS, LEVEL_MAY, false, VERDICT_PASS, 0, 0},
    {HOLDS, LEVEL_MUST, true, VERDICT_XPASS, 1, 1},
    {HOLDS, LEVEL_SHOULD, true, VERDICT_XPASS, 1, 1},
    {HOLDS, LEVEL_MAY, true, VERDICT_XPASS, 1, 1},
    {BROKEN, LEVEL_MUST, false, VERDICT_FAIL, 1, 1},
    {BROKEN, LEVEL_SHOULD, false, VERDICT_WARN, 0, 1},
    {BROKEN, LEVEL_MAY, false, VERDICT_WARN, 0, 1},
    {BROKEN, LEVEL_MUST, true, VERDICT_XFAIL, 0, 0},
    {BROKEN, LEVEL_SHOULD, true, VERDICT_XFAIL, 0, 0},
    {BROKEN, LEVEL_MAY, true, VERDICT_XFAIL, 0, 0},
    {UNSURE, LEVEL_MUST, false, VERDICT_INCONCLUSIVE, 2, 2},
    {UNSURE, LEVEL_SHOULD, false, VERDICT_INCONCLUSIVE, 2, 2},
    {UNSURE, LEVEL_MAY, false, VERDICT_INCONCLUSIVE, 2, 2},
    {UNSURE, LEVEL_MUST, true, VERDICT_INCONCLUSIVE, 2, 2},
    {UNSURE, LEVEL_SHOULD, true, VERDICT_INCONCLUSIVE, 2, 2},
    {UNSURE, LEVEL_MAY, true, VERDICT_INCONCLUSIVE, 2, 2},
    {NOT_ASKED_OF_IT, LEVEL_MUST, false, VERDICT_NOT_APPLICABLE, 0, 0},
    {NOT_ASKED_OF_IT, LEVEL_SHOULD, false, VERDICT_NOT_APPLICABLE, 0, 0},
    {NOT_ASKED_OF_IT, LEVEL_MAY, false, VERDICT_NOT_APPLICABLE, 0, 0},
    {NOT_ASKED_OF_IT, LEVEL_MUST, true, VERDICT_NOT_APPLICABLE, 0, 0},
    {NOT_ASKED_OF_IT, LEVEL_SHOULD, true, VERDICT_NOT_APPLICABLE, 0, 0},
    {NOT_ASKED_OF_IT, LEVEL_MAY, true, VERDICT_NOT_APPLICABLE, 0, 0},
    {NOT_RUN, LEVEL_MUST, false, VERDICT_COULD_NOT_RUN, 2, 2},
    {NOT_RUN, LEVEL_SHOULD, false, VERDICT_COULD_NOT_RUN, 2, 2},
    {NOT_RUN, LEVEL_MAY, false, VERDICT_COULD_NOT_RUN, 2, 2},
    {NOT_RUN, LEVEL_MUST, true, VERDICT_COULD_NOT_RUN, 2, 2},
    {NOT_RUN, LEVEL_SHOULD, true, VERDICT_COULD_NOT_RUN, 2, 2},
    {NOT_RUN, LEVEL_MAY, true, VERDICT_COULD_NOT_RUN, 2, 2},
    {OUR_FAULT, LEVEL_MUST, false, VERDICT_HARNESS_ERROR, 70, 70},
    {OUR_FAULT, LEVEL_SHOULD, false, VERDICT_HARNESS_ERROR, 70, 70},
    {OUR_FAULT, LEVEL_MAY, false, VERDICT_HARNESS_ERROR, 70, 70},
    {OUR_FAULT, LEVEL_MUST, true, VERDICT_HARNESS_ERROR, 70, 70},
    {OUR_FAULT, LEVEL_SHOULD, true, VERDICT_HARNESS_ERROR, 70, 70},
    {OUR_FAULT, LEVEL_MAY, true, VERDICT_HARNESS_ERROR, 70, 70},
};

Test(verdicts, every_finding_has_its_verdict_and_exit_code)
{
    bool seen[FOUND_COUNT][LEVEL_COUNT][2] = {0};
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        enum verdict v = judged(table[i].found, table[i].level, table[i].expected);
        cr_expect_eq(v, table[i].verdict, "row %zu: %s", i, verdict_name(v));
        cr_expect_eq(exit_code_of(v, false), table[i].exit_code, "row %zu", i);
        cr_expect_eq(exit_code_of(v, true), table[i].strict_code, "row %zu, strict", i);
        cr_expect_not(seen[table[i].found][table[i].level][table[i].expected], "row %zu", i);
        seen[table[i].found][table[i].level][table[i].expected] = true;
    }
    cr_expect_eq(ARRAY_LEN(table), (size_t)FOUND_COUNT * LEVEL_COUNT * 2, "the table is whole");
}

/* Exit 0 and a green verdict go together, and a run that is not whole has neither. */
Test(verdicts, green_and_exit_code_agree_over_all_verdicts)
{
    for (int v = 0; v < VERDICT_COUNT; v++) {
        cr_expect_eq(exit_code_of((enum verdict)v, false) == 0, verdict_is_green((enum verdict)v),
                     "%s", verdict_name((enum verdict)v));
        struct run_result one = {.verdict = (enum verdict)v};
        struct run_record broken_off = {.results = {.items = &one, .count = 1}};
        cr_expect_neq(run_exit_code(&broken_off, false), 0, "%s", verdict_name((enum verdict)v));
    }
}

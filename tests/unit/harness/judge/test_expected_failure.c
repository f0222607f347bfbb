/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence_builder.h"

#include "base/core/str.h"

typedef struct manifest_expected_failure entry;

/* One validate succeeds, one fails: outcome.ok fails, outcome.exit passes. */
static struct bench *failing_bench(void)
{
    struct bench *b = bench_new(MODE_PAT, 2);
    b->evidence.operations[1].answer = ANSWER_ERROR;
    b->evidence.operations[1].error = "401 invalid_client";
    return b;
}

static entry entry_of(entry e)
{
    e.case_id = e.case_id ? e.case_id : "unit/case";
    e.check = e.check ? e.check : "outcome.ok";
    e.reason = e.reason ? e.reason : "known since May";
    e.owner = "the team";
    e.expires = e.expires ? e.expires : "2026-12-31";
    return e;
}

struct case_row {
    const char *what;
    entry e;
    enum verdict ok, exit; /* of outcome.ok, which fails, and outcome.exit, which passes */
    const char *seen;      /* in what outcome.ok saw */
};

Test(expected_failure, what_is_excused_and_what_is_not)
{
    static const struct case_row rows[] = {
        {"listed", {.check = "outcome.ok"}, VERDICT_XFAIL, VERDICT_PASS, "401 invalid_client"},
        {"by glob", {.case_id = "unit/*"}, VERDICT_XFAIL, VERDICT_PASS, "401"},
        {"by a glob of another case", {.case_id = "other/*"}, VERDICT_FAIL, VERDICT_PASS, "401"},
        {"by a glob over all", {.case_id = "**"}, VERDICT_XFAIL, VERDICT_PASS, "401"},
        {"any check", {.check = ""}, VERDICT_XFAIL, VERDICT_PASS, "401"},
        {"another check that passes",
         {.check = "outcome.exit"},
         VERDICT_FAIL,
         VERDICT_XPASS,
         "401"},
        {"a check the case has not", {.check = "wire.count"}, VERDICT_FAIL, VERDICT_PASS, "401"},
        {"for this mode", {.modes = 1u << MODE_PAT}, VERDICT_XFAIL, VERDICT_PASS, "401"},
        {"for another mode", {.modes = 1u << MODE_M2M}, VERDICT_FAIL, VERDICT_PASS, "401"},
        {"signature", {.signature = "invalid_client"}, VERDICT_XFAIL, VERDICT_PASS, "401"},
        {"signature in the excerpt",
         {.signature = "exit status 0"},
         VERDICT_XFAIL,
         VERDICT_PASS,
         "401"},
        {"another signature",
         {.signature = "access_denied"},
         VERDICT_FAIL,
         VERDICT_PASS,
         "(another failure than the one listed: `access_denied' does not occur)"},
        {"its last day", {.expires = "2026-06-15"}, VERDICT_XFAIL, VERDICT_PASS, "401"},
        {"a day too late",
         {.expires = "2026-06-14"},
         VERDICT_FAIL,
         VERDICT_PASS,
         "(the expected failure listed for it ended on 2026-06-14)"},
        {"years too late", {.expires = "2019-12-31"}, VERDICT_FAIL, VERDICT_PASS, "2019-12-31"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct bench *b = failing_bench();
        bench_add_expected_failure(b, entry_of(rows[i].e));
        const struct case_result *r =
            bench_judge(b, "[{check: outcome.ok}, {check: outcome.exit}]");
        cr_expect_eq(r->checks[0].verdict, rows[i].ok, "row `%s': outcome.ok %s", rows[i].what,
                     verdict_name(r->checks[0].verdict));
        cr_expect_eq(r->checks[1].verdict, rows[i].exit, "row `%s': outcome.exit %s", rows[i].what,
                     verdict_name(r->checks[1].verdict));
        cr_expect_not_null(strstr(r->checks[0].seen, rows[i].seen), "row `%s': %s", rows[i].what,
                           r->checks[0].seen);
        cr_expect_eq(r->checks[0].xfail_reason != NULL, rows[i].ok == VERDICT_XFAIL);
        bench_free(b);
    }
}

Test(expected_failure, a_pass_that_was_to_fail_says_so)
{
    struct bench *b = bench_new(MODE_PAT, 2);
    bench_add_expected_failure(b, entry_of((entry){0}));
    const struct case_result *r = bench_judge(b, "[{check: outcome.ok}]");
    cr_expect_eq(r->verdict, VERDICT_XPASS);
    cr_expect_str_eq(r->checks[0].seen,
                     "2 of 2 succeeded, although the manifest expects a failure: known since May");
    cr_expect_str_eq(r->checks[0].fix, "remove the entry from the manifest's expected_failures");
    cr_expect_str_eq(r->checks[0].xfail_reason, "known since May");
    bench_free(b);
}

Test(expected_failure, an_entry_for_any_check_is_strict_over_the_whole_case)
{
    struct bench *b = bench_new(MODE_PAT, 2);
    bench_add_expected_failure(b, entry_of((entry){.check = ""}));
    const struct case_result *r = bench_judge(b, "[{check: outcome.ok}, {check: outcome.exit}]");
    cr_expect_eq(r->verdict, VERDICT_XPASS);
    cr_expect_eq(r->checks[0].verdict, VERDICT_XPASS);
    cr_expect_eq(r->checks[1].verdict, VERDICT_PASS, "one check says it, not all");
    bench_free(b);
}

Test(expected_failure, of_a_check_that_occurs_twice_one_failure_is_enough)
{
    struct bench *b = bench_new(MODE_PAT, 2);
    bench_add_expected_failure(b, entry_of((entry){.check = "wire.count"}));
    const struct case_result *r =
        bench_judge(b, "[{check: wire.count, with: {class: api, max: 9}},"
                       " {check: wire.count, with: {class: api, max: 1}}]");
    cr_expect_eq(r->checks[0].verdict, VERDICT_PASS);
    cr_expect_eq(r->checks[1].verdict, VERDICT_XFAIL);
    cr_expect_eq(r->verdict, VERDICT_XFAIL);
    bench_free(b);
}

Test(expected_failure, a_warning_may_be_listed_too)
{
    struct bench *b = failing_bench();
    bench_add_expected_failure(b, entry_of((entry){0}));
    const struct case_result *r = bench_judge(b, "[{check: outcome.ok, level: should}]");
    cr_expect_eq(r->verdict, VERDICT_XFAIL);
    bench_free(b);
}

Test(expected_failure, what_is_inconclusive_is_neither_excused_nor_an_unexpected_pass)
{
    struct bench *b = bench_new(MODE_PAT, 0);
    bench_add_expected_failure(b, entry_of((entry){.check = "isolation.no_decoy"}));
    const struct case_result *r = bench_judge(b, "[{check: isolation.no_decoy}]");
    cr_expect_eq(r->verdict, VERDICT_INCONCLUSIVE);
    bench_free(b);
}

Test(expected_failure, an_unexcused_failure_beside_an_excused_one_still_fails)
{
    struct bench *b = failing_bench();
    b->evidence.process.code = 1;
    bench_add_expected_failure(b, entry_of((entry){0}));
    const struct case_result *r = bench_judge(b, "[{check: outcome.ok}, {check: outcome.exit}]");
    cr_expect_eq(r->checks[0].verdict, VERDICT_XFAIL);
    cr_expect_eq(r->verdict, VERDICT_FAIL);
    bench_free(b);
}

/* What one entry has to say must not be where the next finds its signature. */
Test(expected_failure, the_note_of_one_entry_is_no_evidence_for_another)
{
    struct bench *b = failing_bench();
    bench_add_expected_failure(b, entry_of((entry){.signature = "access_denied"}));
    bench_add_expected_failure(b, entry_of((entry){.case_id = "**", .signature = "access_denied"}));
    const struct case_result *r = bench_judge(b, "[{check: outcome.ok}]");
    cr_expect_eq(r->verdict, VERDICT_FAIL);
    bench_free(b);
}

Test(expected_failure, of_two_entries_the_one_that_fits_excuses_without_a_note)
{
    for (int order = 0; order < 2; order++) {
        struct bench *b = failing_bench();
        bench_add_expected_failure(
            b, entry_of((entry){.signature = order ? "invalid_client" : "access_denied"}));
        bench_add_expected_failure(
            b, entry_of((entry){.signature = order ? "access_denied" : "invalid_client"}));
        const struct case_result *r = bench_judge(b, "[{check: outcome.ok}]");
        cr_expect_eq(r->verdict, VERDICT_XFAIL);
        cr_expect_null(strstr(r->checks[0].seen, "another failure"));
        bench_free(b);
    }
}

static bool matched(entry e, const struct case_result *r)
{
    struct bench *b = bench_new(MODE_PAT, 0);
    bool ret = true;
    bench_add_expected_failure(b, entry_of(e));
    judge_match_expected_failures(&b->manifest, &r, 1, &ret);
    bench_free(b);
    return ret;
}

Test(expected_failure, entries_that_match_nothing_are_known)
{
    struct check_result check = {.check = "outcome.ok", .verdict = VERDICT_PASS};
    struct case_result r = {.connector = "acme",
                            .case_id = "unit/case",
                            .mode = "pat",
                            .checks = &check,
                            .check_count = 1};
    cr_expect(matched((entry){0}, &r));
    cr_expect(matched((entry){.case_id = "unit/*", .check = ""}, &r));
    cr_expect(matched((entry){.modes = 1u << MODE_PAT}, &r));
    cr_expect_not(matched((entry){.modes = 1u << MODE_M2M}, &r));
    cr_expect_not(matched((entry){.case_id = "unit/other"}, &r));
    cr_expect_not(matched((entry){.check = "wire.count"}, &r));
    r.connector = "another";
    cr_expect_not(matched((entry){0}, &r), "a result of another connector");
}

Test(expected_failure, what_could_not_be_judged_is_not_held_against_an_entry)
{
    struct case_result r = {.connector = "acme", .case_id = "unit/case", .mode = "pat"};
    r.verdict = VERDICT_COULD_NOT_RUN;
    cr_expect(matched((entry){0}, &r));
    r.verdict = VERDICT_HARNESS_ERROR;
    cr_expect(matched((entry){0}, &r));
    r.verdict = VERDICT_NOT_APPLICABLE;
    cr_expect_not(matched((entry){0}, &r));
}

Test(expected_failure, no_entries_and_no_results_are_fine)
{
    struct bench *b = bench_new(MODE_PAT, 0);
    bool one = true;
    judge_match_expected_failures(&b->manifest, NULL, 0, NULL);
    bench_add_expected_failure(b, entry_of((entry){0}));
    judge_match_expected_failures(&b->manifest, NULL, 0, &one);
    cr_expect_not(one);
    bench_free(b);
}

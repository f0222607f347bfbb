/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/report/compare.h"
#include "harness/report/merge.h"

#include "sample_run.h"

#include "base/core/str.h"

#include <criterion/criterion.h>

/* Three shards: a probe that all of them ran, and a case each. */
struct shards {
    struct arena *arena;
    struct run_record *runs[3];
    struct merge_input inputs[3];
    struct str_list problems;
};

static const char *const cases[] = {"connect/pat", "errors/wrong-secret", "secrets/dump"};

static void shard_fill(struct shards *s, size_t i, const char *plan_digest)
{
    struct run_record *run = sample_run_green(s->arena);
    run->results = (struct run_results){0};
    run->part = (struct run_part){
        .plan_digest = plan_digest, .plan_jobs = 4, .index = (int64_t)i + 1, .total = 3};
    run->duration_ms = 1000 * (int64_t)(i + 1);
    run->seed = "7";
    result_add(
        s->arena, run,
        (struct run_result){
            .connector = "acme", .mode = "pat", .case_id = "probe/nonce", .verdict = VERDICT_PASS});
    struct run_result *r = result_add(
        s->arena, run,
        (struct run_result){
            .connector = "acme", .mode = "pat", .case_id = cases[i], .verdict = VERDICT_PASS});
    check_add(s->arena, r, (struct check_result){.check = "outcome.ok", .verdict = VERDICT_PASS});
    s->runs[i] = run;
    s->inputs[i] = (struct merge_input){arena_printf(s->arena, "s%zu", i + 1), run};
}

static struct shards shards_new(void)
{
    struct shards s = {.arena = arena_new()};
    const struct run_job_name jobs[] = {{"acme", "pat", "probe/nonce"},
                                        {"acme", "pat", cases[0]},
                                        {"acme", "pat", cases[1]},
                                        {"acme", "pat", cases[2]}};
    const char *digest = run_plan_digest(s.arena, jobs, ARRAY_LEN(jobs));
    for (size_t i = 0; i < ARRAY_LEN(s.runs); i++) {
        shard_fill(&s, i, digest);
    }
    return s;
}

static struct run_record *merged(struct shards *s)
{
    return runs_merge(s->arena, s->inputs, ARRAY_LEN(s->inputs), &s->problems);
}

static void expect_refused(struct shards *s, const char *says)
{
    cr_expect_null(merged(s), "%s", says);
    cr_assert_gt(s->problems.count, 0, "%s", says);
    cr_expect(str_find(str_of(s->problems.items[0]), str_of(says), 0) >= 0, "%s instead of %s",
              s->problems.items[0], says);
    arena_free(s->arena);
}

Test(merge, all_shards_are_the_whole_and_probes_count_once)
{
    struct shards s = shards_new();
    struct run_record *whole = merged(&s);
    cr_assert_not_null(whole, "%s", s.problems.count ? s.problems.items[0] : "");
    cr_expect_eq(whole->results.count, 4);
    cr_expect_str_eq(whole->results.items[0].case_id, "probe/nonce");
    cr_expect_eq(whole->exit_code, 0);
    cr_expect_eq(whole->duration_ms, 3000);
    cr_expect_eq(whole->part.total, 0);
    cr_expect_str_eq(whole->seed, "7");
    arena_free(s.arena);
}

Test(merge, of_a_probe_the_worst_verdict_counts)
{
    struct shards s = shards_new();
    s.runs[1]->results.items[0].verdict = VERDICT_FAIL;
    struct run_record *whole = merged(&s);
    cr_assert_not_null(whole);
    cr_expect_eq(whole->results.items[0].verdict, VERDICT_FAIL);
    cr_expect_eq(whole->exit_code, 1);
    arena_free(s.arena);
}

Test(merge, an_entry_is_a_problem_when_no_shard_has_an_answer_to_it)
{
    struct shards s = shards_new();
    for (size_t i = 0; i < ARRAY_LEN(s.runs); i++) {
        *VEC_PUSH(s.arena, &s.runs[i]->unmatched) = "nobody answers";
    }
    *VEC_PUSH(s.arena, &s.runs[0]->unmatched) = "another shard answers";
    struct run_record *whole = merged(&s);
    cr_assert_not_null(whole);
    cr_assert_eq(whole->problems.count, 1);
    cr_expect_str_eq(whole->problems.items[0], "nobody answers");
    cr_expect_eq(whole->exit_code, 2);
    arena_free(s.arena);
}

Test(merge, a_problem_of_one_shard_is_one_of_the_whole)
{
    struct shards s = shards_new();
    *VEC_PUSH(s.arena, &s.runs[2]->problems) = "stopped";
    struct run_record *whole = merged(&s);
    cr_assert_not_null(whole);
    cr_expect_eq(whole->exit_code, 2);
    arena_free(s.arena);
}

Test(merge, what_is_not_the_whole_is_refused_by_name)
{
    struct shards s = shards_new();
    s.inputs[2] = s.inputs[1];
    expect_refused(&s, "shard 2 of 3 is there twice: s2 and s2");
    s = shards_new();
    s.runs[1]->suite_digest = "0000";
    expect_refused(&s, "s2 does not belong to s1: its suite is another one");
    s = shards_new();
    s.runs[1]->part.plan_digest = "0000";
    expect_refused(&s, "s2 does not belong to s1: its plan is another one");
    s = shards_new();
    s.runs[2]->gate.strict = true;
    expect_refused(&s, "s3 does not belong to s1: it was judged by other options");
    s = shards_new();
    s.runs[2]->gate.baseline_digest = "11";
    expect_refused(&s, "s3 does not belong to s1: it was judged by other options");
    s = shards_new();
    s.runs[2]->world.isolation = "sealed";
    expect_refused(&s, "s3 does not belong to s1: it was run in another way");
    s = shards_new();
    s.runs[2]->connectors.items[0].manifest_digest = "11";
    expect_refused(&s, "s3 does not belong to s1: its connectors");
    s = shards_new();
    s.runs[2]->complete = false;
    expect_refused(&s, "s3 (shard 3 of 3) broke off");
    s = shards_new();
    s.runs[2]->part.total = s.runs[2]->part.index = 0;
    expect_refused(&s, "s3 is no shard");
    s = shards_new();
    s.runs[2]->results.count = 1;
    expect_refused(&s, "together the shards ran 3 of the plan's 4 case runs");
    s = shards_new();
    s.runs[2]->results.items[1].case_id = cases[0];
    expect_refused(&s, "acme pat connect/pat was run by two shards");
}

Test(compare, what_is_not_judged_any_more_is_gone)
{
    struct shards s = shards_new();
    struct changes gone;
    run_compare_gone(s.arena, s.runs[0], s.runs[0], &gone);
    cr_expect_eq(gone.count, 0);
    run_compare_gone(s.arena, s.runs[0], s.runs[1], &gone);
    cr_assert_eq(gone.count, 1);
    cr_expect_str_eq(gone.items[0].case_id, "connect/pat");
    s.runs[2]->results.items[1].case_id = "connect/pat";
    s.runs[2]->results.items[1].check_count = 0;
    check_add(s.arena, &s.runs[2]->results.items[1],
              (struct check_result){.check = "wire.count", .verdict = VERDICT_PASS});
    run_compare_gone(s.arena, s.runs[0], s.runs[2], &gone);
    cr_assert_eq(gone.count, 1);
    cr_expect_str_eq(gone.items[0].check, "outcome.ok");
    arena_free(s.arena);
}

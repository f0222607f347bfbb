/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/plan/plan.h"

#include "worlds.h"

#include <criterion/criterion.h>

Test(shard, words_are_read)
{
    struct plan_shard shard = {0};
    struct err err = {0};
    cr_assert_eq(plan_shard_parse(STR("2/5"), &shard, &err), 0);
    cr_expect_eq(shard.index, 2);
    cr_expect_eq(shard.total, 5);
    cr_assert_eq(plan_shard_parse(STR("1/1"), &shard, &err), 0);
    cr_assert_eq(plan_shard_parse(STR("1000/1000"), &shard, &err), 0);
}

Test(shard, wrong_words_are_usage_errors)
{
    static const char *const wrong[] = {"",      "1",   "0/5",  "6/5",    "1/0",  "/5",  "1/",
                                        "1/5/2", "a/b", "-1/5", "1/1001", " 1/5", "1 /5"};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct plan_shard shard = {7, 7};
        struct err err = {0};
        cr_expect_eq(plan_shard_parse(str_of(wrong[i]), &shard, &err), -1, "`%s'", wrong[i]);
        cr_expect_eq(err.code, ERR_USAGE);
        cr_expect_eq(shard.index, 7);
    }
}

static size_t index_of(const struct plan *all, const struct plan_job *job)
{
    for (size_t i = 0; i < all->count; i++) {
        const struct plan_job *other = &all->items[i];
        if (other->manifest == job->manifest && other->mode == job->mode &&
            other->spec == job->spec) {
            return i;
        }
    }
    cr_expect_fail("a plan does not have a job that it should have");
    return all->count;
}

static bool has_case_like(const struct plan *part, const struct plan_job *probe)
{
    for (size_t i = 0; i < part->count; i++) {
        const struct plan_job *job = &part->items[i];
        if (!job->spec->is_probe && job->manifest == probe->manifest && job->mode == probe->mode) {
            return true;
        }
    }
    return false;
}

/* Cases are in one shard each; a probe is wherever there is a case of its connector and mode. */
static void expect_shards(struct worlds *w, const struct plan *all, int64_t total)
{
    struct plan_request request = worlds_request(w);
    struct err err = {0};
    size_t *seen = ARENA_ARRAY(w->arena, size_t, all->count);
    for (int64_t i = 1; i <= total; i++) {
        struct plan part = {0};
        request.shard = (struct plan_shard){i, total};
        cr_assert_eq(plan_make(w->arena, &request, &part, &err), 0);
        cr_expect_eq(part.selected, all->count);
        cr_assert_eq(part.whole.count, all->count);
        for (size_t j = 0; j < part.count; j++) {
            size_t at = index_of(all, &part.items[j]);
            seen[at]++;
            cr_expect(j == 0 || index_of(all, &part.items[j - 1]) < at);
            cr_expect(!part.items[j].spec->is_probe || !has_case_like(all, &part.items[j]) ||
                          has_case_like(&part, &part.items[j]),
                      "a probe without a case of its mode");
        }
        for (size_t j = 0; j < all->count; j++) {
            bool wanted = all->items[j].spec->is_probe && has_case_like(&part, &all->items[j]);
            cr_expect(!wanted || index_of(&part, &all->items[j]) < part.count);
        }
    }
    for (size_t j = 0; j < all->count; j++) {
        cr_expect(all->items[j].spec->is_probe ? seen[j] >= 1 : seen[j] == 1,
                  "%s is in %zu of %d shards", all->items[j].spec->id, seen[j], (int)total);
    }
}

Test(shard, shards_part_the_cases_exactly_and_have_the_probes_they_need)
{
    struct worlds *w = worlds_new();
    struct plan all = {0};
    struct err err = {0};
    struct plan_request request = worlds_request(w);
    cr_assert_eq(plan_make(w->arena, &request, &all, &err), 0);
    for (int64_t total = 1; total <= 40; total++) {
        expect_shards(w, &all, total);
    }
    worlds_free(w);
}

Test(shard, jobs_are_spread)
{
    struct worlds *w = worlds_new();
    struct plan_request request = worlds_request(w);
    struct err err = {0};
    for (int64_t i = 1; i <= 2; i++) {
        struct plan part = {0};
        request.shard = (struct plan_shard){i, 2};
        cr_assert_eq(plan_make(w->arena, &request, &part, &err), 0);
        cr_expect(part.count * 4 > part.selected, "shard %d has %zu of %zu", (int)i, part.count,
                  part.selected);
    }
    worlds_free(w);
}

static const struct plan_job *first_case(const struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        if (!plan->items[i].spec->is_probe) {
            return &plan->items[i];
        }
    }
    cr_assert_fail("no case in the shard");
    return NULL;
}

Test(shard, a_job_stays_in_its_shard_when_others_go)
{
    struct worlds *w = worlds_new();
    struct plan_request request = worlds_request(w);
    struct plan part = {0}, alone = {0};
    struct err err = {0};
    request.shard = (struct plan_shard){1, 3};
    cr_assert_eq(plan_make(w->arena, &request, &part, &err), 0);
    const struct plan_job *job = first_case(&part);
    *VEC_PUSH(w->arena, &request.globs) = job->spec->id;
    cr_assert_eq(plan_make(w->arena, &request, &alone, &err), 0);
    cr_expect_eq(first_case(&alone)->manifest, job->manifest);
    cr_expect_eq(first_case(&alone)->spec, job->spec);
    worlds_free(w);
}

Test(shard, cases_are_chosen_by_name_and_bring_their_probes)
{
    struct worlds *w = worlds_new();
    struct plan_request request = worlds_request(w);
    struct plan all = {0}, some = {0};
    struct plan_names names = {0};
    struct err err = {0};
    cr_assert_eq(plan_make(w->arena, &request, &all, &err), 0);
    const struct plan_job *job = first_case(&all);
    *VEC_PUSH(w->arena, &names) =
        (struct plan_name){job->manifest->name, mode_name(job->mode), job->spec->id};
    request.only = &names;
    cr_assert_eq(plan_make(w->arena, &request, &some, &err), 0);
    size_t cases = 0;
    for (size_t i = 0; i < some.count; i++) {
        cases += !some.items[i].spec->is_probe;
        cr_expect_eq(some.items[i].manifest, job->manifest);
        cr_expect_eq(some.items[i].mode, job->mode);
    }
    cr_expect_eq(cases, 1);
    cr_expect_gt(some.count, 1, "the probes of its mode are missing");
    names.items[0].case_id = "no/such";
    cr_expect_eq(plan_make(w->arena, &request, &some, &err), -1);
    cr_expect_eq(err.code, ERR_USAGE);
    worlds_free(w);
}

struct fake_environment {
    const char *pairs[8]; /* name, value, name, value */
};

static const char *fake_get(void *ctx, const char *name)
{
    const struct fake_environment *e = ctx;
    for (size_t i = 0; i + 1 < ARRAY_LEN(e->pairs) && e->pairs[i]; i += 2) {
        if (str_eq_z(str_of(e->pairs[i]), name)) {
            return e->pairs[i + 1];
        }
    }
    return NULL;
}

static const struct environment_case {
    struct fake_environment environment;
    int64_t index, total;
    const char *source; /* NULL: an error */
} environment_cases[] = {
    {{{NULL}}, 0, 0, ""},
    {{{"TEST_SHARD_INDEX", "0", "TEST_TOTAL_SHARDS", "5"}}, 1, 5, "TEST_SHARD_INDEX=0, base 0"},
    {{{"GTEST_SHARD_INDEX", "4", "GTEST_TOTAL_SHARDS", "5"}}, 5, 5, "GTEST_SHARD_INDEX=4, base 0"},
    {{{"CI_NODE_INDEX", "2", "CI_NODE_TOTAL", "5"}}, 2, 5, "CI_NODE_INDEX=2, base 1"},
    {{{"CI_NODE_INDEX", "5", "CI_NODE_TOTAL", "5"}}, 5, 5, "CI_NODE_INDEX=5, base 1"},
    {{{"CIRCLE_NODE_INDEX", "1", "CIRCLE_NODE_TOTAL", "2"}}, 2, 2, "CIRCLE_NODE_INDEX=1, base 0"},
    {{{"BUILDKITE_PARALLEL_JOB", "0", "BUILDKITE_PARALLEL_JOB_COUNT", "1"}},
     1,
     1,
     "BUILDKITE_PARALLEL_JOB=0, base 0"},
    {{{"SYSTEM_JOBPOSITIONINPHASE", "1", "SYSTEM_TOTALJOBSINPHASE", "3"}},
     1,
     3,
     "SYSTEM_JOBPOSITIONINPHASE=1, base 1"},
    /* two that agree */
    {{{"TEST_SHARD_INDEX", "1", "TEST_TOTAL_SHARDS", "5", "CI_NODE_INDEX", "2", "CI_NODE_TOTAL",
       "5"}},
     2,
     5,
     "TEST_SHARD_INDEX=1, base 0"},
    /* one that is empty counts as unset */
    {{{"CI_NODE_INDEX", "", "CI_NODE_TOTAL", ""}}, 0, 0, ""},
    /* two that do not agree; halves; out of range; not numbers */
    {{{"TEST_SHARD_INDEX", "2", "TEST_TOTAL_SHARDS", "5", "CI_NODE_INDEX", "2", "CI_NODE_TOTAL",
       "5"}},
     0,
     0,
     NULL},
    {{{"JOB_COMPLETION_INDEX", "1"}}, 0, 0, NULL},
    {{{"CI_NODE_INDEX", "1"}}, 0, 0, NULL},
    {{{"CI_NODE_TOTAL", "3"}}, 0, 0, NULL},
    {{{"CI_NODE_INDEX", "0", "CI_NODE_TOTAL", "5"}}, 0, 0, NULL},
    {{{"CI_NODE_INDEX", "6", "CI_NODE_TOTAL", "5"}}, 0, 0, NULL},
    {{{"TEST_SHARD_INDEX", "5", "TEST_TOTAL_SHARDS", "5"}}, 0, 0, NULL},
    {{{"TEST_SHARD_INDEX", "x", "TEST_TOTAL_SHARDS", "5"}}, 0, 0, NULL},
    {{{"TEST_SHARD_INDEX", "0", "TEST_TOTAL_SHARDS", "0"}}, 0, 0, NULL},
};

Test(shard, environments_are_read_with_their_own_base_and_never_guessed)
{
    for (size_t i = 0; i < ARRAY_LEN(environment_cases); i++) {
        const struct environment_case *c = &environment_cases[i];
        AUTO_ARENA struct arena *a = arena_new();
        struct fake_environment fake = c->environment;
        struct plan_environment environment = {fake_get, &fake};
        struct plan_shard shard = {7, 7};
        const char *source = NULL;
        struct err err = {0};
        int rc = plan_shard_of_environment(a, &environment, &shard, &source, &err);
        cr_expect_eq(rc, c->source ? 0 : -1, "row %zu", i);
        if (rc < 0) {
            cr_expect_eq(err.code, ERR_USAGE, "row %zu", i);
            cr_expect_eq(shard.index, 7, "row %zu", i);
            continue;
        }
        cr_expect_eq(shard.index, c->index, "row %zu: %lld", i, (long long)shard.index);
        cr_expect_eq(shard.total, c->total, "row %zu", i);
        cr_expect_str_eq(source, c->source, "row %zu", i);
    }
}

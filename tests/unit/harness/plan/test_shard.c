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
    cr_assert_fail("a shard has a job that the whole has not");
    return 0;
}

Test(shard, shards_part_the_plan_exactly_and_keep_its_order)
{
    struct worlds *w = worlds_new();
    struct plan all = {0};
    struct err err = {0};
    struct plan_request request = worlds_request(w);
    cr_assert_eq(plan_make(w->arena, &request, &all, &err), 0);
    for (int64_t total = 1; total <= 40; total++) {
        size_t sum = 0;
        bool *seen = ARENA_ARRAY(w->arena, bool, all.count);
        for (int64_t i = 1; i <= total; i++) {
            struct plan part = {0};
            request.shard = (struct plan_shard){i, total};
            cr_assert_eq(plan_make(w->arena, &request, &part, &err), 0);
            cr_expect_eq(part.selected, all.count);
            sum += part.count;
            for (size_t j = 0; j < part.count; j++) {
                size_t at = index_of(&all, &part.items[j]);
                cr_expect_not(seen[at], "a job is in two shards");
                cr_expect(j == 0 || index_of(&all, &part.items[j - 1]) < at);
                seen[at] = true;
            }
        }
        cr_expect_eq(sum, all.count);
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

Test(shard, a_job_stays_in_its_shard_when_others_go)
{
    struct worlds *w = worlds_new();
    struct plan_request request = worlds_request(w);
    struct plan part = {0}, alone = {0};
    struct err err = {0};
    request.shard = (struct plan_shard){1, 3};
    cr_assert_eq(plan_make(w->arena, &request, &part, &err), 0);
    cr_assert(part.count > 0);
    *VEC_PUSH(w->arena, &request.globs) = part.items[0].spec->id;
    cr_assert_eq(plan_make(w->arena, &request, &alone, &err), 0);
    cr_expect_eq(alone.items[0].manifest, part.items[0].manifest);
    cr_expect_eq(alone.items[0].spec, part.items[0].spec);
    worlds_free(w);
}

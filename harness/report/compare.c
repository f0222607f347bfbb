/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/report/compare.h"

#include "base/core/map.h"
#include "base/core/str.h"

/* "connector\nmode\ncase": what a result is of. */
static const char *key_of(struct arena *a, const struct run_result *r)
{
    return arena_printf(a, "%s\n%s\n%s", r->connector, r->mode, r->case_id);
}

static size_t nth_of_its_name(const struct run_result *r, size_t at)
{
    size_t n = 0;
    for (size_t i = 0; i < at; i++) {
        n += str_eq_z(str_of(r->checks[i].check), r->checks[at].check);
    }
    return n;
}

static const struct check_result *check_like(const struct run_result *r, const char *name,
                                             size_t nth)
{
    for (size_t i = 0; i < r->check_count; i++) {
        if (str_eq_z(str_of(r->checks[i].check), name) && nth-- == 0) {
            return &r->checks[i];
        }
    }
    return NULL;
}

/* A pair of verdicts; what does not apply was not judged. */
static void note(struct arena *a, struct changes *ret, const struct change *c, bool has_before)
{
    bool was_judged = has_before && c->before != VERDICT_NOT_APPLICABLE;
    bool green = verdict_is_green(c->now), was_green = verdict_is_green(c->before);
    struct change change = *c;
    if (c->now == VERDICT_NOT_APPLICABLE || (green && (!was_judged || was_green))) {
        return;
    }
    change.kind = !was_judged ? CHANGE_NEW
                  : green     ? CHANGE_FIXED
                  : was_green ? CHANGE_BROKEN
                              : CHANGE_STILL;
    change.before = was_judged ? c->before : VERDICT_PASS;
    *VEC_PUSH(a, ret) = change;
}

static void compare_results(struct arena *a, const struct run_result *before,
                            const struct run_result *now, struct changes *ret)
{
    struct change c = {.connector = now->connector, .mode = now->mode, .case_id = now->case_id};
    if (now->check_count == 0 || (before && before->check_count == 0)) {
        /* One of the two was not judged by checks: the cases as wholes are compared. */
        c.check = "";
        c.now = now->verdict;
        c.before = before ? before->verdict : VERDICT_PASS;
        note(a, ret, &c, before != NULL);
        return;
    }
    for (size_t i = 0; i < now->check_count; i++) {
        c.check = now->checks[i].check;
        c.now = now->checks[i].verdict;
        const struct check_result *was =
            before ? check_like(before, c.check, nth_of_its_name(now, i)) : NULL;
        c.before = was ? was->verdict : VERDICT_PASS;
        note(a, ret, &c, was != NULL);
    }
}

void run_compare(struct arena *a, const struct run_record *before, const struct run_record *now,
                 struct changes *ret)
{
    AUTO_MAP struct map known = {0};
    *ret = (struct changes){0};
    VEC_FOREACH(struct run_result, r, &before->results) {
        map_put(&known, str_of(key_of(a, r)), r);
    }
    VEC_FOREACH(const struct run_result, r, &now->results) {
        compare_results(a, map_get(&known, str_of(key_of(a, r))), r, ret);
    }
}

static bool is_judged(enum verdict v)
{
    return v != VERDICT_NOT_APPLICABLE;
}

static void gone_of(struct arena *a, const struct run_result *before, const struct run_result *now,
                    struct changes *ret)
{
    struct change c = {
        .connector = before->connector, .mode = before->mode, .case_id = before->case_id};
    if (!now || before->check_count == 0) {
        c.check = "";
        c.before = before->verdict;
        if (is_judged(before->verdict) && (!now || !is_judged(now->verdict))) {
            *VEC_PUSH(a, ret) = c;
        }
        return;
    }
    for (size_t i = 0; i < before->check_count && now->check_count > 0; i++) {
        const struct check_result *is =
            check_like(now, before->checks[i].check, nth_of_its_name(before, i));
        c.check = before->checks[i].check;
        c.before = before->checks[i].verdict;
        if (is_judged(c.before) && (!is || !is_judged(is->verdict))) {
            *VEC_PUSH(a, ret) = c;
        }
    }
}

void run_compare_gone(struct arena *a, const struct run_record *before,
                      const struct run_record *now, struct changes *ret)
{
    AUTO_MAP struct map known = {0};
    *ret = (struct changes){0};
    VEC_FOREACH(struct run_result, r, &now->results) {
        map_put(&known, str_of(key_of(a, r)), r);
    }
    VEC_FOREACH(const struct run_result, r, &before->results) {
        gone_of(a, r, map_get(&known, str_of(key_of(a, r))), ret);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/report/compare.h"

#include "sample_run.h"

#include "base/core/str.h"

#include <criterion/criterion.h>

enum { NONE = -1, WHOLE = -2 }; /* no such result; a result without checks */

struct row {
    int before, now;             /* verdict of the only check, NONE, or WHOLE */
    int whole_before, whole_now; /* verdict of the result where it is WHOLE */
    int kind;                    /* or NONE */
};

static struct run_record *run_of(struct arena *a, int verdict, int whole)
{
    struct run_record *run = ARENA_NEW(a, struct run_record);
    if (verdict == NONE) {
        return run;
    }
    struct run_result *r = result_add(
        a, run, (struct run_result){.connector = "acme", .mode = "pat", .case_id = "c/d"});
    r->verdict = (enum verdict)(verdict == WHOLE ? whole : verdict);
    if (verdict != WHOLE) {
        check_add(a, r, (struct check_result){.check = "x.y", .verdict = (enum verdict)verdict});
    }
    return run;
}

Test(compare, one_check_in_two_runs)
{
    static const struct row rows[] = {
        {VERDICT_PASS, VERDICT_PASS, 0, 0, NONE},
        {VERDICT_PASS, VERDICT_WARN, 0, 0, NONE},
        {VERDICT_WARN, VERDICT_PASS, 0, 0, NONE},
        {VERDICT_FAIL, VERDICT_PASS, 0, 0, CHANGE_FIXED},
        {VERDICT_FAIL, VERDICT_WARN, 0, 0, CHANGE_FIXED},
        {VERDICT_FAIL, VERDICT_XFAIL, 0, 0, CHANGE_FIXED},
        {VERDICT_INCONCLUSIVE, VERDICT_PASS, 0, 0, CHANGE_FIXED},
        {VERDICT_XPASS, VERDICT_PASS, 0, 0, CHANGE_FIXED},
        {VERDICT_PASS, VERDICT_FAIL, 0, 0, CHANGE_BROKEN},
        {VERDICT_XFAIL, VERDICT_XPASS, 0, 0, CHANGE_BROKEN},
        {VERDICT_PASS, VERDICT_INCONCLUSIVE, 0, 0, CHANGE_BROKEN},
        {VERDICT_FAIL, VERDICT_FAIL, 0, 0, CHANGE_STILL},
        {VERDICT_FAIL, VERDICT_INCONCLUSIVE, 0, 0, CHANGE_STILL},
        {NONE, VERDICT_FAIL, 0, 0, CHANGE_NEW},
        {NONE, VERDICT_PASS, 0, 0, NONE},
        {VERDICT_FAIL, NONE, 0, 0, NONE},
        /* What does not apply is neither a fix nor a break. */
        {VERDICT_NOT_APPLICABLE, VERDICT_FAIL, 0, 0, CHANGE_NEW},
        {VERDICT_FAIL, VERDICT_NOT_APPLICABLE, 0, 0, NONE},
        {VERDICT_NOT_APPLICABLE, VERDICT_PASS, 0, 0, NONE},
        /* The case as a whole. */
        {WHOLE, VERDICT_PASS, VERDICT_COULD_NOT_RUN, 0, CHANGE_FIXED},
        {WHOLE, VERDICT_FAIL, VERDICT_COULD_NOT_RUN, 0, CHANGE_STILL},
        {VERDICT_PASS, WHOLE, 0, VERDICT_COULD_NOT_RUN, CHANGE_BROKEN},
        {VERDICT_FAIL, WHOLE, 0, VERDICT_HARNESS_ERROR, CHANGE_STILL},
        {WHOLE, WHOLE, VERDICT_COULD_NOT_RUN, VERDICT_COULD_NOT_RUN, CHANGE_STILL},
        {WHOLE, VERDICT_FAIL, VERDICT_NOT_APPLICABLE, 0, CHANGE_NEW},
        {VERDICT_FAIL, WHOLE, 0, VERDICT_NOT_APPLICABLE, NONE},
        {NONE, WHOLE, 0, VERDICT_COULD_NOT_RUN, CHANGE_NEW},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO_ARENA struct arena *a = arena_new();
        struct changes changes;
        run_compare(a, run_of(a, rows[i].before, rows[i].whole_before),
                    run_of(a, rows[i].now, rows[i].whole_now), &changes);
        cr_expect_eq(changes.count, rows[i].kind == NONE ? 0 : 1, "row %zu: %zu changes", i,
                     changes.count);
        if (changes.count == 1) {
            cr_expect_eq((int)changes.items[0].kind, rows[i].kind, "row %zu: kind %d", i,
                         (int)changes.items[0].kind);
            bool whole = rows[i].before == WHOLE || rows[i].now == WHOLE;
            cr_expect_str_eq(changes.items[0].check, whole ? "" : "x.y", "row %zu", i);
        }
    }
}

Test(compare, equal_names_are_told_apart_by_their_place)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct run_record *before = run_of(a, VERDICT_PASS, 0), *now = run_of(a, VERDICT_PASS, 0);
    check_add(a, &before->results.items[0],
              (struct check_result){.check = "x.y", .verdict = VERDICT_FAIL});
    check_add(a, &now->results.items[0],
              (struct check_result){.check = "x.y", .verdict = VERDICT_PASS});
    struct changes changes;
    run_compare(a, before, now, &changes);
    cr_assert_eq(changes.count, 1);
    cr_expect_eq(changes.items[0].kind, CHANGE_FIXED);
}

Test(compare, other_modes_connectors_and_cases_are_others)
{
    static const struct {
        const char *connector, *mode, *case_id;
    } rows[] = {{"other", "pat", "c/d"}, {"acme", "m2m", "c/d"}, {"acme", "pat", "c/e"}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO_ARENA struct arena *a = arena_new();
        struct run_record *before = run_of(a, VERDICT_PASS, 0), *now = run_of(a, VERDICT_FAIL, 0);
        before->results.items[0].connector = rows[i].connector;
        before->results.items[0].mode = rows[i].mode;
        before->results.items[0].case_id = rows[i].case_id;
        struct changes changes;
        run_compare(a, before, now, &changes);
        cr_assert_eq(changes.count, 1);
        cr_expect_eq(changes.items[0].kind, CHANGE_NEW, "row %zu", i);
    }
}

Test(compare, changes_come_in_the_order_of_the_run)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct changes changes;
    run_compare(a, sample_run_previous(a), sample_run_new(a), &changes);
    cr_assert_eq(changes.count, 8);
    cr_expect_str_eq(changes.items[0].case_id, "probe/nonce");
    cr_expect_eq(changes.items[0].before, VERDICT_FAIL);
    cr_expect_eq(changes.items[0].now, VERDICT_PASS);
    cr_expect_str_eq(changes.items[7].connector, "acme-cli");
}

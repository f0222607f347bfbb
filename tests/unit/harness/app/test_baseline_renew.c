/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/app/baseline_renew.h"

#include "base/core/str.h"

#include <criterion/criterion.h>

static const struct baseline_words words = {"why", "who", "2099-01-01"};

struct fixture {
    struct arena *arena;
    struct run_record run;
    struct baseline old, now;
    struct baseline_changes changes;
};

static void add_result(struct fixture *f, const char *mode, const char *case_id,
                       enum verdict verdict, const char *seen)
{
    struct check_result *c = ARENA_NEW(f->arena, struct check_result);
    *c = (struct check_result){.check = "token.cached", .verdict = verdict, .seen = seen};
    *VEC_PUSH(f->arena, &f->run.results) = (struct run_result){.connector = "acme",
                                                               .mode = mode,
                                                               .case_id = case_id,
                                                               .verdict = verdict,
                                                               .checks = c,
                                                               .check_count = 1};
}

static void add_entry(struct fixture *f, const char *case_id, unsigned modes, const char *signature)
{
    *VEC_PUSH(f->arena, &f->old) = (struct baseline_entry){.connector = "acme",
                                                           .failure = {.case_id = case_id,
                                                                       .check = "token.cached",
                                                                       .modes = modes,
                                                                       .reason = "old reason",
                                                                       .owner = "old owner",
                                                                       .expires = "2098-01-01",
                                                                       .signature = signature}};
}

static void renew(struct fixture *f)
{
    f->changes = (struct baseline_changes){0};
    baseline_renew(f->arena, &f->old, &f->run, &words, &f->now, &f->changes);
}

Test(baseline_renew, what_fails_gets_an_entry_and_modes_that_fail_alike_share_it)
{
    struct fixture f = {.arena = arena_new()};
    add_result(&f, "pat", "a/b", VERDICT_PASS, "fine");
    add_result(&f, "m2m", "a/b", VERDICT_FAIL, "5 token requests for 3 operations");
    add_result(&f, "u2m", "a/b", VERDICT_FAIL, "7 token requests for 4 operations");
    renew(&f);
    cr_assert_eq(f.now.count, 1);
    const struct manifest_expected_failure *e = &f.now.items[0].failure;
    cr_expect_eq(e->modes, 1u << MODE_M2M | 1u << MODE_U2M);
    cr_expect_str_eq(e->signature, "token requests for");
    cr_expect_str_eq(e->reason, "why");
    cr_expect_eq(f.changes.items[0].sign, '+');
    arena_free(f.arena);
}

Test(baseline_renew, an_entry_for_all_modes_that_were_judged_names_none)
{
    struct fixture f = {.arena = arena_new()};
    add_result(&f, "pat", "a/b", VERDICT_FAIL, "something was seen");
    add_result(&f, "m2m", "a/b", VERDICT_FAIL, "something was seen");
    renew(&f);
    cr_assert_eq(f.now.count, 1);
    cr_expect_eq(f.now.items[0].failure.modes, 0);
    arena_free(f.arena);
}

Test(baseline_renew, entries_that_match_keep_their_words)
{
    struct fixture f = {.arena = arena_new()};
    add_entry(&f, "a/*", 0, "token requests");
    add_result(&f, "m2m", "a/b", VERDICT_XFAIL, "5 token requests");
    renew(&f);
    cr_assert_eq(f.now.count, 1);
    cr_expect_str_eq(f.now.items[0].failure.reason, "old reason");
    cr_expect_str_eq(f.now.items[0].failure.case_id, "a/*");
    cr_expect_eq(f.changes.items[0].sign, '=');
    arena_free(f.arena);
}

Test(baseline_renew, paid_debts_go_unless_the_run_did_not_look_there)
{
    struct fixture f = {.arena = arena_new()};
    add_entry(&f, "a/b", 0, NULL);
    add_entry(&f, "c/d", 0, NULL);
    add_result(&f, "m2m", "a/b", VERDICT_XPASS, "fine");
    renew(&f);
    cr_assert_eq(f.now.count, 1);
    cr_expect_str_eq(f.now.items[0].failure.case_id, "c/d");
    cr_expect_eq(f.changes.items[0].sign, '-');
    cr_expect_eq(f.changes.items[1].sign, '=');
    arena_free(f.arena);
}

Test(baseline_renew, an_entry_shrinks_to_the_modes_that_still_fail)
{
    struct fixture f = {.arena = arena_new()};
    add_entry(&f, "a/b", 0, NULL);
    add_result(&f, "pat", "a/b", VERDICT_XPASS, "fine");
    add_result(&f, "m2m", "a/b", VERDICT_XFAIL, "not fine");
    renew(&f);
    cr_assert_eq(f.now.count, 1);
    cr_expect_eq(f.now.items[0].failure.modes, 1u << MODE_M2M);
    cr_expect_eq(f.changes.items[0].sign, '~');
    arena_free(f.arena);
}

Test(baseline_renew, another_signature_is_another_entry)
{
    struct fixture f = {.arena = arena_new()};
    add_entry(&f, "a/b", 0, "one thing");
    add_result(&f, "m2m", "a/b", VERDICT_FAIL, "quite another thing");
    renew(&f);
    cr_assert_eq(f.now.count, 1);
    cr_expect_str_eq(f.now.items[0].failure.signature, "quite another thing");
    arena_free(f.arena);
}

Test(baseline_renew, a_warning_is_listed_only_when_it_fails_the_run)
{
    struct fixture f = {.arena = arena_new()};
    add_result(&f, "m2m", "a/b", VERDICT_WARN, "not quite fine");
    renew(&f);
    cr_expect_eq(f.now.count, 0);
    f.run.gate.strict = true;
    renew(&f);
    cr_expect_eq(f.now.count, 1);
    arena_free(f.arena);
}

Test(baseline_renew, signatures_have_no_numbers)
{
    AUTO_ARENA struct arena *a = arena_new();
    cr_expect_str_eq(baseline_signature(a, "request #3 has no User-Agent"), "has no User-Agent");
    cr_expect_str_eq(baseline_signature(a, "no number here"), "no number here");
    cr_expect_null(baseline_signature(a, "12 of 13"));
    cr_expect_null(baseline_signature(a, ""));
    cr_expect_null(baseline_signature(a, NULL));
}

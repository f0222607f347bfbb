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

/* A connector of version 1.1 whose second case run names the token, in a run of all modes. */
static void add_namings(struct fixture *f, const char *second)
{
    f->run.complete = true;
    *VEC_PUSH(f->arena, &f->run.connectors) =
        (struct run_connector){.name = "acme", .version = "1.1", .product = "acme_lake"};
    add_result(f, "pat", "a/b", VERDICT_PASS, "fine");
    add_result(f, "m2m", "c/d", VERDICT_PASS, "fine");
    *VEC_PUSH(f->arena, &f->run.results.items[0].products) = "acme_lake/1.1";
    *VEC_PUSH(f->arena, &f->run.results.items[1].products) = second;
}

static void add_naming_entry(struct fixture *f, const char *signature)
{
    add_entry(f, EXPECTED_ONE_PRODUCT, 0, signature);
    f->old.items[0].failure.check = NULL;
    f->run.connectors.items[0].excuse =
        (struct product_excuse){"old reason", signature ? signature : "", ""};
}

Test(baseline_renew, several_product_tokens_get_an_entry_of_the_run)
{
    struct fixture f = {.arena = arena_new()};
    add_namings(&f, "acme_lake/0.9");
    renew(&f);
    cr_assert_eq(f.now.count, 1);
    const struct manifest_expected_failure *e = &f.now.items[0].failure;
    cr_expect_str_eq(f.now.items[0].connector, "acme");
    cr_expect_str_eq(e->case_id, EXPECTED_ONE_PRODUCT);
    cr_expect_null(e->check);
    cr_expect_eq(e->modes, 0);
    cr_expect_str_eq(e->signature, "acme_lake/0.9");
    cr_expect_str_eq(e->reason, "why");
    cr_expect_eq(f.changes.items[0].sign, '+');
    AUTO_BUF struct buf text = {0};
    struct baseline again = {0};
    struct err err = {0};
    baseline_write(&text, &f.now);
    cr_expect_eq(baseline_read(f.arena, buf_str(&text), "known.yaml", &again, &err), 0, "%s",
                 err.msg);
    arena_free(f.arena);
}

Test(baseline_renew, an_entry_of_the_run_is_measured_by_the_run)
{
    static const struct {
        const char *second, *signature;
        bool is_part;
        const char *signs; /* of the changes, in order */
        const char *now;   /* the signature that is left; NULL = no entry */
    } rows[] = {
        {"acme_lake/0.9", "acme_lake/0.9", false, "=", "acme_lake/0.9"},
        {"acme_lake/0.9", "acme_lake/0.9", true, "=", "acme_lake/0.9"},
        {"acme_lake/0.9", "acme_lake/0.8", false, "-+", "acme_lake/0.9"},
        {"acme_lake/1.1", "acme_lake/0.9", false, "-", NULL},
        {"acme_lake/1.1", "acme_lake/0.9", true, "=", "acme_lake/0.9"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f = {.arena = arena_new()};
        add_namings(&f, rows[i].second);
        add_naming_entry(&f, rows[i].signature);
        if (rows[i].is_part) {
            *VEC_PUSH(f.arena, &f.run.selection) = "--case a/*";
        }
        renew(&f);
        char signs[8] = "";
        for (size_t k = 0; k < f.changes.count; k++) {
            signs[k] = f.changes.items[k].sign;
        }
        cr_expect_str_eq(signs, rows[i].signs, "row %zu: %s", i, signs);
        cr_assert_eq(f.now.count, rows[i].now != NULL, "row %zu", i);
        if (rows[i].now) {
            cr_expect_str_eq(f.now.items[0].failure.signature, rows[i].now, "row %zu", i);
        }
        arena_free(f.arena);
    }
}

/* Only when the run had this very baseline, or none, is the excuse of another's. */
Test(baseline_renew, what_a_manifest_excuses_gets_no_entry)
{
    struct fixture f = {.arena = arena_new()};
    add_namings(&f, "acme_lake/0.9");
    f.run.connectors.items[0].excuse = (struct product_excuse){"by design", "", ""};
    add_result(&f, "m2m", "e/f", VERDICT_XFAIL, "something was seen");
    renew(&f);
    cr_expect_eq(f.now.count, 0);
    f.run.gate.baseline_digest = f.old.digest;
    renew(&f);
    cr_expect_eq(f.now.count, 0);
    f.run.gate.baseline_digest = "of another file";
    renew(&f);
    cr_expect_eq(f.now.count, 2);
    arena_free(f.arena);
}

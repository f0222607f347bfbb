/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence_builder.h"

#include "base/core/str.h"

/* Worst first. */
static const enum verdict order[] = {VERDICT_HARNESS_ERROR, VERDICT_COULD_NOT_RUN, VERDICT_FAIL,
                                     VERDICT_XPASS,         VERDICT_INCONCLUSIVE,  VERDICT_FLAKY,
                                     VERDICT_WARN,          VERDICT_XFAIL,         VERDICT_PASS,
                                     VERDICT_NOT_APPLICABLE};

Test(judge, the_worse_of_every_two_verdicts_wins)
{
    cr_assert_eq(ARRAY_LEN(order), VERDICT_COUNT);
    for (size_t i = 0; i < VERDICT_COUNT; i++) {
        for (size_t k = 0; k < VERDICT_COUNT; k++) {
            struct check_result two[] = {{.verdict = order[i]}, {.verdict = order[k]}};
            enum verdict worse = order[i < k ? i : k];
            cr_expect_eq(judge_sum(two, 2), worse, "%s and %s", verdict_name(order[i]),
                         verdict_name(order[k]));
        }
    }
}

Test(judge, one_check_alone_is_the_verdict_and_none_is_an_error)
{
    for (size_t i = 0; i < VERDICT_COUNT; i++) {
        struct check_result one = {.verdict = order[i]};
        cr_expect_eq(judge_sum(&one, 1), order[i]);
    }
    cr_expect_eq(judge_sum(NULL, 0), VERDICT_HARNESS_ERROR);
}

Test(judge, what_is_known_of_a_case_is_in_its_result)
{
    struct bench *b = bench_new(MODE_M2M, 1);
    const struct case_result *r = bench_judge(
        b, "[{check: outcome.ok, because: It must., clauses: [A-1, A-2]}, {check: oauth.form}]");
    cr_expect_str_eq(r->connector, "acme");
    cr_expect_str_eq(r->case_id, "unit/case");
    cr_expect_str_eq(r->mode, "m2m");
    cr_expect_eq(r->duration_ms, 123);
    cr_expect_eq(r->verdict, VERDICT_PASS);
    cr_assert_eq(r->check_count, 2);
    cr_expect_str_eq(r->checks[0].check, "outcome.ok");
    cr_expect_str_eq(r->checks[0].because, "It must.");
    cr_expect_eq(r->checks[0].clauses.count, 2);
    cr_expect_str_eq(r->checks[0].clauses.items[1], "A-2");
    cr_expect_eq(r->checks[0].level, LEVEL_MUST);
    cr_expect_null(r->checks[1].because);
    cr_expect_null(r->reason);
    bench_free(b);
}

Test(judge, a_should_that_fails_is_a_warning)
{
    static const char *const levels[] = {"should", "may"};
    for (size_t i = 0; i < ARRAY_LEN(levels); i++) {
        struct bench *b = bench_new(MODE_PAT, 2);
        b->evidence.operations[0].answer = ANSWER_ERROR;
        const char *yaml = arena_printf(b->arena, "[{check: outcome.ok, level: %s}]", levels[i]);
        const struct case_result *r = bench_judge(b, yaml);
        cr_expect_eq(r->checks[0].verdict, VERDICT_WARN);
        cr_expect_eq(r->verdict, VERDICT_WARN);
        cr_expect_not_null(r->checks[0].fix);
        bench_free(b);
    }
}

Test(judge, a_should_that_shows_nothing_is_inconclusive_all_the_same)
{
    struct bench *b = bench_new(MODE_PAT, 0);
    const struct case_result *r = bench_judge(b, "[{check: isolation.no_decoy, level: should}]");
    cr_expect_eq(r->verdict, VERDICT_INCONCLUSIVE);
    bench_free(b);
}

Test(judge, checks_for_other_modes_are_left_out)
{
    struct bench *b = bench_new(MODE_PAT, 1);
    const struct case_result *r =
        bench_judge(b, "[{check: oauth.form, modes: [m2m]}, {check: outcome.ok, modes: [pat]}]");
    cr_assert_eq(r->check_count, 1);
    cr_expect_str_eq(r->checks[0].check, "outcome.ok");
    bench_free(b);
}

Test(judge, no_check_for_the_mode_is_an_error_of_the_case)
{
    struct bench *b = bench_new(MODE_PAT, 1);
    const struct case_result *r = bench_judge(b, "[{check: oauth.form, modes: [m2m]}]");
    cr_expect_eq(r->verdict, VERDICT_HARNESS_ERROR);
    cr_expect_str_eq(r->reason, "the case has no check for the mode pat");
    bench_free(b);
}

Test(judge, a_case_about_a_token_endpoint_that_was_never_asked_is_not_applicable)
{
    static const struct {
        const char *given, *route;
        enum verdict verdict;
    } rows[] = {
        {"{faults: [{routes: [oidc.token], status: 503}]}", "entra.token", VERDICT_NOT_APPLICABLE},
        {"{faults: [{routes: [oidc.token], status: 503}]}", "oidc.token", VERDICT_PASS},
        {"{faults: [{routes: [oidc.token, entra.token], status: 503}]}", "entra.token",
         VERDICT_PASS},
        {"{faults: [{routes: [uc.*], status: 503}]}", "entra.token", VERDICT_PASS},
        {"{faults: [{status: 503}]}", "entra.token", VERDICT_PASS},
        {"{}", "entra.token", VERDICT_PASS},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct bench *b = bench_new(MODE_M2M, 1);
        b->given = rows[i].given;
        VEC_FOREACH(struct journal_record, r, &b->evidence.journal) {
            r->route = r->class == ROUTE_TOKEN ? rows[i].route : r->route;
        }
        const struct case_result *r = bench_judge(b, "[{check: outcome.ok}]");
        cr_expect_eq(r->verdict, rows[i].verdict, "row %zu: %s", i, verdict_name(r->verdict));
        bench_free(b);
    }
    /* No token request at all is no other place to get tokens from. */
    struct bench *b = bench_new(MODE_PAT, 1);
    b->given = rows[0].given;
    cr_expect_eq(bench_judge(b, "[{check: outcome.ok}]")->verdict, VERDICT_PASS);
    bench_free(b);
}

static void broken_mock(struct bench *b)
{
    b->evidence.harness_error = "the mock ended";
    b->evidence.could_not_run = "never looked at";
}

static void not_runnable(struct bench *b)
{
    b->evidence.could_not_run = "the connector could not be started: no such file";
}

static void lost_exchanges(struct bench *b)
{
    b->evidence.journal.dropped = 3;
}

static void lost_decoy_exchanges(struct bench *b)
{
    b->evidence.decoy.dropped = 2;
}

static void lost_execs(struct bench *b)
{
    b->evidence.execs_lost = 4;
}

Test(judge, evidence_that_cannot_be_judged_is_never_judged)
{
    static const struct {
        void (*spoil)(struct bench *b);
        enum verdict verdict;
        const char *reason;
    } rows[] = {
        {broken_mock, VERDICT_HARNESS_ERROR, "the mock ended"},
        {not_runnable, VERDICT_COULD_NOT_RUN, "the connector could not be started: no such file"},
        {lost_exchanges, VERDICT_HARNESS_ERROR,
         "the journal is not complete: 3 exchanges were not kept"},
        {lost_decoy_exchanges, VERDICT_HARNESS_ERROR,
         "the journal is not complete: 2 exchanges were not kept"},
        {lost_execs, VERDICT_INCONCLUSIVE, "4 programs that it started were not kept"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct bench *b = bench_new(MODE_PAT, 1);
        rows[i].spoil(b);
        const struct case_result *r = bench_judge(b, "[{check: outcome.ok}]");
        cr_expect_eq(r->verdict, rows[i].verdict, "row %zu", i);
        cr_expect_eq(r->check_count, 0);
        cr_expect_str_eq(r->reason, rows[i].reason);
        bench_free(b);
    }
}

static void expect_same_text(const char *a, const char *b)
{
    cr_expect_eq(a == NULL, b == NULL);
    if (a && b) {
        cr_expect_str_eq(a, b);
    }
}

Test(judge, the_same_evidence_gives_the_same_result)
{
    static const char checks[] =
        "[{check: outcome.ok}, {check: identity.as_given}, {check: isolation.no_poison},"
        " {check: wire.count, with: {class: api, max: 1}}, {check: user_agent.version},"
        " {check: secrets.absent, with: {in: [stdout, urls]}}, {check: token.renewed},"
        " {check: oauth.form}, {check: probe.nonce}]";
    struct bench *b = bench_new(MODE_M2M, 3);
    bench_add_find(b, (struct secret_find){.place = "stdout"});
    const struct case_result *one = bench_judge(b, checks);
    const struct case_result *two = bench_judge(b, checks);
    cr_assert_eq(one->check_count, two->check_count);
    cr_expect_eq(one->verdict, two->verdict);
    for (size_t i = 0; i < one->check_count; i++) {
        const struct check_result *x = &one->checks[i], *y = &two->checks[i];
        cr_expect_eq(x->verdict, y->verdict);
        expect_same_text(x->expected, y->expected);
        expect_same_text(x->seen, y->seen);
        expect_same_text(x->excerpt, y->excerpt);
        expect_same_text(x->fix, y->fix);
    }
    bench_free(b);
}

/* Whatever is asked of a connector that never did anything, nothing about it may come out well. */
Test(judge, no_check_at_all_holds_for_a_connector_that_did_nothing)
{
    AUTO_ARENA struct arena *a = arena_new();
    const struct check_catalog *catalog = judge_catalog_new(a);
    for (size_t i = 0; i < catalog->count; i++) {
        const char *name = catalog->items[i]->name;
        bool has_in = str_eq_z(str_of(name), "secrets.absent");
        const char *with = has_in                                 ? ", with: {in: [stdout]}"
                           : str_eq_z(str_of(name), "wire.count") ? ", with: {max: 9}"
                           : str_eq_z(str_of(name), "concurrency.connections") ? ", with: {max: 9}"
                           : str_eq_z(str_of(name), "outcome.rows")      ? ", with: {count: 9}"
                           : str_eq_z(str_of(name), "wire.header")       ? ", with: {name: X}"
                           : str_eq_z(str_of(name), "request.parameter") ? ", with: {name: x}"
                           : str_eq_z(str_of(name), "wire.spacing")      ? ", with: {min: 1s}"
                           : str_eq_z(str_of(name), "u2m.scope")         ? ", with: {allowed: [x]}"
                           : str_eq_z(str_of(name), "token.never") ? ", with: {states: [wrong]}"
                                                                   : "";
        struct bench *b = bench_new(MODE_M2M, 0);
        b->evidence.process = (struct process_record){.killed_for = ""};
        b->evidence.isolation = "sealed";
        const struct case_result *r =
            bench_judge(b, arena_printf(a, "[{check: %s%s}]", name, with));
        cr_expect_not(verdict_is_green(r->verdict), "%s: %s", name, verdict_name(r->verdict));
        bench_free(b);
    }
}

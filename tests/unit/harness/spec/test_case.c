/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/spec/case.h"

#include "fake_checks.h"

#include <criterion/criterion.h>

static const char every_key[] =
    "id: m2m/every-key\n"
    "title: Every key is decoded\n"
    "why: Because a key that is dropped silently tests nothing.\n"
    "level: should\n"
    "role: probe\n"
    "modes: [m2m, pat]\n"
    "needs: [session, dump]\n"
    "clauses: [KIT-AUTH-5, PWAF-TOK-3]\n"
    "history: databricks/cli#4768\n"
    "time_limit: 90s\n"
    "given:\n"
    "  credential: wrong-secret\n"
    "  also_modes: [token]\n"
    "  undeclared_mode: true\n"
    "  access_token_lifetime: 4s\n  expiring_window: 1s\n"
    "  environment: {DATABRICKS_HOST: \"${poison_host}\"}\n"
    "  files: {\"~/.databrickscfg\": \"host = ${poison_host}\", \"${tmp}/a/b\": x}\n"
    "  logging: loudest\n"
    "  faults: [{routes: [oidc.token], times: 1, status: 503}]\n"
    "  statements: [{state: SUCCEEDED, pending_polls: 2}]\n"
    "do:\n"
    "  - {operation: validate, times: 3}\n"
    "  - {wait: 2s}\n"
    "  - {server: {revoke: [access-token], faults: [{status: 500}], advance: 30m}}\n"
    "  - {operation: dump}\n"
    "expect:\n"
    "  - {check: outcome.ok}\n"
    "  - check: wire.count\n"
    "    with: {route: oidc.token, max: 2}\n"
    "    level: must\n"
    "    clauses: KIT-AUTH-5\n"
    "    modes: [m2m]\n"
    "    because: one is enough\n";

static struct case_spec *read_case(struct arena *a, const char *text)
{
    struct case_list list = {0};
    struct err err = {0};
    char message[1024];
    struct case_source source = {str_of(text), "cases/x.yaml", NULL};
    int result = case_read(a, &source, fake_checks(), NULL, &list, &err);
    cr_assert_eq(result, 0, "%s", err_text(&err, message, sizeof(message)));
    cr_assert_eq(list.count, 1);
    return list.items[0];
}

Test(case, head_is_decoded_field_by_field)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct case_spec *c = read_case(a, every_key);
    cr_expect_str_eq(c->id, "m2m/every-key");
    cr_expect_str_eq(c->path, "cases/x.yaml");
    cr_expect_str_eq(c->title, "Every key is decoded");
    cr_expect_str_eq(c->family, "m2m");
    cr_expect(c->is_probe);
    cr_expect_eq(c->level, LEVEL_SHOULD);
    cr_expect_eq(c->modes, 1u << MODE_M2M | 1u << MODE_PAT);
    cr_expect_eq(c->needs, 1u << CAN_SESSION | 1u << CAN_DUMP);
    cr_assert_eq(c->clauses.count, 2);
    cr_expect_str_eq(c->clauses.items[1], "PWAF-TOK-3");
    cr_assert_eq(c->history.count, 1);
    cr_expect_str_eq(c->history.items[0], "databricks/cli#4768");
    cr_expect_eq(c->time_limit_ms, 90000);
    case_done(c);
}

Test(case, given_is_decoded_field_by_field)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct case_spec *c = read_case(a, every_key);
    const struct case_given *g = &c->given;
    cr_expect_eq(g->credential, GIVEN_WRONG_SECRET);
    cr_expect_eq(g->also_modes, 1u << MODE_TOKEN);
    cr_expect(g->undeclared_mode);
    cr_expect_eq(g->access_token_lifetime_ms, 4000);
    cr_expect_eq(g->expiring_window_ms, 1000);
    cr_expect_str_eq(g->env.items[0].key, "DATABRICKS_HOST");
    cr_expect_str_eq(g->env.items[0].value, "${poison_host}");
    cr_assert_eq(g->files.count, 2);
    cr_expect_str_eq(g->files.items[1].key, "${tmp}/a/b");
    cr_expect(g->loudest_logging);
    cr_assert_eq(g->faults.count, 1);
    cr_expect_eq(SHAPE_LIST_AT(const struct scenario_fault, g->faults, 0)->status, 503);
    cr_assert_eq(g->statements.count, 1);
    cr_expect_eq(SHAPE_LIST_AT(const struct scenario_statement, g->statements, 0)->pending_polls,
                 2);
    case_done(c);
}

Test(case, steps_are_decoded_in_order)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct case_spec *c = read_case(a, every_key);
    const struct step *s = c->steps.items;
    cr_assert_eq(c->steps.count, 4);
    cr_expect_eq(s[0].kind, STEP_OPERATION);
    cr_expect_str_eq(s[0].operation, "validate");
    cr_expect_eq(s[0].times, 3);
    cr_expect_eq(s[0].place.line, 23);
    cr_expect_eq(s[1].kind, STEP_WAIT);
    cr_expect_eq(s[1].wait_ms, 2000);
    cr_expect_eq(s[2].kind, STEP_SERVER);
    cr_expect_str_eq(s[2].revoke.items[0], "access-token");
    cr_expect(s[2].add_faults);
    cr_expect_eq(SHAPE_LIST_AT(const struct scenario_fault, s[2].faults, 0)->status, 500);
    cr_expect_eq(s[2].advance_ms, 30 * 60000);
    cr_expect_eq(s[3].times, 1);
    case_done(c);
}

Test(case, checks_inherit_what_they_do_not_say)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct case_spec *c = read_case(a, every_key);
    const struct expectation *e = c->expectations.items;
    cr_assert_eq(c->expectations.count, 2);
    cr_expect_str_eq(e[0].kind->name, "outcome.ok");
    cr_expect_eq(e[0].level, LEVEL_SHOULD);
    cr_expect_eq(e[0].clauses.count, 2);
    cr_expect_eq(e[0].modes, 0);
    cr_expect_null(e[0].with);
    cr_expect_str_eq(e[1].kind->name, "wire.count");
    cr_expect_eq(e[1].level, LEVEL_MUST);
    cr_assert_eq(e[1].clauses.count, 1);
    cr_expect_str_eq(e[1].clauses.items[0], "KIT-AUTH-5");
    cr_expect_eq(e[1].modes, 1u << MODE_M2M);
    cr_expect_eq(json_get_int(e[1].with, "max", 0), 2);
    cr_expect_str_eq(e[1].because, "one is enough");
    cr_expect_eq(e[1].place.line, 29);
    case_done(c);
}

Test(case, what_is_left_out_has_defaults)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct case_spec *c = read_case(a, "id: a/b\ntitle: t\nwhy: w\nclauses: [X]\n"
                                       "do: [{operation: validate}]\n"
                                       "expect: [{check: token.margin}]\n");
    cr_expect_not(c->is_probe);
    cr_expect_eq(c->level, LEVEL_MUST);
    cr_expect_eq(c->modes, (1u << MODE_COUNT) - 1);
    cr_expect_eq(c->needs, 0);
    cr_expect_eq(c->time_limit_ms, 0);
    cr_expect_eq(c->given.credential, GIVEN_GOOD);
    cr_expect_eq(c->given.access_token_lifetime_ms, 3600 * 1000);
    cr_expect_eq(c->given.expiring_window_ms, 30 * 1000);
    cr_expect_not(c->given.loudest_logging);
    cr_expect_eq(SHAPE_LIST_AT(const struct step, c->steps, 0)->times, 1);
    cr_expect_not(SHAPE_LIST_AT(const struct step, c->steps, 0)->add_faults);
    case_done(c);
}

Test(case, a_wait_after_the_last_operation_needs_no_session)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct case_spec *c = read_case(a, "id: a/b\ntitle: t\nwhy: w\nclauses: [X]\n"
                                       "do: [{server: {advance: 1m}}, {operation: validate}, "
                                       "{operation: validate}, {wait: 1s}]\n"
                                       "expect: [{check: outcome.ok}]\n");
    cr_expect_eq(c->steps.count, 4);
    case_done(c);
}

Test(case, done_accepts_nothing_and_twice)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct case_spec *c = read_case(a, every_key);
    case_done(NULL);
    case_done(c);
    case_done(c);
    cr_expect_null(c->doc);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/judge/judge.h"

#include "base/core/assert.h"
#include "base/core/str.h"
#include "base/text/glob.h"
#include "base/wire/scenario.h"
#include "harness/judge/expected_failure.h"
#include "harness/judge/families.h"

const struct check_catalog *judge_catalog_new(struct arena *a)
{
    struct {
        const struct check_kind **items;
        size_t count, capacity;
    } kinds = {0};
    for (size_t f = 0; f < check_family_count; f++) {
        for (size_t i = 0; i < check_families[f]->count; i++) {
            *VEC_PUSH(a, &kinds) = &check_families[f]->rows[i].kind;
        }
    }
    struct check_catalog *catalog = ARENA_NEW(a, struct check_catalog);
    *catalog = (struct check_catalog){.items = kinds.items, .count = kinds.count};
    return catalog;
}

/* Worst first: the first of these that any check has is the case's. */
static const enum verdict sum_order[] = {
    VERDICT_HARNESS_ERROR, VERDICT_COULD_NOT_RUN, VERDICT_FAIL, VERDICT_XPASS,
    VERDICT_INCONCLUSIVE,  VERDICT_FLAKY,         VERDICT_WARN, VERDICT_XFAIL,
    VERDICT_PASS,          VERDICT_NOT_APPLICABLE};

enum verdict judge_sum(const struct check_result *checks, size_t count)
{
    for (size_t v = 0; v < ARRAY_LEN(sum_order); v++) {
        for (size_t i = 0; i < count; i++) {
            if (checks[i].verdict == sum_order[v]) {
                return sum_order[v];
            }
        }
    }
    return VERDICT_HARNESS_ERROR;
}

static int params_decode(const struct check_context *x, void **ret_params, struct err *err)
{
    const struct shape *shape = x->expectation->kind->params;
    if (!shape) {
        *ret_params = NULL;
        return 0;
    }
    AUTO_JSON struct json *empty = json_object();
    void *params = arena_alloc(x->arena, shape->size);
    const struct json *with = x->expectation->with;
    if (shape_decode(x->arena, x->spec->doc, with ? with : empty, shape, params, err) < 0) {
        return -1;
    }
    *ret_params = params;
    return 0;
}

/* Whether the connector was ever made to do something. Where it was not, nothing went wrong either:
 * a check that looks for what must not be there would hold, and show nothing. */
static bool was_asked(const struct evidence *e)
{
    for (size_t i = 0; i < e->operation_count; i++) {
        if (e->operations[i].answer != ANSWER_NOT_ASKED) {
            return e->process.started;
        }
    }
    return false;
}

static void refuse_empty_pass(const struct check_context *x, struct check_outcome *o)
{
    if (o->verdict == VERDICT_PASS && !was_asked(x->evidence)) {
        o->verdict = VERDICT_INCONCLUSIVE;
        o->seen = "no operation was performed, so this shows nothing";
    }
}

static struct check_result check_judge(struct check_context *x)
{
    const struct expectation *e = x->expectation;
    const struct check_row *row = check_find(e->kind->name);
    struct check_result r = {.check = e->kind->name,
                             .level = (enum level)e->level,
                             .clauses = e->clauses,
                             .because = e->because,
                             .line = e->place.line};
    struct err err = {0};
    void *params = NULL;
    ASSERT(row != NULL);
    if (params_decode(x, &params, &err) < 0) {
        r.verdict = VERDICT_HARNESS_ERROR;
        r.expected = "parameters that the check understands";
        r.seen = arena_strdup(x->arena, err.msg);
        return r;
    }
    x->params = params;
    struct check_outcome o = {0};
    row->run(x, &o);
    ASSERT(o.decided);
    refuse_empty_pass(x, &o);
    r.verdict = o.verdict == VERDICT_FAIL && e->level != LEVEL_MUST ? VERDICT_WARN : o.verdict;
    r.expected = o.expected;
    r.seen = o.seen;
    r.excerpt = o.excerpt;
    r.noisy = o.noisy;
    if (r.verdict != VERDICT_PASS && r.verdict != VERDICT_NOT_APPLICABLE) {
        r.cause = row->cause;
        r.fix = row->fix;
    }
    return r;
}

static void judge_checks(struct check_context *x, struct case_result *result, const char *today)
{
    size_t count = x->spec->expectations.count;
    struct check_result *checks = ARENA_ARRAY(x->arena, struct check_result, count ? count : 1);
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        const struct expectation *e = SHAPE_LIST_AT(struct expectation, x->spec->expectations, i);
        if (e->modes != 0 && !(e->modes >> x->mode & 1u)) {
            continue;
        }
        x->expectation = e;
        checks[n++] = check_judge(x);
    }
    expected_failures_apply(x, today, checks, n);
    result->checks = checks;
    result->check_count = n;
    result->verdict = judge_sum(checks, n);
    if (n == 0) {
        result->reason =
            arena_printf(x->arena, "the case has no check for the mode %s", mode_name(x->mode));
    }
}

#define WORKSPACE_OIDC STR("oidc.")

static bool all_of_oidc(const struct str_list *routes)
{
    for (size_t i = 0; i < routes->count; i++) {
        if (!str_starts(str_of(routes->items[i]), WORKSPACE_OIDC)) {
            return false;
        }
    }
    return routes->count > 0;
}

static bool any_matches(const struct str_list *routes, const struct journal *journal)
{
    VEC_FOREACH(const struct journal_record, r, journal) {
        for (size_t i = 0; i < routes->count; i++) {
            if (glob_match(str_of(routes->items[i]), str_of(r->route))) {
                return true;
            }
        }
    }
    return false;
}

/* Where else the connector got its tokens, when all faults of the case wait at the workspace's
 * token endpoint and it never came there: the experiment did not take place. NULL: it did. */
static const char *tokens_from_elsewhere(const struct case_spec *spec, const struct evidence *e)
{
    const struct shape_list faults = spec->given.faults;
    const char *elsewhere = NULL;
    for (size_t i = 0; i < faults.count; i++) {
        const struct str_list *routes =
            &SHAPE_LIST_AT(const struct scenario_fault, faults, i)->routes;
        if (!all_of_oidc(routes) || any_matches(routes, &e->journal)) {
            return NULL;
        }
    }
    VEC_FOREACH(const struct journal_record, r, &e->journal) {
        bool other = r->class == ROUTE_TOKEN && !str_starts(str_of(r->route), WORKSPACE_OIDC);
        elsewhere = other ? r->route : elsewhere;
    }
    return faults.count > 0 ? elsewhere : NULL;
}

struct case_result *judge_case(struct arena *a, const struct case_spec *spec, enum mode mode,
                               const struct manifest *manifest, const struct evidence *evidence,
                               const char *today)
{
    struct case_result *result = ARENA_NEW(a, struct case_result);
    struct check_context x = {
        .arena = a, .spec = spec, .mode = mode, .manifest = manifest, .evidence = evidence};
    *result = (struct case_result){.connector = manifest->name,
                                   .case_id = spec->id,
                                   .mode = mode_name(mode),
                                   .duration_ms = evidence->duration_ms};
    const char *elsewhere = tokens_from_elsewhere(spec, evidence);
    if (evidence->harness_error) {
        result->verdict = VERDICT_HARNESS_ERROR;
        result->reason = evidence->harness_error;
    } else if (evidence->could_not_run) {
        result->verdict = VERDICT_COULD_NOT_RUN;
        result->reason = evidence->could_not_run;
    } else if (evidence->clock_problem) {
        result->verdict = VERDICT_INCONCLUSIVE;
        result->reason = arena_printf(a, "the moved clock cannot be trusted for this connector: %s",
                                      evidence->clock_problem);
    } else if (evidence->journal.dropped > 0 || evidence->decoy.dropped > 0) {
        int64_t dropped = evidence->journal.dropped + evidence->decoy.dropped;
        result->verdict = VERDICT_HARNESS_ERROR;
        result->reason = arena_printf(
            a, "the journal is not complete: %lld exchanges were not kept", (long long)dropped);
    } else if (evidence->execs_lost > 0) {
        result->verdict = VERDICT_INCONCLUSIVE;
        result->reason = arena_printf(a, "%lld programs that it started were not kept",
                                      (long long)evidence->execs_lost);
    } else if (elsewhere != NULL) {
        result->verdict = VERDICT_NOT_APPLICABLE;
        result->reason = arena_printf(
            a, "about the workspace's token endpoint; its tokens come from %s", elsewhere);
    } else {
        judge_checks(&x, result, today);
    }
    return result;
}

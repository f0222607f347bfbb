/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/app/kill_matrix.h"

#include "base/core/str.h"
#include "base/text/glob.h"
#include "harness/judge/families.h"

void kill_matrix_done(struct kill_matrix *m)
{
    buf_done(&m->table);
}

int kill_matrix_rate(const struct kill_matrix *m)
{
    return m->mutants == 0 ? 0 : (int)(100 * m->mutants_killed / m->mutants);
}

void kill_matrix_write(struct buf *out, const struct kill_matrix *m, int level)
{
    buf_printf(out,
               "%.*s Kill matrix\n\nEvery mutant (a connector that is wrong in one way) against "
               "every case.\n\n| | all | with a mutant that was seen as meant |\n|---|---:|---:|\n"
               "| checks | %zu | %zu |\n| cases | %zu | %zu |\n| mutants | %zu | %zu |\n\n"
               "Kill rate: %d %%. False alarms: %zu. Problems: %zu.\n\n",
               level, "######", m->checks, m->checks_killed, m->cases, m->cases_killed, m->mutants,
               m->mutants_killed, kill_matrix_rate(m), m->false_alarms, m->problems.count);
    for (size_t i = 0; i < m->problems.count; i++) {
        buf_printf(out, "- %s\n", m->problems.items[i]);
    }
    buf_add_z(out, m->problems.count > 0 ? "\n" : "");
    buf_add_str(out, buf_str(&m->table));
}

const char *mutant_connector_name(struct arena *a, const struct mutant *m)
{
    return arena_printf(a, "%s+%s", m->connector, m->name);
}

/* Seen: the check said that something is wrong, in whatever grade. */
static bool is_seen(enum verdict v)
{
    return v == VERDICT_FAIL || v == VERDICT_WARN || v == VERDICT_INCONCLUSIVE;
}

static const struct mutant_kill *kill_at(const struct shape_list *list, size_t i)
{
    return SHAPE_LIST_AT(struct mutant_kill, *list, i);
}

static bool list_names(const struct shape_list *list, const char *case_id, const char *check)
{
    for (size_t i = 0; i < list->count; i++) {
        if (mutant_kill_names(kill_at(list, i), case_id, check)) {
            return true;
        }
    }
    return false;
}

static bool run_saw(const struct run_record *run, const char *connector,
                    const struct mutant_kill *k)
{
    VEC_FOREACH(const struct run_result, r, &run->results) {
        if (!str_eq_z(str_of(r->connector), connector)) {
            continue;
        }
        for (size_t i = 0; i < r->check_count; i++) {
            if (is_seen(r->checks[i].verdict) &&
                mutant_kill_names(k, r->case_id, r->checks[i].check)) {
                return true;
            }
        }
    }
    return false;
}

/* With a part of the suite, only that part is expected to see anything. */
static bool was_run(const struct kill_request *q, const char *case_id)
{
    bool run = q->case_globs.count == 0;
    for (size_t i = 0; i < q->case_globs.count; i++) {
        run = run || glob_match(str_of(q->case_globs.items[i]), str_of(case_id));
    }
    return run;
}

static void problem(struct arena *a, struct kill_matrix *m, const char *text)
{
    *VEC_PUSH(a, &m->problems) = text;
}

static bool mutant_is_killed(struct arena *a, const struct kill_request *q, const struct mutant *mu,
                             struct kill_matrix *m)
{
    const char *name = mutant_connector_name(a, mu);
    const struct shape_list *lists[] = {&mu->killed_by, &mu->collateral};
    bool all = true;
    for (size_t l = 0; l < ARRAY_LEN(lists); l++) {
        for (size_t i = 0; i < lists[l]->count; i++) {
            const struct mutant_kill *k = kill_at(lists[l], i);
            if (was_run(q, k->case_id) && !run_saw(q->run, name, k)) {
                all = all && l != 0;
                problem(a, m,
                        arena_printf(a, "%s:%d:%d: the mutant %s was not seen by %s of %s%s",
                                     mu->file, k->place.line, k->place.column, mu->name, k->check,
                                     k->case_id, l ? "; remove that collateral" : ""));
            }
        }
    }
    return all;
}

/* What saw the mutant and was not meant to. */
static void collateral_check(struct arena *a, const struct mutant *mu, const struct run_record *run,
                             struct kill_matrix *m)
{
    const char *name = mutant_connector_name(a, mu);
    VEC_FOREACH(const struct run_result, r, &run->results) {
        if (!str_eq_z(str_of(r->connector), name)) {
            continue;
        }
        if (r->verdict == VERDICT_HARNESS_ERROR) {
            problem(a, m,
                    arena_printf(a, "the mutant %s gave a harness error in %s %s: %s", mu->name,
                                 r->mode, r->case_id, r->reason ? r->reason : ""));
        }
        for (size_t i = 0; i < r->check_count; i++) {
            const struct check_result *c = &r->checks[i];
            if (is_seen(c->verdict) && !list_names(&mu->killed_by, r->case_id, c->check) &&
                !list_names(&mu->collateral, r->case_id, c->check)) {
                m->false_alarms++;
                problem(a, m,
                        arena_printf(a,
                                     "%s:%d:%d: the mutant %s is also seen by %s of %s (%s), "
                                     "which is not listed: %s",
                                     mu->file, mu->place.line, mu->place.column, mu->name, c->check,
                                     r->case_id, r->mode, c->seen ? c->seen : ""));
            }
        }
    }
}

static void clean_check(struct arena *a, const struct run_record *run, struct kill_matrix *m)
{
    VEC_FOREACH(const struct run_result, r, &run->results) {
        bool clean = str_find(str_of(r->connector), STR("+"), 0) < 0;
        if (clean && r->verdict != VERDICT_PASS && r->verdict != VERDICT_NOT_APPLICABLE) {
            m->false_alarms++;
            problem(a, m,
                    arena_printf(a, "the clean connector %s is not green: %s in %s %s",
                                 r->connector, verdict_name(r->verdict), r->mode, r->case_id));
        }
    }
}

static bool is_killer(const struct mutants *mutants, const char *case_id, const char *check)
{
    for (size_t i = 0; i < mutants->count; i++) {
        for (size_t k = 0; k < mutants->items[i].killed_by.count; k++) {
            const struct mutant_kill *kill = kill_at(&mutants->items[i].killed_by, k);
            if ((!case_id || str_eq_z(str_of(kill->case_id), case_id)) &&
                (!check || str_eq_z(str_of(kill->check), check))) {
                return true;
            }
        }
    }
    return false;
}

static void coverage_check(struct arena *a, const struct kill_request *q, struct kill_matrix *m)
{
    for (size_t f = 0; f < check_family_count; f++) {
        for (size_t i = 0; i < check_families[f]->count; i++) {
            const char *name = check_families[f]->rows[i].kind.name;
            m->checks++;
            if (is_killer(q->mutants, NULL, name)) {
                m->checks_killed++;
            } else if (!q->some_mutants) {
                problem(a, m, arena_printf(a, "no mutant must be seen by the check %s", name));
            }
        }
    }
    for (size_t i = 0; i < q->cases->case_count; i++) {
        const char *id = q->cases->cases[i]->id;
        m->cases++;
        if (is_killer(q->mutants, id, NULL)) {
            m->cases_killed++;
        } else if (!q->some_mutants && was_run(q, id)) {
            problem(a, m, arena_printf(a, "no mutant must be seen by the case %s", id));
        }
    }
}

static bool names_a_case(const struct case_set *cases, const char *pattern)
{
    for (size_t i = 0; i < cases->case_count; i++) {
        if (glob_match(str_of(pattern), str_of(cases->cases[i]->id))) {
            return true;
        }
    }
    return false;
}

static void names_check(struct arena *a, const struct case_set *cases, const struct mutant *mu,
                        struct kill_matrix *m)
{
    const struct shape_list *lists[] = {&mu->killed_by, &mu->collateral};
    for (size_t l = 0; l < ARRAY_LEN(lists); l++) {
        for (size_t k = 0; k < lists[l]->count; k++) {
            const struct mutant_kill *kill = kill_at(lists[l], k);
            bool known = l ? names_a_case(cases, kill->case_id)
                           : case_set_find(cases, kill->case_id) != NULL;
            const char *what = !known                     ? kill->case_id
                               : !check_find(kill->check) ? kill->check
                                                          : NULL;
            if (what) {
                problem(a, m,
                        arena_printf(a, "%s:%d:%d: there is no `%s'", mu->file, kill->place.line,
                                     kill->place.column, what));
            }
        }
    }
}

static void row_write(struct buf *out, const struct mutant *mu, bool killed)
{
    buf_printf(out, "| `%s` | %s | %s |", mu->name, mu->what, killed ? "yes" : "**no**");
    for (size_t k = 0; k < mu->killed_by.count; k++) {
        buf_printf(out, "%s`%s` in %s", k ? ", " : " ", kill_at(&mu->killed_by, k)->check,
                   kill_at(&mu->killed_by, k)->case_id);
    }
    buf_printf(out, " | %zu |\n", mu->collateral.count);
}

void kill_matrix_make(struct arena *a, const struct kill_request *request, struct kill_matrix *ret)
{
    *ret = (struct kill_matrix){.mutants = request->mutants->count};
    buf_add_z(&ret->table, "| mutant | what is wrong with it | seen | by | collateral |\n"
                           "|---|---|---|---|---:|\n");
    clean_check(a, request->run, ret);
    VEC_FOREACH(const struct mutant, mu, request->mutants) {
        names_check(a, request->cases, mu, ret);
        bool killed = mutant_is_killed(a, request, mu, ret);
        ret->mutants_killed += killed;
        collateral_check(a, mu, request->run, ret);
        row_write(&ret->table, mu, killed);
    }
    coverage_check(a, request, ret);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/app/kill_matrix.h"

#include "base/core/str.h"
#include "harness/judge/families.h"

void kill_matrix_done(struct kill_matrix *m)
{
    buf_done(&m->table);
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
        if (str_eq_z(str_of(kill_at(list, i)->case_id), case_id) &&
            str_eq_z(str_of(kill_at(list, i)->check), check)) {
            return true;
        }
    }
    return false;
}

static bool run_saw(const struct run_record *run, const char *connector, const char *case_id,
                    const char *check)
{
    VEC_FOREACH(const struct run_result, r, &run->results) {
        if (!str_eq_z(str_of(r->connector), connector) || !str_eq_z(str_of(r->case_id), case_id)) {
            continue;
        }
        for (size_t i = 0; i < r->check_count; i++) {
            if (str_eq_z(str_of(r->checks[i].check), check) && is_seen(r->checks[i].verdict)) {
                return true;
            }
        }
    }
    return false;
}

static void problem(struct arena *a, struct kill_matrix *m, const char *text)
{
    *VEC_PUSH(a, &m->problems) = text;
}

static bool mutant_is_killed(struct arena *a, const struct mutants *file, const struct mutant *mu,
                             const struct run_record *run, struct kill_matrix *m)
{
    const char *name = mutant_connector_name(a, mu);
    const struct shape_list *lists[] = {&mu->killed_by, &mu->collateral};
    bool all = true;
    for (size_t l = 0; l < ARRAY_LEN(lists); l++) {
        for (size_t i = 0; i < lists[l]->count; i++) {
            const struct mutant_kill *k = kill_at(lists[l], i);
            if (!run_saw(run, name, k->case_id, k->check)) {
                all = all && l != 0;
                problem(a, m,
                        arena_printf(a, "%s:%d:%d: the mutant %s was not seen by %s of %s%s",
                                     file->path, k->place.line, k->place.column, mu->name, k->check,
                                     k->case_id, l ? "; remove that collateral" : ""));
            }
        }
    }
    return all;
}

/* What saw the mutant and was not meant to. */
static void collateral_check(struct arena *a, const struct mutants *file, const struct mutant *mu,
                             const struct run_record *run, struct kill_matrix *m)
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
                                     file->path, mu->place.line, mu->place.column, mu->name,
                                     c->check, r->case_id, r->mode, c->seen ? c->seen : ""));
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

static void coverage_check(struct arena *a, const struct case_set *cases,
                           const struct mutants *mutants, struct kill_matrix *m)
{
    for (size_t f = 0; f < check_family_count; f++) {
        for (size_t i = 0; i < check_families[f]->count; i++) {
            const char *name = check_families[f]->rows[i].kind.name;
            m->checks++;
            if (is_killer(mutants, NULL, name)) {
                m->checks_killed++;
            } else {
                problem(a, m, arena_printf(a, "no mutant must be seen by the check %s", name));
            }
        }
    }
    for (size_t i = 0; i < cases->case_count; i++) {
        m->cases++;
        if (is_killer(mutants, cases->cases[i]->id, NULL)) {
            m->cases_killed++;
        } else {
            problem(a, m,
                    arena_printf(a, "no mutant must be seen by the case %s", cases->cases[i]->id));
        }
    }
}

static void names_check(struct arena *a, const struct case_set *cases,
                        const struct mutants *mutants, struct kill_matrix *m)
{
    for (size_t i = 0; i < mutants->count; i++) {
        const struct shape_list *lists[] = {&mutants->items[i].killed_by,
                                            &mutants->items[i].collateral};
        for (size_t l = 0; l < ARRAY_LEN(lists); l++) {
            for (size_t k = 0; k < lists[l]->count; k++) {
                const struct mutant_kill *kill = kill_at(lists[l], k);
                const char *what = !case_set_find(cases, kill->case_id) ? kill->case_id
                                   : !check_find(kill->check)           ? kill->check
                                                                        : NULL;
                if (what) {
                    problem(a, m,
                            arena_printf(a, "%s:%d:%d: there is no `%s'", mutants->path,
                                         kill->place.line, kill->place.column, what));
                }
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

void kill_matrix_make(struct arena *a, const struct case_set *cases, const struct mutants *mutants,
                      const struct run_record *run, struct kill_matrix *ret)
{
    *ret = (struct kill_matrix){.mutants = mutants->count};
    buf_add_z(&ret->table, "| mutant | what is wrong with it | seen | by | collateral |\n"
                           "|---|---|---|---|---:|\n");
    names_check(a, cases, mutants, ret);
    clean_check(a, run, ret);
    for (size_t i = 0; i < mutants->count; i++) {
        const struct mutant *mu = &mutants->items[i];
        bool killed = mutant_is_killed(a, mutants, mu, run, ret);
        ret->mutants_killed += killed;
        collateral_check(a, mutants, mu, run, ret);
        row_write(&ret->table, mu, killed);
    }
    coverage_check(a, cases, mutants, ret);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/plan/plan.h"

#include "base/core/buf.h"
#include "base/text/glob.h"
#include "base/text/suggest.h"

/* A request in the form that the selection works with. */
struct selection {
    const struct plan_request *request;
    struct arena *arena;
    unsigned modes;  /* bits, of all connectors */
    bool *glob_used; /* one per glob: it selected a job */
};

static int auth_word(const struct plan_request *r, const char *word, unsigned *modes,
                     struct err *err)
{
    unsigned set = mode_set_of(str_of(word)), declared = 0;
    if (set == 0) {
        err_set(err, ERR_USAGE, "there is no mode `%.*s'", STR_ARG(str_of(word)));
        suggest_hint(err, str_of(word), mode_names, MODE_COUNT);
        return -1;
    }
    for (size_t i = 0; i < r->manifest_count; i++) {
        declared |= manifest_mode_set(r->manifests[i]);
    }
    if (set & declared) {
        *modes |= set;
        return 0;
    }
    AUTO_BUF struct buf list = {0};
    for (unsigned i = 0; i < MODE_COUNT; i++) {
        if (declared & (1u << i)) {
            buf_printf(&list, "%s%s", list.len ? ", " : "", mode_names[i]);
        }
    }
    err_set(err, ERR_USAGE, "no connector declares the mode `%s'", word);
    err_hint(err, "declared: %s", buf_z(&list));
    return -1;
}

static int auth_select(struct selection *s, struct err *err)
{
    const struct str_list *auth = &s->request->auth;
    if (auth->count == 0) {
        s->modes = (1u << MODE_COUNT) - 1;
    }
    for (size_t i = 0; i < auth->count; i++) {
        if (auth_word(s->request, auth->items[i], &s->modes, err) < 0) {
            return -1;
        }
    }
    return 0;
}

static bool glob_selects_any(const struct case_set *set, const char *glob)
{
    for (size_t i = 0; i < set->case_count; i++) {
        if (glob_match(str_of(glob), str_of(set->cases[i]->id))) {
            return true;
        }
    }
    return false;
}

static int globs_check(const struct selection *s, struct err *err)
{
    const struct case_set *set = s->request->cases;
    VEC_FOREACH(const char *, glob, &s->request->globs) {
        if (glob_selects_any(set, *glob)) {
            continue;
        }
        const char **ids = ARENA_ARRAY(s->arena, const char *, set->case_count);
        for (size_t i = 0; i < set->case_count; i++) {
            ids[i] = set->cases[i]->id;
        }
        err_set(err, ERR_USAGE, "no case matches `%s'", *glob);
        suggest_hint(err, str_of(*glob), ids, set->case_count);
        if (err->hint[0] == '\0') {
            err_hint(err, "`assay list' shows them; `*' stays within one part, `**' crosses `/'");
        }
        return -1;
    }
    return 0;
}

static int names_check(const struct plan_request *r, struct err *err)
{
    for (size_t i = 0; i < r->manifest_count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (str_eq_z(str_of(r->manifests[i]->name), r->manifests[j]->name)) {
                err_set(err, ERR_USAGE, "two connectors are named `%s': %s and %s",
                        r->manifests[i]->name, r->manifests[j]->path, r->manifests[i]->path);
                err_hint(err, "their results could not be told apart; run them one by one");
                return -1;
            }
        }
    }
    return 0;
}

static bool has_level(const struct case_spec *spec, int max_level)
{
    for (size_t i = 0; i < spec->expectations.count; i++) {
        if (SHAPE_LIST_AT(const struct expectation, spec->expectations, i)->level <= max_level) {
            return true;
        }
    }
    return false;
}

/* Marks the globs that select the case. */
static bool glob_selects(const struct selection *s, const struct case_spec *spec)
{
    const struct str_list *globs = &s->request->globs;
    bool selected = globs->count == 0;
    for (size_t i = 0; i < globs->count; i++) {
        if (glob_match(str_of(globs->items[i]), str_of(spec->id))) {
            s->glob_used[i] = true;
            selected = true;
        }
    }
    return selected;
}

static bool spec_selected(const struct selection *s, enum mode mode, const struct case_spec *spec)
{
    return (spec->modes & (1u << mode)) && has_level(spec, s->request->max_level) &&
           glob_selects(s, spec);
}

static bool is_chosen(const struct selection *s, const struct plan_job *job)
{
    const struct plan_names *only = s->request->only;
    for (size_t i = 0; only && i < only->count; i++) {
        const struct plan_name *n = &only->items[i];
        if (str_eq_z(str_of(n->connector), job->manifest->name) &&
            str_eq_z(str_of(n->mode), mode_name(job->mode)) &&
            str_eq_z(str_of(n->case_id), job->spec->id)) {
            return true;
        }
    }
    return only == NULL;
}

/* The cases of a connector and mode that are selected, whichever shard they are in. */
struct mode_jobs {
    struct plan_job *items;
    size_t count, capacity;
};

static void cases_select(const struct selection *s, const struct manifest *m, enum mode mode,
                         struct mode_jobs *ret)
{
    const struct case_set *set = s->request->cases;
    for (size_t i = 0; i < set->case_count; i++) {
        const struct case_spec *spec = set->cases[i];
        struct plan_job job = {m, mode, spec, plan_not_applicable(s->arena, m, mode, spec)};
        if (!spec->is_probe && spec_selected(s, mode, spec) && is_chosen(s, &job)) {
            *VEC_PUSH(s->arena, ret) = job;
        }
    }
}

static void job_add(const struct selection *s, struct plan *plan, const struct plan_job *job,
                    bool in_shard)
{
    plan->selected++;
    *VEC_PUSH(s->arena, &plan->whole) = (struct plan_name){
        .connector = job->manifest->name, .mode = mode_name(job->mode), .case_id = job->spec->id};
    if (in_shard) {
        *VEC_PUSH(s->arena, plan) = *job;
    }
}

/* Probes come along with any case of their mode, in each shard that has one: without them, what a
 * connector says of the case cannot be believed. */
static void jobs_add(const struct selection *s, const struct manifest *m, enum mode mode,
                     struct plan *plan)
{
    const struct case_set *set = s->request->cases;
    const struct plan_shard *shard = &s->request->shard;
    struct mode_jobs cases = {0};
    bool any_here = false;
    cases_select(s, m, mode, &cases);
    VEC_FOREACH(const struct plan_job, job, &cases) {
        any_here = any_here || plan_shard_has(shard, job);
    }
    for (size_t i = 0; i < set->case_count; i++) {
        const struct case_spec *spec = set->cases[i];
        if (!spec->is_probe || !(spec->modes & (1u << mode))) {
            continue;
        }
        struct plan_job job = {m, mode, spec, plan_not_applicable(s->arena, m, mode, spec)};
        bool own = spec_selected(s, mode, spec) && is_chosen(s, &job);
        if (own || cases.count > 0) {
            job_add(s, plan, &job, cases.count > 0 ? any_here : plan_shard_has(shard, &job));
        }
    }
    VEC_FOREACH(const struct plan_job, job, &cases) {
        job_add(s, plan, job, plan_shard_has(shard, job));
    }
}

static int nothing_check(const struct selection *s, const struct plan *plan, struct err *err)
{
    const struct plan_request *r = s->request;
    for (size_t i = 0; i < r->globs.count; i++) {
        if (!s->glob_used[i]) {
            err_set(err, ERR_USAGE,
                    "`%s' matches no case of the modes and levels that are asked for",
                    r->globs.items[i]);
            err_hint(err, "`assay list' shows the modes and levels of each case");
            return -1;
        }
    }
    if (plan->selected == 0) {
        err_set(err, ERR_USAGE, "nothing to run: no case is for these modes and levels");
        err_hint(err, "ask for fewer filters");
        return -1;
    }
    return 0;
}

int plan_make(struct arena *a, const struct plan_request *request, struct plan *ret,
              struct err *err)
{
    struct selection s = {
        .request = request, .arena = a, .glob_used = ARENA_ARRAY(a, bool, request->globs.count)};
    struct plan plan = {0};
    if (names_check(request, err) < 0 || auth_select(&s, err) < 0 || globs_check(&s, err) < 0) {
        return -1;
    }
    for (size_t i = 0; i < request->manifest_count; i++) {
        unsigned modes = s.modes & manifest_mode_set(request->manifests[i]);
        for (unsigned mode = 0; mode < MODE_COUNT; mode++) {
            if (modes & (1u << mode)) {
                jobs_add(&s, request->manifests[i], (enum mode)mode, &plan);
            }
        }
    }
    if (nothing_check(&s, &plan, err) < 0) {
        return -1;
    }
    *ret = plan;
    return 0;
}

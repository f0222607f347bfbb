/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/report/merge.h"

#include "base/core/assert.h"
#include "base/core/buf.h"
#include "base/core/map.h"
#include "base/core/str.h"
#include "harness/report/sections_priv.h"

struct merging {
    struct arena *arena;
    const struct merge_input *inputs;
    size_t count;
    struct str_list *problems;
};

static bool same_text(const char *a, const char *b)
{
    return str_eq(str_of(a ? a : ""), str_of(b ? b : ""));
}

static bool same_list(const struct str_list *a, const struct str_list *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; i < a->count && same; i++) {
        same = same_text(a->items[i], b->items[i]);
    }
    return same;
}

static bool same_connectors(const struct run_record *a, const struct run_record *b)
{
    bool same = a->connectors.count == b->connectors.count;
    for (size_t i = 0; i < a->connectors.count && same; i++) {
        const struct run_connector *x = &a->connectors.items[i], *y = &b->connectors.items[i];
        same = same_text(x->name, y->name) && same_text(x->manifest_digest, y->manifest_digest);
    }
    return same;
}

static bool same_gate(const struct run_record *a, const struct run_record *b)
{
    const struct run_gate *x = &a->gate, *y = &b->gate;
    return same_text(a->requirement_set, b->requirement_set) && same_text(x->level, y->level) &&
           same_text(x->requirements_digest, y->requirements_digest) &&
           same_text(x->baseline_digest, y->baseline_digest) && x->strict == y->strict &&
           x->repeat == y->repeat;
}

static bool same_world(const struct run_record *a, const struct run_record *b)
{
    const struct run_world *x = &a->world, *y = &b->world;
    return same_text(x->isolation, y->isolation) && same_text(x->clock, y->clock) &&
           same_text(x->assay_version, y->assay_version);
}

/* In what a shard is not of the run that the first one is of, or NULL. */
static const char *foreign_in(const struct run_record *first, const struct run_record *r)
{
    if (!same_text(first->suite_digest, r->suite_digest)) {
        return "its suite is another one (suite digest)";
    }
    if (!same_connectors(first, r)) {
        return "its connectors or their manifests are others (manifest digest)";
    }
    if (!same_list(&first->selection, &r->selection)) {
        return "other cases were selected";
    }
    if (first->part.total != r->part.total) {
        return "it is of another number of shards";
    }
    if (!same_text(first->part.plan_digest, r->part.plan_digest)) {
        return "its plan is another one (plan digest)";
    }
    if (!same_gate(first, r)) {
        return "it was judged by other options (level, strict, repeat, requirements or baseline)";
    }
    return same_world(first, r) ? NULL : "it was run in another way (isolation, clock or version)";
}

static void problem(struct merging *m, const char *sentence)
{
    *VEC_PUSH(m->arena, m->problems) = sentence;
}

static void inputs_check(struct merging *m)
{
    const struct merge_input *first = &m->inputs[0];
    for (size_t i = 0; i < m->count; i++) {
        const struct merge_input *in = &m->inputs[i];
        const char *why = foreign_in(first->run, in->run);
        if (in->run->part.total < 2) {
            problem(m, arena_printf(m->arena, "%s is no shard", in->name));
        } else if (why) {
            problem(m, arena_printf(m->arena, "%s does not belong to %s: %s", in->name, first->name,
                                    why));
        } else if (!in->run->complete) {
            problem(m,
                    arena_printf(m->arena, "%s (shard %lld of %lld) broke off", in->name,
                                 (long long)in->run->part.index, (long long)in->run->part.total));
        }
    }
}

static void indices_check(struct merging *m)
{
    int64_t total = m->inputs[0].run->part.total;
    for (int64_t index = 1; index <= total; index++) {
        const struct merge_input *found = NULL;
        for (size_t i = 0; i < m->count; i++) {
            const struct merge_input *in = &m->inputs[i];
            if (in->run->part.index != index) {
                continue;
            }
            if (found) {
                problem(m, arena_printf(m->arena, "shard %lld of %lld is there twice: %s and %s",
                                        (long long)index, (long long)total, found->name, in->name));
            }
            found = in;
        }
        if (!found) {
            problem(m, arena_printf(m->arena, "shard %lld of %lld is missing", (long long)index,
                                    (long long)total));
        }
    }
}

static void result_add(struct merging *m, struct run_record *whole, struct map *known,
                       const struct run_result *r)
{
    const char *key = arena_printf(m->arena, "%s\n%s\n%s", r->connector, r->mode, r->case_id);
    const struct run_case *c = run_case_find(whole, r->case_id);
    size_t *at = map_get(known, str_of(key));
    if (!at) {
        at = ARENA_NEW(m->arena, size_t);
        *at = whole->results.count;
        map_put(known, str_of(key), at);
        *VEC_PUSH(m->arena, &whole->results) = *r;
        return;
    }
    ASSERT(*at < whole->results.count && whole->results.items != NULL);
    struct run_result *before = &whole->results.items[*at];
    if (!c || !c->is_probe) {
        problem(m, arena_printf(m->arena, "%s %s %s was run by two shards", r->connector, r->mode,
                                r->case_id));
    } else if (verdict_rank(r->verdict) > verdict_rank(before->verdict)) {
        *before = *r;
    }
}

static void plan_check(struct merging *m, const struct run_record *whole)
{
    size_t count = whole->results.count;
    struct run_job_name *jobs = ARENA_ARRAY(m->arena, struct run_job_name, count + 1);
    for (size_t i = 0; i < count; i++) {
        const struct run_result *r = &whole->results.items[i];
        jobs[i] = (struct run_job_name){r->connector, r->mode, r->case_id};
    }
    if (!same_text(run_plan_digest(m->arena, jobs, count), whole->part.plan_digest)) {
        problem(m, arena_printf(m->arena,
                                "together the shards ran %zu of the plan's %lld case runs: their "
                                "plan digest is not that of the whole",
                                count, (long long)whole->part.plan_jobs));
    }
}

static void list_add(struct arena *a, struct str_list *to, const char *text)
{
    if (!str_list_has(to, str_of(text))) {
        *VEC_PUSH(a, to) = text;
    }
}

/* An entry that no shard has an answer to; what only some lack is answered by the others. */
static void problems_join(struct merging *m, struct run_record *whole)
{
    for (size_t i = 0; i < m->count; i++) {
        const struct str_list *own = &m->inputs[i].run->problems;
        for (size_t k = 0; k < own->count; k++) {
            list_add(m->arena, &whole->problems, own->items[k]);
        }
    }
    const struct str_list *first = &m->inputs[0].run->unmatched;
    for (size_t k = 0; k < first->count; k++) {
        size_t lacking = 0;
        for (size_t i = 0; i < m->count; i++) {
            lacking += str_list_has(&m->inputs[i].run->unmatched, str_of(first->items[k]));
        }
        if (lacking == m->count) {
            list_add(m->arena, &whole->problems, first->items[k]);
        }
    }
}

static void times_join(struct merging *m, struct run_record *whole)
{
    for (size_t i = 1; i < m->count; i++) {
        const struct run_record *r = m->inputs[i].run;
        if (str_cmp(str_of(r->started), str_of(whole->started)) < 0) {
            whole->started = r->started;
        }
        whole->duration_ms =
            r->duration_ms > whole->duration_ms ? r->duration_ms : whole->duration_ms;
        whole->seed = same_text(whole->seed, r->seed) ? whole->seed : "";
    }
}

struct run_record *runs_merge(struct arena *a, const struct merge_input *inputs, size_t count,
                              struct str_list *ret_problems)
{
    AUTO_MAP struct map known = {0};
    struct merging m = {.arena = a, .inputs = inputs, .count = count, .problems = ret_problems};
    *ret_problems = (struct str_list){0};
    inputs_check(&m);
    if (ret_problems->count == 0) {
        indices_check(&m);
    }
    if (ret_problems->count > 0) {
        return NULL;
    }
    struct run_record *whole = ARENA_NEW(a, struct run_record);
    *whole = *inputs[0].run;
    whole->results = (struct run_results){0};
    whole->problems = whole->unmatched = (struct str_list){0};
    for (size_t i = 0; i < count; i++) {
        VEC_FOREACH(const struct run_result, r, &inputs[i].run->results) {
            result_add(&m, whole, &known, r);
        }
    }
    run_record_sort(whole);
    plan_check(&m, whole);
    problems_join(&m, whole);
    times_join(&m, whole);
    whole->part.index = whole->part.total = 0;
    whole->part.source = "";
    whole->exit_code = run_exit_code(whole, whole->gate.strict);
    return ret_problems->count > 0 ? NULL : whole;
}

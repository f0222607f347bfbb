/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/app/unmatched.h"

#include "base/core/str.h"
#include "harness/judge/judge.h"

struct case_results {
    const struct case_result **items;
    size_t count, capacity;
};

static void results_of(struct arena *a, const struct run_record *run, const char *connector,
                       struct case_results *ret)
{
    VEC_FOREACH(const struct run_result, r, &run->results) {
        if (!str_eq_z(str_of(r->connector), connector)) {
            continue;
        }
        struct case_result *c = ARENA_NEW(a, struct case_result);
        *c = (struct case_result){.connector = r->connector,
                                  .case_id = r->case_id,
                                  .mode = r->mode,
                                  .verdict = r->verdict,
                                  .check_count = r->check_count};
        c->checks = arena_memdup(a, r->checks, r->check_count * sizeof(*r->checks));
        *VEC_PUSH(a, ret) = c;
    }
}

static void entries_find(struct arena *a, const struct manifest *m, const struct run_record *run,
                         struct str_list *ret)
{
    struct case_results own = {0};
    bool *matched = ARENA_ARRAY(a, bool, m->expected_failures.count + 1);
    results_of(a, run, m->name, &own);
    judge_match_expected_failures(m, own.items, own.count, matched);
    for (size_t k = 0; k < m->expected_failures.count; k++) {
        const struct manifest_expected_failure *e =
            SHAPE_LIST_AT(struct manifest_expected_failure, m->expected_failures, k);
        bool of_run = str_eq_z(str_of(e->case_id), EXPECTED_ONE_PRODUCT); /* the report knows */
        if (!matched[k] && !of_run) {
            *VEC_PUSH(a, ret) = arena_printf(a,
                                             "%s:%d:%d: the expected failure of `%s' matches no "
                                             "check that was judged; remove it",
                                             e->file ? e->file : m->path, e->place.line,
                                             e->place.column, e->case_id);
        }
    }
}

static bool is_judged(const struct suite_run_options *o, const char *connector)
{
    for (size_t i = 0; i < o->manifest_count; i++) {
        if (str_eq_z(str_of(o->manifests[i]->name), connector)) {
            return true;
        }
    }
    return false;
}

static void strangers_find(struct arena *a, const struct suite_run_options *o, struct str_list *ret)
{
    for (size_t i = 0; o->baseline && i < o->baseline->count; i++) {
        const struct baseline_entry *e = &o->baseline->items[i];
        if (!is_judged(o, e->connector)) {
            *VEC_PUSH(a, ret) = arena_printf(
                a, "%s:%d:%d: the entry is for `%s', which is not in this run", e->failure.file,
                e->failure.place.line, e->failure.place.column, e->connector);
        }
    }
}

void unmatched_find(struct arena *a, const struct suite_run_options *o, struct run_record *run)
{
    if (o->selection.count > 0) {
        return;
    }
    struct str_list *to = o->shard.total > 1 ? &run->unmatched : &run->problems;
    for (size_t i = 0; i < o->manifest_count; i++) {
        entries_find(a, o->manifests[i], run, to);
    }
    strangers_find(a, o, to);
}

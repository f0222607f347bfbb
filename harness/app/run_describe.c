/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/app/run_describe.h"

#include "base/core/str.h"
#include "base/sys/clock.h"
#include "base/sys/env.h"
#include "base/sys/fs.h"
#include "harness/app/manifest_copy.h"
#include "harness/spec/baseline.h"
#include "harness/world/walls.h"

struct product_excuse product_excuse_of(const struct manifest *m, const char *today)
{
    struct product_excuse found = {"", "",
                                   ""}; /* one that is over serves where there is no other */
    for (size_t i = 0; i < m->expected_failures.count; i++) {
        const struct manifest_expected_failure *e =
            SHAPE_LIST_AT(struct manifest_expected_failure, m->expected_failures, i);
        if (str_eq_z(str_of(e->case_id), EXPECTED_ONE_PRODUCT) &&
            (!found.reason[0] || found.ended[0])) {
            bool over =
                e->expires && str_cmp(str_n(today, strlen("YYYY-MM-DD")), str_of(e->expires)) > 0;
            found = (struct product_excuse){.reason = e->reason,
                                            .signature = e->signature ? e->signature : "",
                                            .ended = over ? e->expires : ""};
        }
    }
    return found;
}

static void connectors_describe(struct arena *a, const struct suite_run_options *o,
                                const char *today, struct run_connectors *ret)
{
    for (size_t i = 0; i < o->manifest_count; i++) {
        const struct manifest *m = o->manifests[i];
        struct run_connector c = {.name = m->name,
                                  .title = m->title ? m->title : m->name,
                                  .version = m->version,
                                  .language = m->language ? m->language : "",
                                  .product = m->product,
                                  .drive = drive_names[m->drive],
                                  .manifest_path = m->path,
                                  .manifest_at = fs_join(a, m->dir, fs_basename(m->path)),
                                  .manifest_digest = manifest_file_digest(a, m->path),
                                  .excuse = product_excuse_of(m, today)};
        for (int mode = 0; mode < MODE_COUNT; mode++) {
            if (manifest_mode_set(m) >> mode & 1u) {
                *VEC_PUSH(a, &c.modes) = mode_name((enum mode)mode);
            }
            if (o->left_out_modes && (o->left_out_modes[i] >> mode & 1u)) {
                *VEC_PUSH(a, &c.skipped_modes) = mode_name((enum mode)mode);
            }
        }
        *VEC_PUSH(a, ret) = c;
    }
}

static void clauses_add(struct arena *a, const struct str_list *from, struct str_list *to)
{
    for (size_t i = 0; i < from->count; i++) {
        bool known = false;
        for (size_t k = 0; k < to->count; k++) {
            known = known || str_eq_z(str_of(to->items[k]), from->items[i]);
        }
        if (!known) {
            *VEC_PUSH(a, to) = from->items[i];
        }
    }
}

static void suite_describe(struct arena *a, const struct case_set *set, struct run_record *run)
{
    for (size_t i = 0; i < set->case_count; i++) {
        const struct case_spec *c = set->cases[i];
        struct run_case described = {.id = c->id,
                                     .family = c->family,
                                     .title = c->title,
                                     .why = c->why,
                                     .level = level_names[c->level],
                                     .is_probe = c->is_probe};
        clauses_add(a, &c->clauses, &described.clauses);
        for (size_t e = 0; e < c->expectations.count; e++) {
            clauses_add(a, &SHAPE_LIST_AT(struct expectation, c->expectations, e)->clauses,
                        &described.clauses);
        }
        *VEC_PUSH(a, &run->cases) = described;
    }
    for (size_t i = 0; i < set->clause_count; i++) {
        const struct clause *c = &set->clauses[i];
        *VEC_PUSH(a, &run->clauses) = (struct run_clause){.id = c->id,
                                                          .level = c->level,
                                                          .text = c->text,
                                                          .source = c->source,
                                                          .url = c->url,
                                                          .excluded = c->excluded};
    }
}

/* The digest is over the whole plan, so that a shard can be told from one of another plan. */
static struct run_part part_describe(struct arena *a, const struct suite_run_options *o)
{
    const struct plan_names *whole = &o->plan->whole;
    struct run_job_name *jobs = ARENA_ARRAY(a, struct run_job_name, whole->count + 1);
    for (size_t i = 0; i < whole->count; i++) {
        const struct plan_name *n = &whole->items[i];
        jobs[i] = (struct run_job_name){n->connector, n->mode, n->case_id};
    }
    return (struct run_part){.plan_digest = run_plan_digest(a, jobs, whole->count),
                             .plan_jobs = (int64_t)whole->count,
                             .index = o->shard.total > 1 ? o->shard.index : 0,
                             .total = o->shard.total > 1 ? o->shard.total : 0,
                             .source = o->shard_source ? o->shard_source : ""};
}

/* Cases that do not move the clock run on the real one in any case. */
static const char *clock_of(const struct suite_run_options *o)
{
    if (o->walls->isolation != ISOLATION_SEALED || o->walls->real_clock ||
        o->walls->clock_refusal != NULL) {
        return "real";
    }
    /* Of the whole plan, so that all its shards say the same. */
    VEC_FOREACH(const struct plan_name, name, &o->plan->whole) {
        const struct case_spec *spec = case_set_find(o->cases, name->case_id);
        if (spec && case_moves_clock(spec)) {
            return "virtual";
        }
    }
    return "real";
}

struct run_record *run_describe(struct arena *a, const struct suite_run_options *o)
{
    struct run_record *run = ARENA_NEW(a, struct run_record);
    const struct requirement_set *set = o->gate.requirements;
    char now[32];
    run->run_id = o->output->run_id;
    run->started = arena_strdup(a, format_rfc3339(wall_ms(), now, (int)sizeof(now)));
    run->suite_digest = arena_strdup(a, o->cases->digest);
    run->requirement_set = set ? set->name : "all";
    run->selection = o->selection;
    run->seed = arena_printf(a, "%llu", (unsigned long long)o->seed);
    run->gate = (struct run_gate){.level = level_names[o->gate.level],
                                  .requirements_digest = set ? arena_strdup(a, set->digest) : "",
                                  .baseline_digest = o->baseline ? o->baseline->digest : "",
                                  .strict = o->gate.strict,
                                  .repeat = o->repeat};
    run->part = part_describe(a, o);
    run->world = (struct run_world){.isolation = isolation_names[o->walls->isolation],
                                    .clock = clock_of(o),
                                    .system = env_system_name(a),
                                    .assay_version = ASSAY_VERSION,
                                    .jobs = o->jobs};
    walls_unproven(a, o->walls, &run->world.unproven);
    connectors_describe(a, o, now, &run->connectors);
    suite_describe(a, o->cases, run);
    return run;
}

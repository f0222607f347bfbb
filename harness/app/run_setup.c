/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/app/run_setup.h"

#include "base/cli/term.h"
#include "base/crypto/random.h"
#include "base/sys/env.h"
#include "base/sys/fs.h"

static int gate_make(struct run_setup *s, struct err *err)
{
    const struct run_options *o = s->options;
    struct arena *a = s->app->arena;
    s->gate = (struct gate){.level = o->level, .strict = o->strict};
    if (o->requirements) {
        if (requirement_set_load(a, s->cases, o->requirements, &s->requirements, err) < 0) {
            return -1;
        }
        s->gate.requirements = &s->requirements;
    }
    return o->baseline ? baseline_load(a, o->baseline, &s->baseline, err) : 0;
}

static int manifests_load(struct run_setup *s, struct err *err)
{
    const struct run_options *o = s->options;
    struct arena *a = s->app->arena;
    unsigned chosen = 0;
    for (size_t i = 0; i < o->auth.count; i++) {
        chosen |= mode_set_of(str_of(o->auth.items[i])); /* unknown words: the plan complains */
    }
    s->manifests = ARENA_ARRAY(a, const struct manifest *, o->connectors.count);
    s->left_out = ARENA_ARRAY(a, unsigned, o->connectors.count);
    for (size_t i = 0; i < o->connectors.count; i++) {
        struct manifest *m = NULL;
        if (manifest_load(a, o->connectors.items[i], &m, err) < 0) {
            return -1;
        }
        if (o->baseline) {
            baseline_apply(a, &s->baseline, m);
        }
        s->manifests[i] = m;
        s->left_out[i] = o->auth.count > 0 ? manifest_mode_set(m) & ~chosen : 0;
    }
    s->manifest_count = o->connectors.count;
    return 0;
}

static void add_all(struct arena *a, struct str_list *to, const char *option,
                    const struct str_list *values)
{
    for (size_t i = 0; i < values->count; i++) {
        *VEC_PUSH(a, to) = arena_printf(a, "%s %s", option, values->items[i]);
    }
}

static void selection_describe(struct run_setup *s)
{
    const struct run_options *o = s->options;
    struct arena *a = s->app->arena;
    add_all(a, &s->selection, "--auth", &o->auth);
    add_all(a, &s->selection, "--case", &o->cases);
    if (o->level != LEVEL_MAY) {
        *VEC_PUSH(a, &s->selection) = arena_printf(a, "--level %s", level_names[o->level]);
    }
    if (o->last_failed) {
        *VEC_PUSH(a, &s->selection) = "--last-failed";
    }
}

static int judged_by_describe(struct run_setup *s, struct err *err)
{
    const struct run_options *o = s->options;
    struct arena *a = s->app->arena;
    *VEC_PUSH(a, &s->judged_by) = "--level";
    *VEC_PUSH(a, &s->judged_by) = level_names[o->level];
    if (o->strict) {
        *VEC_PUSH(a, &s->judged_by) = "--strict";
    }
    if (o->requirements) {
        *VEC_PUSH(a, &s->judged_by) = "--requirements";
        *VEC_PUSH(a, &s->judged_by) = o->requirements;
    }
    if (o->baseline) {
        const char *path = NULL;
        if (fs_real_path(a, o->baseline, &path, err) < 0) {
            return -1;
        }
        *VEC_PUSH(a, &s->judged_by) = "--baseline";
        *VEC_PUSH(a, &s->judged_by) = path;
    }
    return o->cases_dir ? fs_real_path(a, o->cases_dir, &s->cases_dir, err) : 0;
}

static const char *environment_get(void *ctx, const char *name)
{
    (void)ctx;
    return env_get(name);
}

/* A CI system's variables are read when they are asked for, and never instead of a word: half of
 * the cases left out by a variable that nobody knew of would be a green that means nothing. */
static int shard_choose(struct run_setup *s, struct err *err)
{
    const char *word = s->options->shard, *status_file = env_get("TEST_SHARD_STATUS_FILE");
    struct arena *a = s->app->arena;
    const struct plan_environment environment = {.get = environment_get};
    struct plan_shard there = {0};
    const char *source = "";
    struct err ignored = {0};
    if (!word) {
        bool any = plan_shard_of_environment(a, &environment, &there, &source, &ignored) == 0 &&
                   there.total > 1;
        if (any) {
            say_info("%s is set, but not looked at: all is run; --shard auto takes only that part",
                     source);
        }
        return 0;
    }
    if (status_file && fs_write_file(status_file, STR(""), 0644, err) < 0) {
        return err_wrap(err, "TEST_SHARD_STATUS_FILE");
    }
    if (!str_eq_z(str_of(word), "auto")) {
        s->shard_source = arena_printf(a, "--shard %s", word);
        return plan_shard_parse(str_of(word), &s->shard, err);
    }
    if (plan_shard_of_environment(a, &environment, &s->shard, &s->shard_source, err) < 0) {
        return -1;
    }
    if (s->shard.total == 0) {
        err_set(err, ERR_USAGE, "--shard auto: no variable of a CI system names a shard");
        err_hint(err, "say --shard I/N, or leave it out");
        return -1;
    }
    return 0;
}

static int last_failed_find(struct run_setup *s, struct plan_names *ret, struct err *err)
{
    struct arena *a = s->app->arena;
    struct run_record *run = NULL;
    const char *events = fs_join(a, s->options->output, "run.jsonl");
    if (!fs_exists(events)) {
        err_set(err, ERR_USAGE, "--last-failed: there is no earlier run in %s", s->options->output);
        err_hint(err, "name its output folder with -o");
        return -1;
    }
    if (run_record_load(a, events, &run, err) < 0) {
        return -1;
    }
    VEC_FOREACH(const struct run_result, r, &run->results) {
        if (!verdict_is_green(r->verdict)) {
            *VEC_PUSH(a, ret) = (struct plan_name){r->connector, r->mode, r->case_id};
        }
    }
    if (ret->count == 0) {
        return err_set(err, ERR_USAGE, "--last-failed: everything was green in %s", events);
    }
    return 0;
}

static int plan_build(struct run_setup *s, struct err *err)
{
    const struct run_options *o = s->options;
    struct plan_names failed = {0};
    struct plan_request request = {.manifests = s->manifests,
                                   .manifest_count = s->manifest_count,
                                   .cases = s->cases,
                                   .auth = o->auth,
                                   .globs = o->cases,
                                   .max_level = o->level,
                                   .shard = s->shard};
    if (o->last_failed) {
        if (last_failed_find(s, &failed, err) < 0) {
            return -1;
        }
        request.only = &failed;
    }
    return plan_make(s->app->arena, &request, &s->plan, err);
}

uint64_t run_seed_choose(int64_t given)
{
    struct rng rng;
    if (given != 0) {
        return (uint64_t)given;
    }
    rng_init_system(&rng);
    return (rng_uint64(&rng) >> 20) | 1u; /* short enough to be typed */
}

int run_setup_make(struct run_setup *s, struct err *err)
{
    struct arena *a = s->app->arena;
    s->seed = run_seed_choose(s->options->seed);
    selection_describe(s);
    return gate_make(s, err) < 0 || judged_by_describe(s, err) < 0 || manifests_load(s, err) < 0 ||
                   shard_choose(s, err) < 0 || plan_build(s, err) < 0 ||
                   report_choices_parse(a, &s->options->reports, s->options->output, true,
                                        &s->reports, err) < 0 ||
                   output_open(a, s->options->output, &s->output, err) < 0
               ? -1
               : 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* assay selfcheck: every mutant against every case. Proves that each check can fail, and fails for
 * what it is meant for only. */
#include "harness/app/app.h"
#include "harness/app/kill_matrix.h"
#include "harness/app/output.h"
#include "harness/app/option_rows.h"
#include "harness/app/run_setup.h"
#include "harness/app/suite_run.h"

#include "base/cli/exit_code.h"
#include "base/cli/term.h"

#include "base/sys/env.h"
#include "base/sys/fs.h"
#include "base/text/glob.h"
#include "harness/world/walls.h"

struct selfcheck_options {
    const char *output, *cases_dir;
    struct str_list mutants, only, cases;
    int64_t jobs;
    int isolation;
    bool quiet;
};

static const struct cli_option options[] = {
    {.name = "mutants",
     .letter = 'm',
     .arg = "PATH",
     .type = CLI_STRINGS,
     .required = true,
     .offset = offsetof(struct selfcheck_options, mutants),
     .doc = "a file with mutants or a folder of such files; the connectors are in folders beside "
            "the file's own or beside the one above"},
    {.name = "only",
     .arg = "GLOB",
     .type = CLI_STRINGS,
     .offset = offsetof(struct selfcheck_options, only),
     .doc = "only mutants whose name matches, for work on one; the gate stays shut then"},
    OPTION_CASE(selfcheck_options, "; the gate stays shut then"),
    OPTION_JOBS(selfcheck_options,
                "four times the number of processors, as most of a case run is waiting"),
    OPTION_OUTPUT(selfcheck_options, "reports/selfcheck",
                  "where the reports with the kill matrix, the events and the evidence go"),
    OPTION_ISOLATION(selfcheck_options, "how the connectors are kept apart, as for assay run"),
    OPTION_CASES_DIR(selfcheck_options),
    OPTION_QUIET(selfcheck_options, "no progress"),
};

struct crowd { /* the clean connectors and their mutants */
    const struct manifest **items;
    size_t count, capacity;
};

static bool is_chosen(const struct selfcheck_options *o, const struct mutant *m)
{
    bool chosen = o->only.count == 0;
    for (size_t i = 0; i < o->only.count; i++) {
        chosen = chosen || glob_match(str_of(o->only.items[i]), str_of(m->name));
    }
    return chosen;
}

static const struct manifest *crowd_find(const struct crowd *crowd, const char *dir)
{
    for (size_t i = 0; i < crowd->count; i++) {
        if (str_eq_z(str_of(crowd->items[i]->dir), dir)) {
            return crowd->items[i];
        }
    }
    return NULL;
}

static const struct manifest *manifest_mutate(struct arena *a, const struct manifest *clean,
                                              const struct mutant *m)
{
    struct manifest *copy = arena_memdup(a, clean, sizeof(*clean));
    struct shape_pairs env = {0};
    VEC_FOREACH(const struct shape_pair, p, &clean->run.env) {
        *VEC_PUSH(a, &env) = *p;
    }
    VEC_FOREACH(const struct shape_pair, p, &m->env) {
        *VEC_PUSH(a, &env) = *p;
    }
    copy->run.env = env;
    copy->ways_in = m->declares != 0 ? m->declares : clean->ways_in;
    copy->name = mutant_connector_name(a, m);
    copy->expected_failures = (struct shape_list){0};
    for (int mode = 0; mode < MODE_COUNT; mode++) {
        copy->modes[mode].declared =
            clean->modes[mode].declared && (m->modes == 0 || (m->modes >> mode & 1u));
    }
    return copy;
}

static int crowd_gather(struct arena *a, const struct mutants *mutants, struct crowd *ret,
                        struct err *err)
{
    VEC_FOREACH(const struct mutant, m, mutants) {
        const struct manifest *clean = crowd_find(ret, fs_dirname(a, m->manifest));
        if (!clean) {
            struct manifest *loaded = NULL;
            if (manifest_load(a, m->manifest, &loaded, err) < 0) {
                return -1;
            }
            clean = loaded;
            *VEC_PUSH(a, ret) = clean;
        }
        *VEC_PUSH(a, ret) = manifest_mutate(a, clean, m);
    }
    return 0;
}

static int matrix_write(const struct output *output, const struct kill_matrix *m, struct err *err)
{
    AUTO_BUF struct buf text = {0};
    kill_matrix_write(&text, m, 1);
    return fs_write_file_atomic(fs_join(output->arena, output->dir, "kill_matrix.md"),
                                buf_str(&text), 0644, err);
}

struct proof {
    const struct selfcheck_options *options;
    struct arena *arena;
    struct kill_request request;
    struct kill_matrix matrix;
};

/* What the mutants came to is what the run comes to, in all its reports. */
static void proof_conclude(void *context, struct run_record *run)
{
    struct proof *p = context;
    AUTO_BUF struct buf text = {0};
    p->request.run = run;
    kill_matrix_make(p->arena, &p->request, &p->matrix);
    kill_matrix_write(&text, &p->matrix, 2);
    run->proof = arena_strndup(p->arena, buf_z(&text), text.len);
    run->problems = p->matrix.problems;
    bool part = p->options->only.count > 0 || p->options->cases.count > 0;
    run->exit_code = run->problems.count > 0 ? EXIT_FAILED : part ? EXIT_INCOMPLETE : EXIT_OK;
}

static int conclude(const struct output *output, const struct run_record *run,
                    const struct kill_matrix *m, struct err *err)
{
    for (size_t i = 0; i < m->problems.count; i++) {
        say_result("problem: %s\n", m->problems.items[i]);
    }
    say_result("checks %zu/%zu, cases %zu/%zu, mutants %zu/%zu seen as meant, %zu false alarms\n",
               m->checks_killed, m->checks, m->cases_killed, m->cases, m->mutants_killed,
               m->mutants, m->false_alarms);
    say_result("%zu cases, %zu checks, %zu mutants, kill rate %d %%, false alarms %zu\n", m->cases,
               m->checks, m->mutants, kill_matrix_rate(m), m->false_alarms);
    if (matrix_write(output, m, err) < 0) {
        say_error(err);
        return EXIT_REPORT_NOT_WRITTEN;
    }
    say_result("kill matrix: %s/kill_matrix.md\n", output->dir);
    return run->exit_code;
}

static int reports_write(const struct output *output, const struct run_record *run, const char *dir,
                         struct err *err)
{
    const struct str_list none = {0};
    struct report_choices reports = {0};
    if (report_choices_parse(output->arena, &none, dir, true, &reports, err) < 0) {
        return -1;
    }
    const struct output_close_options close = {.run = run, .reports = &reports};
    return output_close(output, &close, err);
}

static int64_t jobs_of(const struct selfcheck_options *o)
{
    return o->jobs > 0 ? o->jobs : 4 * env_cpu_count();
}

static int crowd_run(const struct app *app, const struct selfcheck_options *o,
                     const struct case_set *cases, const struct mutants *mutants, struct err *err)
{
    struct arena *a = app->arena;
    struct crowd crowd = {0};
    struct plan plan = {0};
    struct output output = {0};
    struct run_record *run = NULL;
    struct walls walls = {0};
    const struct walls_options walls_options = {.wanted = (enum isolation)o->isolation,
                                                .probe_program = app->probe_program};
    if (crowd_gather(a, mutants, &crowd, err) < 0) {
        return app_fail(err);
    }
    const struct plan_request request = {.manifests = crowd.items,
                                         .manifest_count = crowd.count,
                                         .cases = cases,
                                         .globs = o->cases,
                                         .max_level = LEVEL_MAY};
    if (plan_make(a, &request, &plan, err) < 0 || output_open(a, o->output, &output, err) < 0 ||
        walls_raise(a, &walls_options, &walls, err) < 0) {
        return app_fail(err);
    }
    struct proof proof = {.options = o,
                          .arena = a,
                          .request = {.cases = cases,
                                      .mutants = mutants,
                                      .case_globs = o->cases,
                                      .some_mutants = o->only.count > 0}};
    const struct suite_run_options run_options = {.app = app,
                                                  .cases = cases,
                                                  .plan = &plan,
                                                  .manifests = crowd.items,
                                                  .manifest_count = crowd.count,
                                                  .output = &output,
                                                  .walls = &walls,
                                                  .gate = {.level = LEVEL_MAY},
                                                  .seed = run_seed_choose(0),
                                                  .status_fd = -1,
                                                  .jobs = jobs_of(o),
                                                  .on_conclude = proof_conclude,
                                                  .ctx = &proof,
                                                  .quiet = o->quiet};
    int code = EXIT_OK;
    if (suite_run(a, &run_options, NULL, &run, err) < 0 ||
        reports_write(&output, run, o->output, err) < 0) {
        code = app_fail(err);
    } else if (run->proof == NULL) {
        code = run->exit_code; /* it was stopped */
    } else {
        code = conclude(&output, run, &proof.matrix, err);
    }
    kill_matrix_done(&proof.matrix);
    walls_raze(&walls);
    return code;
}

static int run(void *context, const void *parsed, const struct str_list *args)
{
    const struct app *app = context;
    const struct selfcheck_options *o = parsed;
    struct err err = {0};
    AUTO_CASE_SET struct case_set *cases = NULL;
    struct mutants all = {0}, chosen = {0};
    (void)args;
    if (app_suite_load(app, o->cases_dir, &cases, &err) < 0 ||
        mutants_load(app->arena, &o->mutants, &all, &err) < 0) {
        return app_fail(&err);
    }
    VEC_FOREACH(const struct mutant, m, &all) {
        if (is_chosen(o, m)) {
            *VEC_PUSH(app->arena, &chosen) = *m;
        }
    }
    return crowd_run(app, o, cases, &chosen, &err);
}

const struct cli_command command_selfcheck = {
    .name = "selfcheck",
    .summary = "run every mutant against every case: the kill matrix",
    .details =
        "A check that cannot fail proves nothing. This runs connectors that are deliberately "
        "wrong in one way each, and fails unless every check and every case has a mutant that "
        "it sees, every mutant is seen as meant and by nothing else, and the clean connectors "
        "are green.",
    .options = options,
    .option_count = ARRAY_LEN(options),
    .options_size = sizeof(struct selfcheck_options),
    .run = run,
};

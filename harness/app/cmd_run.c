/* SPDX-License-Identifier: Apache-2.0 */
/* assay run: judge connectors and write the reports. */
#include "harness/app/app.h"
#include "harness/app/output.h"
#include "harness/app/suite_run.h"

#include "base/cli/exit_code.h"
#include "base/cli/term.h"
#include "base/secret/secret.h"
#include "base/sys/env.h"
#include "harness/report/report.h"
#include "harness/world/walls.h"

struct run_options {
    struct str_list connectors, auth, cases;
    const char *output, *cases_dir, *shard;
    int level, isolation;
    int64_t jobs, seed;
    bool strict, keep_worlds;
    bool quiet;
};

static const struct cli_option options[] = {
    {.name = "connector",
     .letter = 'c',
     .arg = "FILE",
     .type = CLI_STRINGS,
     .required = true,
     .offset = offsetof(struct run_options, connectors),
     .doc = "the connector's manifest (connector.yaml)"},
    {.name = "auth",
     .arg = "MODE",
     .type = CLI_STRINGS,
     .offset = offsetof(struct run_options, auth),
     .doc = "only this mode: pat, m2m, u2m (with token), token"},
    {.name = "case",
     .arg = "GLOB",
     .type = CLI_STRINGS,
     .offset = offsetof(struct run_options, cases),
     .doc = "only cases whose id matches, such as 'secrets/*' (probes are run all the same)"},
    {.name = "level",
     .arg = "LEVEL",
     .type = CLI_ENUM,
     .names = level_names,
     .dflt = "may",
     .offset = offsetof(struct run_options, level),
     .doc = "leave out checks of a lower level: must, should or may"},
    {.name = "jobs",
     .letter = 'j',
     .arg = "N",
     .type = CLI_INT,
     .min = 0,
     .max = 1024,
     .dflt = "0",
     .offset = offsetof(struct run_options, jobs),
     .doc = "how many cases run at the same time; 0: as many as there are processors"},
    {.name = "output",
     .letter = 'o',
     .arg = "DIR",
     .type = CLI_STRING,
     .dflt = "reports",
     .offset = offsetof(struct run_options, output),
     .doc = "where the reports go: build_report.md, junit.xml, run.jsonl, evidence/"},
    {.name = "isolation",
     .arg = "LEVEL",
     .type = CLI_ENUM,
     .names = isolation_names,
     .dflt = "auto",
     .offset = offsetof(struct run_options, isolation),
     .doc = "how the connector is kept apart: sealed (namespaces, production host names, TLS; an "
            "error where it cannot be had), env (environment and HOME only), auto (the strongest "
            "there is; the report says which)"},
    {.name = "shard",
     .arg = "I/N",
     .type = CLI_STRING,
     .offset = offsetof(struct run_options, shard),
     .doc = "only the I-th of N parts, from 1"},
    {.name = "seed",
     .arg = "N",
     .type = CLI_INT,
     .min = 0,
     .max = INT64_MAX,
     .dflt = "0",
     .offset = offsetof(struct run_options, seed),
     .doc = "make the credentials of the run from this number; 0: different ones each time"},
    {.name = "strict",
     .type = CLI_FLAG,
     .offset = offsetof(struct run_options, strict),
     .doc = "a should that does not hold fails the run"},
    {.name = "keep-worlds",
     .type = CLI_FLAG,
     .offset = offsetof(struct run_options, keep_worlds),
     .doc =
         "leave each case's HOME and TMPDIR behind, for looking into them (they hold credentials "
         "of the run)"},
    {.name = "cases",
     .arg = "DIR",
     .type = CLI_STRING,
     .offset = offsetof(struct run_options, cases_dir),
     .doc = "the suite, if not the program's own"},
    {.name = "quiet",
     .letter = 'q',
     .type = CLI_FLAG,
     .offset = offsetof(struct run_options, quiet),
     .doc = "no progress, only the summary"},
};

static const char *const examples[] = {
    "assay run -c connector.yaml\0every mode that the manifest declares, all cases",
    "assay run -c connector.yaml --auth m2m --case 'm2m/*'\0one mode, one family of cases",
    "assay run -c a.yaml -c b.yaml -o out -j 8\0two connectors, eight cases at a time",
    NULL,
};

struct loaded {
    const struct manifest **items;
    unsigned *left_out;
    size_t count;
};

static int manifests_load(struct arena *a, const struct run_options *o, struct loaded *ret,
                          struct err *err)
{
    unsigned chosen = 0;
    for (size_t i = 0; i < o->auth.count; i++) {
        chosen |= mode_set_of(str_of(o->auth.items[i])); /* unknown words: the plan complains */
    }
    ret->items = ARENA_ARRAY(a, const struct manifest *, o->connectors.count);
    ret->left_out = ARENA_ARRAY(a, unsigned, o->connectors.count);
    for (size_t i = 0; i < o->connectors.count; i++) {
        struct manifest *m = NULL;
        if (manifest_load(a, o->connectors.items[i], &m, err) < 0) {
            return -1;
        }
        ret->items[i] = m;
        ret->left_out[i] = o->auth.count > 0 ? manifest_mode_set(m) & ~chosen : 0;
    }
    ret->count = o->connectors.count;
    return 0;
}

static struct str_list selection_text(struct arena *a, const struct run_options *o)
{
    struct str_list list = {0};
    for (size_t i = 0; i < o->auth.count; i++) {
        *VEC_PUSH(a, &list) = arena_printf(a, "--auth %s", o->auth.items[i]);
    }
    for (size_t i = 0; i < o->cases.count; i++) {
        *VEC_PUSH(a, &list) = arena_printf(a, "--case %s", o->cases.items[i]);
    }
    if (o->level != LEVEL_MAY) {
        *VEC_PUSH(a, &list) = arena_printf(a, "--level %s", level_names[o->level]);
    }
    if (o->shard) {
        *VEC_PUSH(a, &list) = arena_printf(a, "--shard %s", o->shard);
    }
    return list;
}

static int plan_build(struct arena *a, const struct run_options *o, const struct loaded *manifests,
                      const struct case_set *cases, struct plan *ret, struct err *err)
{
    struct plan_request request = {.manifests = manifests->items,
                                   .manifest_count = manifests->count,
                                   .cases = cases,
                                   .auth = o->auth,
                                   .globs = o->cases,
                                   .max_level = o->level};
    if (o->shard && plan_shard_parse(str_of(o->shard), &request.shard, err) < 0) {
        return -1;
    }
    return plan_make(a, &request, ret, err);
}

/* The verdict stands before any report is written; a report that cannot be written is a failure of
 * its own. */
static int finish(const struct output *output, const struct run_record *run,
                  const struct secret_set *secrets, struct err *err)
{
    AUTO_BUF struct buf text = {0};
    const struct run_record *previous = output_previous(output);
    summary_write(&text, run);
    say_result("%s", buf_z(&text));
    if (output_close(output, run, previous, secrets, err) < 0) {
        bool leaked = err->code == ERR_INTERNAL;
        err_wrap(err, "the reports were not written");
        say_error(err);
        return leaked ? EXIT_BUG : EXIT_REPORT_NOT_WRITTEN;
    }
    say_result("report: %s/build_report.md\n", output->dir);
    return run->exit_code;
}

static int run_with_suite(const struct app *app, const struct run_options *o,
                          const struct case_set *cases, struct err *err)
{
    struct arena *a = app->arena;
    struct loaded manifests = {0};
    struct plan plan = {0};
    struct output output = {0};
    struct run_record *run = NULL;
    struct walls walls = {0};
    const struct walls_options walls_options = {.wanted = (enum isolation)o->isolation,
                                                .probe_program = app->probe_program};
    if (manifests_load(a, o, &manifests, err) < 0 ||
        plan_build(a, o, &manifests, cases, &plan, err) < 0 ||
        output_open(a, o->output, &output, err) < 0 ||
        walls_raise(a, &walls_options, &walls, err) < 0) {
        return app_fail(err);
    }
    const struct suite_run_options run_options = {.app = app,
                                                  .cases = cases,
                                                  .plan = &plan,
                                                  .manifests = manifests.items,
                                                  .manifest_count = manifests.count,
                                                  .output = &output,
                                                  .walls = &walls,
                                                  .selection = selection_text(a, o),
                                                  .left_out_modes = manifests.left_out,
                                                  .level = o->level,
                                                  .jobs = o->jobs > 0 ? o->jobs : env_cpu_count(),
                                                  .seed = (uint64_t)o->seed,
                                                  .strict = o->strict,
                                                  .keep_worlds = o->keep_worlds,
                                                  .quiet = o->quiet};
    struct secret_set *secrets = secret_set_new();
    int code = suite_run(a, &run_options, secrets, &run, err) < 0
                   ? app_fail(err)
                   : finish(&output, run, secrets, err);
    secret_set_free(secrets);
    walls_raze(&walls);
    return code;
}

static int run(void *context, const void *parsed, const struct str_list *args)
{
    const struct app *app = context;
    struct err err = {0};
    struct case_set *cases = NULL;
    const struct run_options *o = parsed;
    (void)args;
    if (app_suite_load(app, o->cases_dir, &cases, &err) < 0) {
        return app_fail(&err);
    }
    int code = run_with_suite(app, o, cases, &err);
    case_set_free(cases);
    return code;
}

const struct cli_command command_run = {
    .name = "run",
    .summary = "judge connectors and write build_report.md",
    .details = "Runs each connector in every mode that its manifest declares, one case after the "
               "other or several at a time, each in a place of its own against a mock of its own. "
               "Writes build_report.md, junit.xml and the event stream run.jsonl into the output "
               "folder and ends with the verdict as its exit status.",
    .options = options,
    .option_count = ARRAY_LEN(options),
    .options_size = sizeof(struct run_options),
    .examples = examples,
    .run = run,
};

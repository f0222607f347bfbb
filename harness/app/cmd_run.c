/* SPDX-License-Identifier: Apache-2.0 */
/* assay run: judge connectors and write the reports. */
#include "harness/app/option_rows.h"
#include "harness/app/repro.h"
#include "harness/app/run_setup.h"
#include "harness/app/status_signal.h"
#include "harness/app/suite_run.h"

#include "base/cli/exit_code.h"
#include "base/cli/term.h"
#include "base/secret/secret.h"
#include "base/sys/env.h"
#include "harness/report/report.h"
#include "harness/world/walls.h"

static const char *const clock_names[] = {"virtual", "real", NULL};

static const struct cli_option options[] = {
    OPTION_CONNECTOR(run_options, CLI_STRINGS, connectors),
    OPTION_AUTH(run_options, CLI_STRINGS, false, "only " OPTION_AUTH_DOC),
    OPTION_CASE(run_options, " (probes are run all the same)"),
    {.name = "level",
     .arg = "LEVEL",
     .type = CLI_ENUM,
     .names = level_names,
     .dflt = "may",
     .offset = offsetof(struct run_options, level),
     .doc = "leave out checks of a lower level: must, should or may"},
    OPTION_JOBS(run_options, "as many as there are processors"),
    OPTION_OUTPUT(run_options, "reports",
                  "where the reports go: build_report.md, junit.xml, run.jsonl, evidence/"),
    OPTION_ISOLATION(
        run_options,
        "how the connector is kept apart: sealed (namespaces, production host names, TLS; an "
        "error where it cannot be had), env (environment and HOME only), auto (the strongest "
        "there is; the report says which)"),
    {.name = "clock",
     .arg = "WHOSE",
     .type = CLI_ENUM,
     .names = clock_names,
     .dflt = "virtual",
     .offset = offsetof(struct run_options, clock),
     .doc =
         "in cases that move the connector's clock: virtual (it is moved, in sealed worlds on "
         "x86-64), real (nothing is moved: lifetimes and what is waited are a fortieth, 90 s for "
         "an hour)"},
    {.name = "browser",
     .arg = "KIND",
     .type = CLI_ENUM,
     .names = browser_engine_names,
     .dflt = "fake",
     .offset = offsetof(struct run_options, browser),
     .doc = "who plays the user in modes with a browser: fake (a small one of ours) or chromium "
            "(the real one, without a window, through chromedriver)"},
    {.name = "shard",
     .arg = "I/N",
     .type = CLI_STRING,
     .offset = offsetof(struct run_options, shard),
     .doc = "only the I-th of N parts, from 1; `auto': the part that the CI system's variables "
            "name (see the details)"},
    OPTION_SEED(
        run_options,
        "make the credentials of the run from this number; 0: from a new one, which is told"),
    {.name = "requirements",
     .arg = "NAME",
     .type = CLI_STRING,
     .offset = offsetof(struct run_options, requirements),
     .doc = "only clauses of this requirement set gate (cases/requirements/NAME.yaml); what others "
            "ask for is told, but fails nothing"},
    {.name = "baseline",
     .arg = "FILE",
     .type = CLI_STRING,
     .offset = offsetof(struct run_options, baseline),
     .doc = "failures that are known (assay baseline update writes it); strict both ways"},
    {.name = "report",
     .arg = "FORMAT[=FILE]",
     .type = CLI_STRINGS,
     .offset = offsetof(struct run_options, reports),
     .doc = "another report: json, tap, sarif, github, step-summary; markdown or junit with a file "
            "of its own; text (assay report lists them)"},
    {.name = "last-failed",
     .type = CLI_FLAG,
     .offset = offsetof(struct run_options, last_failed),
     .doc = "only what was not green in the run whose events are in the output folder"},
    {.name = "repeat",
     .arg = "N",
     .type = CLI_INT,
     .min = 0,
     .max = 100,
     .dflt = "0",
     .offset = offsetof(struct run_options, repeat),
     .doc = "run what fails up to N times more; what then passes is flaky, which is no pass"},
    {.name = "fail-fast",
     .type = CLI_FLAG,
     .offset = offsetof(struct run_options, fail_fast),
     .doc = "start nothing more after the first failure"},
    {.name = "max-failures",
     .arg = "N",
     .type = CLI_INT,
     .min = 0,
     .max = 1000000,
     .dflt = "0",
     .offset = offsetof(struct run_options, max_failures),
     .doc = "start nothing more after N failures; 0: go on"},
    {.name = "min",
     .arg = "N",
     .type = CLI_INT,
     .min = 0,
     .max = 1000000,
     .dflt = "0",
     .offset = offsetof(struct run_options, floor),
     .doc = "incomplete unless at least N case runs were judged"},
    {.name = "json",
     .type = CLI_FLAG,
     .offset = offsetof(struct run_options, json),
     .doc = "on standard output results.json instead of the summary"},
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
    OPTION_CASES_DIR(run_options),
    OPTION_QUIET(run_options, "no progress, and a summary without the expected failures"),
};

static const char *const examples[] = {
    "assay run -c connector.yaml\0every mode that the manifest declares, all cases",
    "assay run -c connector.yaml --auth m2m --case 'm2m/*'\0one mode, one family of cases",
    "assay run -c a.yaml -c b.yaml -o out -j 8\0two connectors, eight cases at a time",
    "assay run -c connector.yaml --shard auto --report sarif --report github\0a part, in CI",
    "assay run -c connector.yaml --last-failed --repeat 3\0what failed, again, up to four times",
    NULL,
};

static void results_tell(const struct run_setup *s, const struct run_record *run)
{
    AUTO_BUF struct buf text = {0};
    if (s->options->json) {
        results_json_write(&text, run);
    } else if (s->options->quiet) {
        summary_write_unexpected(&text, run);
    } else {
        summary_write(&text, run);
    }
    say_result("%s", buf_z(&text));
}

static void reports_tell(const struct run_setup *s)
{
    VEC_FOREACH(const struct report_choice, c, &s->reports) {
        if (c->path && s->options->json) {
            say_info("report: %s", c->path);
        } else if (c->path) {
            say_result("report: %s\n", c->path);
        }
    }
}

/* The verdict stands before any report is written; a report that cannot be written is a failure of
 * its own. */
static int finish(const struct run_setup *s, const struct run_record *run,
                  const struct secret_set *secrets, struct err *err)
{
    const struct repro_options repro = {.cases = s->cases,
                                        .manifests = s->manifests,
                                        .manifest_count = s->manifest_count,
                                        .program = s->app->program,
                                        .cases_dir = s->cases_dir,
                                        .judged_by = s->judged_by};
    const struct output_close_options close = {.run = run,
                                               .previous = output_previous(&s->output),
                                               .reports = &s->reports,
                                               .repro = &repro,
                                               .secrets = secrets,
                                               .step_summary = env_get("GITHUB_STEP_SUMMARY")};
    results_tell(s, run);
    if (output_close(&s->output, &close, err) < 0) {
        bool leaked = err->code == ERR_INTERNAL;
        err_wrap(err, "the reports were not written");
        say_error(err);
        return leaked ? EXIT_BUG : EXIT_REPORT_NOT_WRITTEN;
    }
    reports_tell(s);
    return run->exit_code;
}

static int run_within_walls(const struct run_setup *s, const struct walls *walls, int status_fd,
                            struct err *err)
{
    const struct run_options *o = s->options;
    struct run_record *run = NULL;
    const struct suite_run_options run_options = {.app = s->app,
                                                  .cases = s->cases,
                                                  .plan = &s->plan,
                                                  .manifests = s->manifests,
                                                  .manifest_count = s->manifest_count,
                                                  .output = &s->output,
                                                  .walls = walls,
                                                  .engine = (enum browser_engine)o->browser,
                                                  .selection = s->selection,
                                                  .left_out_modes = s->left_out,
                                                  .gate = s->gate,
                                                  .baseline = o->baseline ? &s->baseline : NULL,
                                                  .shard = s->shard,
                                                  .shard_source = s->shard_source,
                                                  .jobs = o->jobs > 0 ? o->jobs : env_cpu_count(),
                                                  .repeat = o->repeat,
                                                  .max_failures =
                                                      o->fail_fast ? 1 : o->max_failures,
                                                  .floor = o->floor,
                                                  .seed = s->seed,
                                                  .status_fd = status_fd,
                                                  .keep_worlds = o->keep_worlds,
                                                  .quiet = o->quiet};
    struct secret_set *secrets = secret_set_new();
    int code = suite_run(s->app->arena, &run_options, secrets, &run, err) < 0
                   ? app_fail(err)
                   : finish(s, run, secrets, err);
    secret_set_free(secrets);
    return code;
}

static void setup_tell(const struct run_setup *s)
{
    if (s->shard.total > 1) {
        say_info("shard %lld of %lld (%s), %zu of %zu case runs", (long long)s->shard.index,
                 (long long)s->shard.total, s->shard_source, s->plan.count, s->plan.selected);
    }
    if (!s->options->quiet) {
        say_info("seed %llu", (unsigned long long)s->seed);
    }
}

static int run_with_suite(const struct app *app, const struct run_options *o,
                          const struct case_set *cases, struct err *err)
{
    struct run_setup setup = {.app = app, .options = o, .cases = cases};
    struct walls walls = {0};
    if (run_setup_make(&setup, err) < 0) {
        return app_fail(err);
    }
    const struct walls_options walls_options = {.wanted = (enum isolation)o->isolation,
                                                .real_clock = o->clock != 0,
                                                .probe_program = app->probe_program,
                                                .manifests = setup.manifests,
                                                .manifest_count = setup.manifest_count};
    if (walls_raise(app->arena, &walls_options, &walls, err) < 0) {
        return app_fail(err);
    }
    int status_fd = status_signal_open(err);
    setup_tell(&setup);
    int code = status_fd < 0 ? app_fail(err) : run_within_walls(&setup, &walls, status_fd, err);
    walls_raze(&walls);
    return code;
}

static int run(void *context, const void *parsed, const struct str_list *args)
{
    const struct app *app = context;
    struct err err = {0};
    AUTO_CASE_SET struct case_set *cases = NULL;
    const struct run_options *o = parsed;
    (void)args;
    if (app_suite_load(app, o->cases_dir, &cases, &err) < 0) {
        return app_fail(&err);
    }
    return run_with_suite(app, o, cases, &err);
}

const struct cli_command command_run = {
    .name = "run",
    .summary = "judge connectors and write build_report.md",
    .details = "Runs each connector in every mode that its manifest declares, one case after the "
               "other or several at a time, each in a place of its own against a mock of its own. "
               "Writes build_report.md, junit.xml and the event stream run.jsonl into the output "
               "folder and ends with the verdict as its exit status.\n\n"
               "A failure leaves a folder below repro/ that shows it again. The seed of a run is "
               "printed and recorded, given or not.\n\n"
               "SIGUSR1 makes it tell what is running, oldest first.\n\n"
               "`--shard auto' reads the variables of the CI system: TEST_SHARD_INDEX and "
               "TEST_TOTAL_SHARDS (Bazel), GTEST_SHARD_INDEX and GTEST_TOTAL_SHARDS, "
               "CI_NODE_INDEX and CI_NODE_TOTAL (GitLab, from 1), CIRCLE_NODE_INDEX and "
               "CIRCLE_NODE_TOTAL, BUILDKITE_PARALLEL_JOB and BUILDKITE_PARALLEL_JOB_COUNT, "
               "SYSTEM_JOBPOSITIONINPHASE and SYSTEM_TOTALJOBSINPHASE (Azure Pipelines, from 1). "
               "Without it they are not looked at. An index without a total, as in a Kubernetes "
               "indexed Job, or systems that disagree are errors; TEST_SHARD_STATUS_FILE is "
               "touched. `assay merge' joins the parts.",
    .options = options,
    .option_count = ARRAY_LEN(options),
    .options_size = sizeof(struct run_options),
    .examples = examples,
    .run = run,
};

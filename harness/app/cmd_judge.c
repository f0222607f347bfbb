/* SPDX-License-Identifier: Apache-2.0 */
/* assay judge: saved evidence judged again, without running anything. */
#include "harness/app/app.h"
#include "harness/app/gate.h"
#include "harness/app/manifest_copy.h"
#include "harness/app/run_describe.h"

#include "base/cli/exit_code.h"
#include "base/cli/term.h"
#include "base/sys/clock.h"
#include "base/sys/fs.h"
#include "harness/report/compare.h"
#include "harness/report/report.h"
#include "harness/spec/baseline.h"

struct judge_options {
    const char *cases_dir, *report, *requirements, *baseline;
    int level;
    bool strict;
};

static const struct cli_option options[] = {
    {.name = "cases",
     .arg = "DIR",
     .type = CLI_STRING,
     .offset = offsetof(struct judge_options, cases_dir),
     .doc = "judge by this suite, if not the program's own"},
    {.name = "level",
     .arg = "LEVEL",
     .type = CLI_ENUM,
     .names = level_names,
     .dflt = "may",
     .offset = offsetof(struct judge_options, level),
     .doc = "leave out checks of a lower level: must, should or may"},
    {.name = "strict",
     .type = CLI_FLAG,
     .offset = offsetof(struct judge_options, strict),
     .doc = "a should that does not hold fails the run"},
    {.name = "requirements",
     .arg = "NAME",
     .type = CLI_STRING,
     .offset = offsetof(struct judge_options, requirements),
     .doc = "only clauses of this requirement set gate, whichever the run was judged by; `all': "
            "every clause"},
    {.name = "baseline",
     .arg = "FILE",
     .type = CLI_STRING,
     .offset = offsetof(struct judge_options, baseline),
     .doc = "failures that are known, as of assay run"},
    {.name = "report",
     .arg = "FILE",
     .type = CLI_STRING,
     .offset = offsetof(struct judge_options, report),
     .doc = "write the build report of the new judgement to this file"},
};
static const struct cli_positional positionals[] = {
    {.arg = "DIR", .required = true, .doc = "the output folder of a run (with run.jsonl)"},
};

struct again {
    const struct app *app;
    const struct judge_options *options;
    const struct case_set *cases;
    struct requirement_set requirements;
    struct gate gate;
    const char *dir;
    char today[32];
    struct manifest **manifests; /* one per connector of the run */
};

static const struct manifest *manifest_of(const struct again *g, const struct run_record *run,
                                          const char *connector)
{
    for (size_t i = 0; i < run->connectors.count; i++) {
        if (str_eq_z(str_of(run->connectors.items[i].name), connector)) {
            return g->manifests[i];
        }
    }
    return NULL;
}

static int mode_of(const char *name)
{
    for (int m = 0; m < MODE_COUNT; m++) {
        if (str_eq_z(str_of(mode_names[m]), name)) {
            return m;
        }
    }
    return -1;
}

static int result_judge(const struct again *g, const struct run_record *run, struct run_result *r,
                        struct err *err)
{
    struct arena *a = g->app->arena;
    struct evidence *evidence = NULL;
    const struct case_spec *spec = case_set_find(g->cases, r->case_id);
    const struct manifest *manifest = manifest_of(g, run, r->connector);
    int mode = mode_of(r->mode);
    if (!r->evidence) {
        return 0; /* it was not run: nothing to judge anew */
    }
    if (!spec || !manifest || mode < 0) {
        r->verdict = VERDICT_COULD_NOT_RUN;
        r->reason = spec ? "its connector or mode is not known any more"
                         : "the suite does not have this case any more";
        r->check_count = 0;
        return 0;
    }
    if (evidence_load(a, fs_join(a, g->dir, r->evidence), &evidence, err) < 0) {
        return err_wrap(err, "the evidence of %s %s %s", r->connector, r->mode, r->case_id);
    }
    struct case_result *result = judge_case(a, spec, (enum mode)mode, manifest, evidence, g->today);
    gate_apply(a, &g->gate, spec, result);
    r->products = gate_has(&g->gate, CLAUSE_ONE_PRODUCT)
                      ? judge_product_tokens(a, manifest, evidence)
                      : (struct str_list){0};
    evidence_done(evidence); /* what the result says is in the arena */
    /* That it passed on a repeat is not in the evidence, which is of the attempt that failed. */
    if (r->verdict != VERDICT_FLAKY || result->verdict != VERDICT_FAIL) {
        r->verdict = result->verdict;
        r->reason = result->reason;
    }
    r->checks = result->checks;
    r->check_count = result->check_count;
    r->outside = false;
    return 0;
}

static int manifests_load(struct again *g, struct run_record *run, struct err *err)
{
    struct baseline baseline = {0};
    if (g->options->baseline &&
        baseline_load(g->app->arena, g->options->baseline, &baseline, err) < 0) {
        return -1;
    }
    g->manifests = ARENA_ARRAY(g->app->arena, struct manifest *, run->connectors.count + 1);
    for (size_t i = 0; i < run->connectors.count; i++) {
        if (manifest_of_run(g->app->arena, g->dir, &run->connectors.items[i], &g->manifests[i],
                            err) < 0) {
            return -1;
        }
        baseline_apply(g->app->arena, &baseline, g->manifests[i]);
        run->connectors.items[i].excuse = product_excuse_of(g->manifests[i], g->today);
    }
    return 0;
}

/* The set that is asked for, else the one that the run was judged by. */
static int gate_make(struct again *g, const struct run_record *run, struct err *err)
{
    const char *digest = run->gate.requirements_digest;
    const char *name = g->options->requirements ? g->options->requirements
                       : digest && digest[0]    ? run->requirement_set
                                                : NULL;
    g->gate = (struct gate){.level = g->options->level, .strict = g->options->strict};
    if (!name) {
        return 0;
    }
    g->gate.requirements = &g->requirements;
    return requirement_set_load(g->app->arena, g->cases, name, &g->requirements, err);
}

static void print_changes(struct arena *a, const struct run_record *before,
                          const struct run_record *now)
{
    struct changes changes;
    run_compare(a, before, now, &changes);
    VEC_FOREACH(const struct change, c, &changes) {
        if (c->kind != CHANGE_STILL) {
            say_result("changed: %s %s %s %s: %s -> %s\n", c->connector, c->mode, c->case_id,
                       c->check, c->kind == CHANGE_NEW ? "not judged" : verdict_name(c->before),
                       verdict_name(c->now));
        }
    }
}

static int report_write(const struct again *g, const struct run_record *run, struct err *err)
{
    AUTO_BUF struct buf text = {0};
    if (!g->options->report) {
        return 0;
    }
    build_report_write(&text, run, NULL);
    return fs_write_file_atomic(g->options->report, buf_str(&text), 0644, err);
}

static int judge_again(struct again *g, struct err *err)
{
    struct arena *a = g->app->arena;
    struct run_record *before = NULL, *now = NULL;
    AUTO_BUF struct buf text = {0};
    const char *events = fs_join(a, g->dir, "run.jsonl");
    if (run_record_load(a, events, &before, err) < 0 || run_record_load(a, events, &now, err) < 0 ||
        manifests_load(g, now, err) < 0 || gate_make(g, now, err) < 0) {
        return app_fail(err);
    }
    if (!str_eq_z(str_of(now->suite_digest), g->cases->digest)) {
        say_info("the suite is not the one of the run (%.12s then, %.12s now)", now->suite_digest,
                 g->cases->digest);
    }
    VEC_FOREACH(struct run_result, r, &now->results) {
        if (result_judge(g, now, r, err) < 0) {
            return app_fail(err);
        }
    }
    now->requirement_set = g->gate.requirements ? g->gate.requirements->name : "all";
    now->exit_code = run_exit_code(now, g->options->strict);
    print_changes(a, before, now);
    summary_write(&text, now);
    say_result("%s", buf_z(&text));
    if (report_write(g, now, err) < 0) {
        say_error(err);
        return EXIT_REPORT_NOT_WRITTEN;
    }
    return now->exit_code;
}

static int run(void *context, const void *parsed, const struct str_list *args)
{
    struct again g = {.app = context, .options = parsed, .dir = args->items[0]};
    struct err err = {0};
    AUTO_CASE_SET struct case_set *cases = NULL;
    format_rfc3339(wall_ms(), g.today, (int)sizeof(g.today));
    g.today[sizeof("YYYY-MM-DD") - 1] = '\0';
    if (app_suite_load(g.app, g.options->cases_dir, &cases, &err) < 0) {
        return app_fail(&err);
    }
    g.cases = cases;
    return judge_again(&g, &err);
}

const struct cli_command command_judge = {
    .name = "judge",
    .summary = "judge the saved evidence of a run again",
    .details =
        "Reads run.jsonl and the evidence beside it, applies the checks of the suite as it is "
        "now, and tells what changed. Nothing is run; the reports of the run stay as they "
        "are.",
    .options = options,
    .option_count = ARRAY_LEN(options),
    .positionals = positionals,
    .positional_count = ARRAY_LEN(positionals),
    .options_size = sizeof(struct judge_options),
    .run = run,
};

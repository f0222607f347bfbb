/* SPDX-License-Identifier: Apache-2.0 */
/* assay lint: is this manifest, case or scenario file right? Nothing is run. */
#include "harness/app/app.h"

#include "base/cli/exit_code.h"
#include "base/cli/term.h"
#include "base/core/buf.h"
#include "base/json/json_read.h"
#include "base/sys/fs.h"
#include "base/wire/scenario.h"
#include "harness/judge/judge.h"
#include "harness/spec/baseline.h"
#include "harness/spec/coverage.h"
#include "harness/spec/manifest.h"
#include "harness/spec/requirements.h"

struct lint_options {
    const char *cases_dir, *uncovered;
    bool coverage, json;
};

static const struct cli_option options[] = {
    {.name = "cases",
     .arg = "DIR",
     .type = CLI_STRING,
     .offset = offsetof(struct lint_options, cases_dir),
     .doc = "the suite whose clauses a case file may cite, if not the program's own"},
    {.name = "coverage",
     .type = CLI_FLAG,
     .offset = offsetof(struct lint_options, coverage),
     .doc = "every clause has a check or says why not, every check is used, but for what "
            "uncovered.txt beside the cases lists; strict both ways"},
    {.name = "uncovered",
     .arg = "FILE",
     .type = CLI_STRING,
     .offset = offsetof(struct lint_options, uncovered),
     .doc = "the list of --coverage, if another one"},
    {.name = "json",
     .type = CLI_FLAG,
     .offset = offsetof(struct lint_options, json),
     .doc = "as one JSON object, for other programs"},
};
static const struct cli_positional positionals[] = {
    {.arg = "FILE",
     .repeated = true,
     .doc = "manifests (connector.yaml), case files, scenarios, baselines or folders of cases; "
            "none: the "
            "program's own suite"},
};

enum { MAX_FILE_BYTES = 4 * 1024 * 1024 };

/* What a file is shows in the keys at its top. */
static int kind_lint(const struct app *app, const struct case_set *set, const char *path,
                     struct err *err)
{
    AUTO_BUF struct buf content = {0};
    AUTO_JSON_DOC struct json_doc doc = {0};
    if (fs_read_file(path, MAX_FILE_BYTES, &content, err) < 0 ||
        json_or_yaml_read(buf_str(&content), path, &doc, err) < 0) {
        return -1;
    }
    if (json_get(doc.root, "drive") || json_get(doc.root, "assay")) {
        struct manifest *m = NULL;
        return manifest_load(app->arena, path, &m, err);
    }
    if (json_get(doc.root, "entries")) {
        struct baseline baseline;
        return baseline_load(app->arena, path, &baseline, err);
    }
    if (json_get(doc.root, "expect") || json_get(doc.root, "do")) {
        struct case_list cases = {0};
        const struct case_source file = {.path = path, .id = json_get_string(doc.root, "id", "")};
        int rc = case_load(app->arena, &file, judge_catalog_new(app->arena), set, &cases, err);
        case_list_done(&cases);
        return rc;
    }
    if (json_get(doc.root, "workspaces") || json_get(doc.root, "principals")) {
        struct scenario scenario;
        return scenario_decode(app->arena, &doc, doc.root, &scenario, err);
    }
    json_err(&doc, doc.root, err,
             "this is neither a manifest nor a case, a scenario or a baseline");
    err_hint(err, "a manifest has `assay' and `drive', a case `do' and `expect', a scenario "
                  "`workspaces', a baseline `entries'");
    return -1;
}

static int path_lint(const struct app *app, const struct case_set *set, const char *path,
                     struct err *err)
{
    if (!fs_is_dir(path)) {
        return kind_lint(app, set, path, err);
    }
    struct case_set *other = NULL;
    if (case_set_load(path, judge_catalog_new(app->arena), &other, err) < 0) {
        return -1;
    }
    case_set_free(other);
    return 0;
}

/* What was found, told at the end when JSON is wanted. */
struct lint {
    const struct app *app;
    const struct lint_options *options;
    struct case_set *set;
    struct json *findings;
    int code;
};

static void found(struct lint *l, const struct err *err, int code)
{
    l->code = l->code == EXIT_OK ? code : l->code;
    if (!l->options->json) {
        say_error(err);
        return;
    }
    struct json *o = json_object();
    json_set_string(o, "file", err->file);
    json_set_int(o, "line", err->line);
    json_set_int(o, "column", err->column);
    json_set_string(o, "message", err->msg);
    json_set_string(o, "hint", err->hint);
    json_push(l->findings, o);
}

/* Frozen sets are part of the suite: a broken one is found with it. */
static void requirements_lint(struct lint *l)
{
    struct err err = {0};
    struct str_list names = {0};
    if (requirement_set_names(l->app->arena, l->set, &names, &err) < 0) {
        found(l, &err, exit_code_of(&err));
        return;
    }
    for (size_t i = 0; i < names.count; i++) {
        struct requirement_set set = {0};
        struct err own = {0};
        if (requirement_set_load(l->app->arena, l->set, names.items[i], &set, &own) < 0) {
            found(l, &own, exit_code_of(&own));
        }
    }
}

static void coverage_lint(struct lint *l)
{
    struct arena *a = l->app->arena;
    struct coverage coverage = {0};
    struct coverage_list list = {0};
    struct str_list findings = {0};
    struct err err = {0};
    const char *path =
        l->options->uncovered ? l->options->uncovered : fs_join(a, l->set->dir, "uncovered.txt");
    bool has_list = l->options->uncovered || fs_exists(path);
    if (has_list && coverage_list_load(a, path, &list, &err) < 0) {
        found(l, &err, exit_code_of(&err));
        return;
    }
    coverage_of(a, l->set, judge_catalog_new(a), &coverage);
    coverage_judge(a, &coverage, has_list ? &list : NULL, &findings);
    for (size_t i = 0; i < findings.count; i++) {
        struct err finding = {0};
        err_set(&finding, ERR_INVALID, "%s", findings.items[i]);
        found(l, &finding, EXIT_FAILED);
    }
    say_info("%zu of %zu clauses have a check, %zu are excluded, %zu gaps are listed",
             coverage.covered, coverage.clauses, coverage.excluded, list.count);
}

static void tell_json(const struct lint *l)
{
    AUTO_JSON struct json *root = json_object();
    AUTO_BUF struct buf text = {0};
    json_set_bool(root, "right", l->code == EXIT_OK);
    json_set_int(root, "exit_code", l->code);
    json_set_string(root, "suite_digest", l->set->digest);
    json_set_int(root, "cases", (int64_t)l->set->case_count);
    json_set_int(root, "clauses", (int64_t)l->set->clause_count);
    json_set(root, "findings", json_copy(l->findings));
    json_write_pretty(&text, root);
    say_result("%s\n", buf_z(&text));
}

static void paths_lint(struct lint *l, const struct str_list *paths)
{
    for (size_t i = 0; i < paths->count; i++) {
        struct err err = {0};
        if (path_lint(l->app, l->set, paths->items[i], &err) < 0) {
            found(l, &err, exit_code_of(&err));
        } else if (!l->options->json) {
            say_info("%s: right", paths->items[i]);
        }
    }
    if (paths->count == 0) {
        requirements_lint(l);
    }
    if (l->options->coverage) {
        coverage_lint(l);
    }
}

static int run(void *context, const void *parsed, const struct str_list *args)
{
    struct lint l = {.app = context, .options = parsed, .code = EXIT_OK};
    struct err err = {0};
    AUTO_JSON struct json *findings = json_array();
    l.findings = findings;
    if (app_suite_load(l.app, l.options->cases_dir, &l.set, &err) < 0) {
        return app_fail(&err);
    }
    paths_lint(&l, args);
    if (l.options->json) {
        tell_json(&l);
    } else if (args->count == 0 && l.code == EXIT_OK) {
        say_info("%s: %zu cases, %zu clauses, right", l.set->dir, l.set->case_count,
                 l.set->clause_count);
    }
    case_set_free(l.set);
    return l.code;
}

const struct cli_command command_lint = {
    .name = "lint",
    .summary = "check manifests, cases and scenarios without running anything",
    .options = options,
    .option_count = ARRAY_LEN(options),
    .positionals = positionals,
    .positional_count = ARRAY_LEN(positionals),
    .options_size = sizeof(struct lint_options),
    .run = run,
};

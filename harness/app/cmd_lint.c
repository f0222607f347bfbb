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
#include "harness/spec/manifest.h"

struct lint_options {
    const char *cases_dir;
};

static const struct cli_option options[] = {
    {.name = "cases",
     .arg = "DIR",
     .type = CLI_STRING,
     .offset = offsetof(struct lint_options, cases_dir),
     .doc = "the suite whose clauses a case file may cite, if not the program's own"},
};
static const struct cli_positional positionals[] = {
    {.arg = "FILE",
     .repeated = true,
     .doc = "manifests (connector.yaml), case files, scenarios or folders of cases; none: the "
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
    if (json_get(doc.root, "expect") || json_get(doc.root, "do")) {
        struct case_spec *c = NULL;
        const char *id = json_get_string(doc.root, "id", "");
        return case_load(app->arena, path, id, judge_catalog_new(app->arena), set, &c, err);
    }
    if (json_get(doc.root, "workspaces") || json_get(doc.root, "principals")) {
        struct scenario scenario;
        return scenario_decode(app->arena, &doc, doc.root, &scenario, err);
    }
    json_err(&doc, doc.root, err, "this is neither a manifest nor a case nor a scenario");
    err_hint(err, "a manifest has `assay' and `drive', a case `do' and `expect', a scenario "
                  "`workspaces'");
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

static int run(void *context, const void *parsed, const struct str_list *args)
{
    const struct app *app = context;
    const struct lint_options *o = parsed;
    struct err err = {0};
    struct case_set *set = NULL;
    int code = EXIT_OK;
    if (app_suite_load(app, o->cases_dir, &set, &err) < 0) {
        return app_fail(&err);
    }
    for (size_t i = 0; i < args->count; i++) {
        if (path_lint(app, set, args->items[i], &err) < 0) {
            int this_code = app_fail(&err);
            code = code == EXIT_OK ? this_code : code;
        } else {
            say_info("%s: right", args->items[i]);
        }
    }
    if (args->count == 0) {
        say_info("%s: %zu cases, %zu clauses, right", set->dir, set->case_count, set->clause_count);
    }
    case_set_free(set);
    return code;
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

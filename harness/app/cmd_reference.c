/* SPDX-License-Identifier: Apache-2.0 */
/* assay reference: the reference pages, made from the tables that the program itself works by. The
 * files in docs/reference/ are its output; a test keeps them fresh. */
#include "harness/app/app.h"

#include "base/cli/exit_code.h"
#include "base/cli/term.h"
#include "base/core/buf.h"
#include "base/json/json.h"
#include "base/text/suggest.h"
#include "base/wire/scenario.h"
#include "harness/judge/families.h"
#include "harness/plan/plan.h"
#include "harness/report/report.h"
#include "harness/report/results.h"
#include "harness/spec/baseline.h"
#include "harness/spec/reference.h"

static const struct cli_positional positionals[] = {
    {.arg = "PAGE",
     .required = true,
     .doc =
         "manifest, case-format, checks, clauses, scenario, exit-codes, reports, results-schema, "
         "baseline or shards"},
};

static void write_manifest(const struct app *app, struct buf *out)
{
    (void)app;
    spec_manifest_markdown(out);
}

static void write_case_format(const struct app *app, struct buf *out)
{
    spec_case_markdown(out, judge_catalog_new(app->arena));
}

static void write_checks(const struct app *app, struct buf *out)
{
    (void)app;
    buf_add_z(out, "# Checks\n\nWhat a case can expect, by family. Generated from the tables that "
                   "judge.\n");
    for (size_t f = 0; f < check_family_count; f++) {
        buf_printf(out, "\n## %s\n\n%s\n", check_families[f]->name, check_families[f]->doc);
        for (size_t i = 0; i < check_families[f]->count; i++) {
            const struct check_row *row = &check_families[f]->rows[i];
            buf_printf(out, "\n### `%s`\n\n%s\n\n- Likely cause when it fails: %s.\n- Fix: %s.\n",
                       row->kind.name, row->kind.doc, row->cause, row->fix);
            if (row->kind.params) {
                buf_add_z(out, "\n| parameter | default | what it is |\n|---|---|---|\n");
            }
            for (size_t p = 0; row->kind.params && p < row->kind.params->field_count; p++) {
                const struct shape_field *field = &row->kind.params->fields[p];
                buf_printf(out, "| `%s`%s | %s | %s |\n", field->key,
                           field->required ? " (required)" : "", field->dflt ? field->dflt : "",
                           field->doc);
            }
        }
    }
}

static void write_scenario(const struct app *app, struct buf *out)
{
    (void)app;
    buf_add_z(out,
              "# Scenario\n\nWhat `assay-mock serve --config` reads and what the harness sends to "
              "the mock. Generated from the table that decodes it.\n\n");
    shape_markdown(out, &scenario_shape);
}

static void write_exit_codes(const struct app *app, struct buf *out)
{
    (void)app;
    buf_add_z(out, "# Exit codes\n\nOf both programs.\n\n| code | when |\n|---:|---|\n");
#define EXIT_ROW(name, value, doc) buf_printf(out, "| %d | %s |\n", value, doc);
    EXIT_CODE_TABLE(EXIT_ROW)
#undef EXIT_ROW
}

static void write_reports(const struct app *app, struct buf *out)
{
    (void)app;
    buf_add_z(out, "# Reports\n\nWhat `assay run --report FORMAT[=FILE]` and `assay report RUN "
                   "--format FORMAT[=FILE]` can write, all from the events in run.jsonl.\n\n"
                   "| format | file | what it is |\n|---|---|---|\n");
    for (size_t i = 0; i < report_format_count; i++) {
        const struct report_format *f = &report_formats[i];
        buf_printf(out, "| `%s` | %s | %s |\n", f->name,
                   str_eq_z(str_of(f->file), "-") ? "standard output" : f->file, f->doc);
    }
    buf_add_z(out, "\nSchema of results.json: [results.schema.json](results.schema.json).\n\n");
    shape_markdown(out, &results_shape);
}

static void write_results_schema(const struct app *app, struct buf *out)
{
    AUTO_JSON struct json *schema = shape_schema(&results_shape);
    (void)app;
    json_write_pretty(out, schema);
    buf_add_char(out, '\n');
}

static void write_baseline(const struct app *app, struct buf *out)
{
    (void)app;
    buf_add_z(out, "# Baseline\n\nWhat `assay run --baseline` reads and `assay baseline update` "
                   "writes. An entry that passes is an unexpected pass (exit 1); one whose day is "
                   "over, or that finds another failure than its signature, excuses nothing (exit "
                   "1); one that matches nothing makes the run incomplete (exit 2).\n\n");
    shape_markdown(out, baseline_file_shape());
}

static void write_shards(const struct app *app, struct buf *out)
{
    struct str_list protocols = {0};
    plan_shard_protocols(app->arena, &protocols);
    buf_add_z(out,
              "# Shards\n\n`assay run --shard I/N` runs a part; `assay merge` joins the parts and "
              "proves that all are there. Cases are spread by a hash of connector, mode and case, "
              "so that a case stays in its part when others come and go; probes go along into "
              "every part that has a case of their connector and mode, and count once.\n\n"
              "`--shard auto` reads what the CI system says, and only then: a variable that "
              "nobody thought of must not leave out cases. Two systems that disagree, an index "
              "without its total and numbers out of range are errors of usage. "
              "`TEST_SHARD_STATUS_FILE` is touched whenever `--shard` is given.\n\n");
    for (size_t i = 0; i < protocols.count; i++) {
        buf_printf(out, "- %s\n", protocols.items[i]);
    }
}

static void write_clauses(const struct app *app, struct buf *out)
{
    struct err err = {0};
    AUTO_CASE_SET struct case_set *set = NULL;
    if (app_suite_load(app, NULL, &set, &err) < 0) {
        app_fail(&err);
        return;
    }
    buf_printf(
        out,
        "# Clauses\n\nEvery sentence that a case may cite, with its source. Requirement set: "
        "`%s`.\n\n| clause | level | what it asks | source |\n|---|---|---|---|\n",
        set->requirement_set);
    for (size_t i = 0; i < set->clause_count; i++) {
        const struct clause *c = &set->clauses[i];
        buf_printf(out, "| `%s` | %s | %s | %s |\n", c->id, c->level, c->text, c->source);
    }
}

static const struct {
    const char *name;
    void (*write)(const struct app *app, struct buf *out);
} pages[] = {
    {"manifest", write_manifest}, {"case-format", write_case_format},
    {"checks", write_checks},     {"clauses", write_clauses},
    {"scenario", write_scenario}, {"exit-codes", write_exit_codes},
    {"reports", write_reports},   {"results-schema", write_results_schema},
    {"baseline", write_baseline}, {"shards", write_shards},
};

static int run(void *context, const void *parsed, const struct str_list *args)
{
    const char *names[ARRAY_LEN(pages)];
    struct err err = {0};
    (void)parsed;
    for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
        AUTO_BUF struct buf text = {0};
        names[i] = pages[i].name;
        if (str_eq_z(str_of(args->items[0]), names[i])) {
            pages[i].write(context, &text);
            say_result("%s", buf_z(&text));
            return text.len > 0 ? EXIT_OK : EXIT_BAD_FILE;
        }
    }
    err_set(&err, ERR_USAGE, "there is no page `%s'", args->items[0]);
    suggest_hint(&err, str_of(args->items[0]), names, ARRAY_LEN(pages));
    return app_fail(&err);
}

const struct cli_command command_reference = {
    .name = "reference",
    .summary = "print a reference page: the formats, the checks, the clauses, the exit codes",
    .positionals = positionals,
    .positional_count = ARRAY_LEN(positionals),
    .run = run,
};

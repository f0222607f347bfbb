/* SPDX-License-Identifier: Apache-2.0 */
/* assay reference: the reference pages, made from the tables that the program itself works by. The
 * files in docs/reference/ are its output; a test keeps them fresh. */
#include "harness/app/app.h"

#include "base/cli/exit_code.h"
#include "base/cli/term.h"
#include "base/core/buf.h"
#include "base/text/suggest.h"
#include "base/wire/scenario.h"
#include "harness/judge/families.h"
#include "harness/spec/reference.h"

static const struct cli_positional positionals[] = {
    {.arg = "PAGE",
     .required = true,
     .doc = "manifest, case-format, checks, clauses, scenario or exit-codes"},
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

static void write_clauses(const struct app *app, struct buf *out)
{
    struct err err = {0};
    struct case_set *set = NULL;
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
    case_set_free(set);
}

static const struct {
    const char *name;
    void (*write)(const struct app *app, struct buf *out);
} pages[] = {
    {"manifest", write_manifest}, {"case-format", write_case_format},
    {"checks", write_checks},     {"clauses", write_clauses},
    {"scenario", write_scenario}, {"exit-codes", write_exit_codes},
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

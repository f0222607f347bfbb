/* SPDX-License-Identifier: Apache-2.0 */
/* assay report: the reports of a run that is over, rendered from its events. */
#include "harness/app/app.h"
#include "harness/app/report_choice.h"
#include "harness/app/run_files.h"

#include "base/cli/exit_code.h"
#include "base/cli/term.h"
#include "base/sys/env.h"
#include "base/sys/fs.h"

struct report_options {
    struct str_list formats;
    bool list;
};

static const struct cli_option options[] = {
    {.name = "format",
     .letter = 'F',
     .arg = "FORMAT[=FILE]",
     .type = CLI_STRINGS,
     .offset = offsetof(struct report_options, formats),
     .doc = "markdown, junit, json, tap, sarif, github, step-summary or text; to FILE (`-' is "
            "standard output), else beside the events"},
    {.name = "list",
     .type = CLI_FLAG,
     .offset = offsetof(struct report_options, list),
     .doc = "tell the formats there are"},
};
static const struct cli_positional positionals[] = {
    {.arg = "RUN", .doc = "the output folder of a run, or its run.jsonl"},
};
static const char *const examples[] = {
    "assay report reports --format sarif=-\0what code scanning reads, on standard output",
    "assay report reports -F tap -F json\0results.tap and results.json beside the events",
    NULL,
};

static int formats_list(void)
{
    for (size_t i = 0; i < report_format_count; i++) {
        const struct report_format *f = &report_formats[i];
        say_result("%-14s %-18s %s\n", f->name, f->file, f->doc);
    }
    return EXIT_OK;
}

/* The run before is found where `assay run' leaves it; a report made later says the same then. */
static const struct run_record *previous_of(struct arena *a, const struct run_file *file)
{
    struct run_file previous = {0};
    struct err ignored = {0};
    const char *path = fs_join(a, file->dir, "previous.jsonl");
    bool has = fs_exists(path) && run_file_load(a, path, &previous, &ignored) == 0;
    return has ? previous.run : NULL;
}

static int reports_write(struct arena *a, const struct report_options *o,
                         const struct run_file *file, struct err *err)
{
    struct placed placed = {.arena = a};
    struct report_choices choices = {0};
    if (report_choices_parse(a, &o->formats, file->dir, false, &choices, err) < 0) {
        return app_fail(err);
    }
    report_choices_render(&choices, file->run, previous_of(a, file), env_get("GITHUB_STEP_SUMMARY"),
                          &placed);
    int code = EXIT_OK;
    if (placed_scan(&placed, NULL, err) < 0 || placed_put(&placed, err) < 0) {
        say_error(err);
        code = EXIT_REPORT_NOT_WRITTEN;
    }
    placed_done(&placed);
    return code;
}

static int run(void *context, const void *parsed, const struct str_list *args)
{
    const struct app *app = context;
    const struct report_options *o = parsed;
    struct run_file file = {0};
    struct err err = {0};
    if (o->list) {
        return formats_list();
    }
    if (args->count == 0 || o->formats.count == 0) {
        err_set(&err, ERR_USAGE, "%s", args->count == 0 ? "no run is named" : "no format is named");
        err_hint(&err, "assay report RUN --format FORMAT; --list tells the formats");
        return app_fail(&err);
    }
    if (run_file_load(app->arena, args->items[0], &file, &err) < 0) {
        return app_fail(&err);
    }
    return reports_write(app->arena, o, &file, &err);
}

const struct cli_command command_report = {
    .name = "report",
    .summary = "render the reports of a run again, in any format",
    .details = "Renders what `assay run --report' can from the events of a run that is over. "
               "Nothing is judged anew. With the format github the page for a job's summary is "
               "appended to $GITHUB_STEP_SUMMARY when that is set.",
    .options = options,
    .option_count = ARRAY_LEN(options),
    .positionals = positionals,
    .positional_count = ARRAY_LEN(positionals),
    .options_size = sizeof(struct report_options),
    .examples = examples,
    .run = run,
};

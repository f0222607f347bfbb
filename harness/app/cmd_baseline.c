/* SPDX-License-Identifier: Apache-2.0 */
/* assay baseline update: the list of known failures, made to fit a run. */
#include "harness/app/app.h"
#include "harness/app/baseline_renew.h"
#include "harness/app/run_files.h"

#include "base/cli/exit_code.h"
#include "base/cli/term.h"
#include "base/sys/clock.h"
#include "base/sys/env.h"
#include "base/sys/fs.h"

struct baseline_options {
    const char *output, *reason, *owner, *expires;
};

#define DAY_MS ((int64_t)24 * 3600 * 1000)
enum { DAYS_EXCUSED = 90 };

static const struct cli_option options[] = {
    {.name = "output",
     .letter = 'o',
     .arg = "FILE",
     .type = CLI_STRING,
     .required = true,
     .offset = offsetof(struct baseline_options, output),
     .doc = "the baseline: read when it is there, then rewritten"},
    {.name = "reason",
     .arg = "TEXT",
     .type = CLI_STRING,
     .dflt = "not explained yet",
     .offset = offsetof(struct baseline_options, reason),
     .doc = "of new entries"},
    {.name = "owner",
     .arg = "NAME",
     .type = CLI_STRING,
     .dflt = "nobody yet",
     .offset = offsetof(struct baseline_options, owner),
     .doc = "of new entries"},
    {.name = "expires",
     .arg = "DATE",
     .type = CLI_STRING,
     .offset = offsetof(struct baseline_options, expires),
     .doc = "last day of new entries, YYYY-MM-DD; 90 days from now when not given"},
};
static const struct cli_positional positionals[] = {
    {.arg = "update", .required = true, .doc = "what to do: update"},
    {.arg = "RUN", .required = true, .doc = "the output folder of a run, or its run.jsonl"},
};
static const char *const examples[] = {
    "assay baseline update reports -o known.yaml --owner 'auth team'\0after a run that failed",
    "assay run -c connector.yaml --baseline known.yaml\0a run that the list excuses",
    NULL,
};

static const char *expiry(struct arena *a, const char *given)
{
    char text[32];
    if (given) {
        return given;
    }
    format_rfc3339(wall_ms() + DAYS_EXCUSED * DAY_MS, text, (int)sizeof(text));
    return arena_strndup(a, text, strlen("YYYY-MM-DD"));
}

static void changes_tell(const struct baseline_changes *changes)
{
    size_t kept = 0;
    VEC_FOREACH(const struct baseline_change, c, changes) {
        const struct manifest_expected_failure *f = &c->entry->failure;
        kept += c->sign == '=';
        if (c->sign != '=') {
            say_result("%c %s %s %s%s%s\n", c->sign, c->entry->connector, f->case_id,
                       f->check ? f->check : "", f->signature ? ": " : "",
                       f->signature ? f->signature : "");
        }
    }
    say_result("%zu kept, %zu changed\n", kept, changes->count - kept);
}

static int update(const struct app *app, const struct baseline_options *o, const char *name,
                  struct err *err)
{
    struct arena *a = app->arena;
    struct run_file file = {0};
    struct baseline old = {0}, renewed = {0}, again = {0};
    struct baseline_changes changes = {0};
    AUTO_BUF struct buf text = {0};
    const struct baseline_words words = {o->reason, o->owner, expiry(a, o->expires)};
    if (run_file_load(a, name, &file, err) < 0 ||
        (fs_exists(o->output) && baseline_load(a, o->output, &old, err) < 0)) {
        return app_fail(err);
    }
    if (!file.run->complete) {
        err_set(err, ERR_INVALID, "%s broke off: what fails in it is not known", file.events);
        return app_fail(err);
    }
    baseline_renew(a, &old, file.run, &words, &renewed, &changes);
    baseline_write(&text, &renewed);
    /* What cannot be read again (a date that does not exist) is not written. */
    if (baseline_read(a, buf_str(&text), o->output, &again, err) < 0 ||
        fs_write_file_atomic(o->output, buf_str(&text), 0644, err) < 0) {
        return app_fail(err);
    }
    changes_tell(&changes);
    return EXIT_OK;
}

static int run(void *context, const void *parsed, const struct str_list *args)
{
    const struct app *app = context;
    struct err err = {0};
    if (!str_eq_z(str_of(args->items[0]), "update")) {
        err_set(&err, ERR_USAGE, "`%s' is nothing to do with a baseline", args->items[0]);
        err_hint(&err, "assay baseline update RUN -o FILE");
        return app_fail(&err);
    }
    if (env_get("CI")) {
        err_set(&err, ERR_USAGE, "a baseline is not updated in CI (the variable CI is set)");
        err_hint(&err, "a person updates it, looks at it and commits it");
        return app_fail(&err);
    }
    return update(app, parsed, args->items[1], &err);
}

const struct cli_command command_baseline = {
    .name = "baseline",
    .summary = "keep the list of known failures",
    .details = "`assay baseline update RUN -o FILE' makes FILE fit the run: entries that still "
               "match stay with their reason, owner, date and signature, entries that nothing "
               "answers to go, and what fails without an entry gets one, with a signature of what "
               "was seen. It tells each change, and refuses when CI is set.",
    .options = options,
    .option_count = ARRAY_LEN(options),
    .positionals = positionals,
    .positional_count = ARRAY_LEN(positionals),
    .options_size = sizeof(struct baseline_options),
    .examples = examples,
    .run = run,
};

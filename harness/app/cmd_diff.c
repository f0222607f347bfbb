/* SPDX-License-Identifier: Apache-2.0 */
/* assay diff: what changed between two runs, check by check. */
#include "harness/app/app.h"
#include "harness/app/run_files.h"

#include "base/cli/exit_code.h"
#include "base/cli/term.h"
#include "base/json/json.h"
#include "harness/report/compare.h"

struct diff_options {
    bool json;
};

static const struct cli_option options[] = {
    {.name = "json",
     .type = CLI_FLAG,
     .offset = offsetof(struct diff_options, json),
     .doc = "as one JSON object, for other programs"},
};
static const struct cli_positional positionals[] = {
    {.arg = "BEFORE", .required = true, .doc = "the output folder of a run, or its run.jsonl"},
    {.arg = "AFTER", .required = true, .doc = "the same of a later run"},
};

static const char *const kind_words[] = {[CHANGE_FIXED] = "fixed",
                                         [CHANGE_BROKEN] = "flipped",
                                         [CHANGE_STILL] = "still",
                                         [CHANGE_NEW] = "new"};

struct differences {
    struct run_file before, after;
    struct changes changes, gone;
    size_t counts[ARRAY_LEN(kind_words)];
    bool suite_changed;
    int exit_code;
};

/* Worse is 1; less, or less than whole, is 2: what is not there any more proves nothing. */
static int exit_code_of_differences(const struct differences *d)
{
    if (d->counts[CHANGE_BROKEN] > 0 || d->counts[CHANGE_NEW] > 0) {
        return EXIT_FAILED;
    }
    bool whole = d->before.run->complete && d->after.run->complete;
    return whole && d->gone.count == 0 ? EXIT_OK : EXIT_INCOMPLETE;
}

static void differences_find(struct arena *a, struct differences *d)
{
    const struct run_record *before = d->before.run, *after = d->after.run;
    run_compare(a, before, after, &d->changes);
    run_compare_gone(a, before, after, &d->gone);
    VEC_FOREACH(const struct change, c, &d->changes) {
        d->counts[c->kind]++;
    }
    d->suite_changed = !str_eq_z(str_of(before->suite_digest), after->suite_digest);
    d->exit_code = exit_code_of_differences(d);
}

static void tell_change(const char *word, const struct change *c, const char *from, const char *to)
{
    say_result("%-8s %s %s %s%s%s: %s -> %s\n", word, c->connector, c->mode, c->case_id,
               c->check[0] ? " " : "", c->check, from, to);
}

static void tell(const struct differences *d)
{
    static const enum change_kind order[] = {CHANGE_BROKEN, CHANGE_NEW, CHANGE_STILL, CHANGE_FIXED};
    for (size_t k = 0; k < ARRAY_LEN(order); k++) {
        VEC_FOREACH(const struct change, c, &d->changes) {
            if (c->kind == order[k]) {
                tell_change(kind_words[c->kind], c,
                            c->kind == CHANGE_NEW ? "not judged" : verdict_name(c->before),
                            verdict_name(c->now));
            }
        }
    }
    VEC_FOREACH(const struct change, c, &d->gone) {
        tell_change("gone", c, verdict_name(c->before), "not judged");
    }
    if (d->suite_changed) {
        say_result("the suite is another one: %.12s before, %.12s after\n",
                   d->before.run->suite_digest, d->after.run->suite_digest);
    }
    if (!d->before.run->complete || !d->after.run->complete) {
        say_result("%s broke off\n", d->before.run->complete ? d->after.events : d->before.events);
    }
    say_result("%zu flipped, %zu new, %zu still, %zu fixed, %zu gone\n", d->counts[CHANGE_BROKEN],
               d->counts[CHANGE_NEW], d->counts[CHANGE_STILL], d->counts[CHANGE_FIXED],
               d->gone.count);
}

static struct json *change_json(const char *word, const struct change *c, const char *from,
                                const char *to)
{
    struct json *o = json_object();
    json_set_string(o, "kind", word);
    json_set_string(o, "connector", c->connector);
    json_set_string(o, "mode", c->mode);
    json_set_string(o, "case", c->case_id);
    json_set_string(o, "check", c->check);
    json_set_string(o, "before", from);
    json_set_string(o, "after", to);
    return o;
}

static struct json *run_json(const struct run_file *f)
{
    struct json *o = json_object();
    json_set_string(o, "events", f->events);
    json_set_string(o, "run_id", f->run->run_id);
    json_set_string(o, "suite_digest", f->run->suite_digest);
    json_set_bool(o, "complete", f->run->complete);
    json_set_int(o, "exit_code", f->run->exit_code);
    return o;
}

static void tell_json(const struct differences *d)
{
    AUTO_JSON struct json *root = json_object();
    AUTO_BUF struct buf text = {0};
    struct json *changes = json_array(), *counts = json_object();
    VEC_FOREACH(const struct change, c, &d->changes) {
        json_push(changes,
                  change_json(kind_words[c->kind], c,
                              c->kind == CHANGE_NEW ? "not judged" : verdict_name(c->before),
                              verdict_name(c->now)));
    }
    VEC_FOREACH(const struct change, c, &d->gone) {
        json_push(changes, change_json("gone", c, verdict_name(c->before), "not judged"));
    }
    for (size_t k = 0; k < ARRAY_LEN(kind_words); k++) {
        json_set_int(counts, kind_words[k], (int64_t)d->counts[k]);
    }
    json_set_int(counts, "gone", (int64_t)d->gone.count);
    json_set(root, "before", run_json(&d->before));
    json_set(root, "after", run_json(&d->after));
    json_set_bool(root, "suite_changed", d->suite_changed);
    json_set(root, "counts", counts);
    json_set(root, "changes", changes);
    json_set_int(root, "exit_code", d->exit_code);
    json_write_pretty(&text, root);
    say_result("%s\n", buf_z(&text));
}

static int run(void *context, const void *parsed, const struct str_list *args)
{
    const struct app *app = context;
    const struct diff_options *o = parsed;
    struct differences d = {0};
    struct err err = {0};
    if (run_file_load(app->arena, args->items[0], &d.before, &err) < 0 ||
        run_file_load(app->arena, args->items[1], &d.after, &err) < 0) {
        return app_fail(&err);
    }
    differences_find(app->arena, &d);
    if (o->json) {
        tell_json(&d);
    } else {
        tell(&d);
    }
    return d.exit_code;
}

const struct cli_command command_diff = {
    .name = "diff",
    .summary = "tell what changed between two runs",
    .details =
        "Compares check by check: flipped (was green, is not), new (not green, and not judged "
        "before), still (not green in both), fixed, gone (judged before and not any more).\n\n"
        "Exit status: 1 when something flipped or is new; else 2 when something is gone or one "
        "of the runs broke off; else 0. 65 when a run cannot be read.",
    .options = options,
    .option_count = ARRAY_LEN(options),
    .positionals = positionals,
    .positional_count = ARRAY_LEN(positionals),
    .options_size = sizeof(struct diff_options),
    .run = run,
};

/* SPDX-License-Identifier: Apache-2.0 */
/* assay merge: the shards of a run, joined and proved to be whole. */
#include "harness/app/app.h"
#include "harness/app/manifest_copy.h"
#include "harness/app/output.h"
#include "harness/app/run_files.h"

#include "base/cli/exit_code.h"
#include "base/cli/term.h"
#include "base/sys/env.h"
#include "base/sys/fs.h"
#include "harness/report/merge.h"

#include <sys/stat.h>

enum { MAX_ENTRIES = 1000000 };
#define MAX_COPIED_BYTES ((size_t)512 * 1024 * 1024)

struct merge_options {
    const char *output;
    struct str_list reports;
};

static const struct cli_option options[] = {
    {.name = "output",
     .letter = 'o',
     .arg = "DIR",
     .type = CLI_STRING,
     .required = true,
     .offset = offsetof(struct merge_options, output),
     .doc = "where the whole goes: build_report.md, junit.xml, run.jsonl, evidence/, repro/"},
    {.name = "report",
     .arg = "FORMAT[=FILE]",
     .type = CLI_STRINGS,
     .offset = offsetof(struct merge_options, reports),
     .doc = "another report, as of assay run"},
};
static const struct cli_positional positionals[] = {
    {.arg = "DIR", .required = true, .repeated = true, .doc = "the output folders of the shards"},
};
static const char *const examples[] = {
    "assay merge shard-* -o reports\0all shards of a run, in any order",
    NULL,
};

struct merge {
    struct arena *arena;
    const struct merge_options *options;
    struct run_file *files;
    size_t count;
    struct output output;
    struct report_choices reports;
};

static int tree_copy(struct arena *a, const char *from, const char *to, struct err *err)
{
    struct fs_entries entries = {0};
    if (!fs_is_dir(from)) {
        return 0;
    }
    if (fs_walk(a, from, MAX_ENTRIES, &entries, err) < 0 || fs_make_dirs(to, 0755, err) < 0) {
        return -1;
    }
    VEC_FOREACH(const struct fs_entry, e, &entries) {
        AUTO_BUF struct buf content = {0};
        const char *target = fs_join(a, to, e->path);
        buf_init(&content, MAX_COPIED_BYTES);
        if (S_ISDIR(e->mode) && fs_make_dirs(target, 0755, err) < 0) {
            return -1;
        }
        if (S_ISREG(e->mode) &&
            (fs_read_file(fs_join(a, from, e->path), MAX_COPIED_BYTES, &content, err) < 0 ||
             fs_write_file_atomic(target, buf_str(&content), e->mode & 0777, err) < 0)) {
            return -1;
        }
    }
    return 0;
}

static const struct run_file *file_of(const struct merge *m, struct str run_id)
{
    for (size_t i = 0; i < m->count; i++) {
        if (str_eq_z(run_id, m->files[i].run->run_id)) {
            return &m->files[i];
        }
    }
    return NULL;
}

/* Evidence is told apart by the id of the run it is of; in the whole it is all of one run. */
static int evidence_take(const struct merge *m, struct run_record *whole, struct err *err)
{
    VEC_FOREACH(struct run_result, r, &whole->results) {
        struct str rest = str_of(r->evidence), folder, id;
        if (!r->evidence || !str_split(&rest, '/', &folder) || !str_split(&rest, '/', &id)) {
            continue;
        }
        const struct run_file *f = file_of(m, id);
        const char *own = arena_printf(m->arena, "%.*s/%s/%.*s", STR_ARG(folder), m->output.run_id,
                                       STR_ARG(rest));
        if (f && tree_copy(m->arena, fs_join(m->arena, f->dir, r->evidence),
                           fs_join(m->arena, m->output.dir, own), err) < 0) {
            return err_wrap(err, "the evidence of %s", f->name);
        }
        r->evidence = own;
    }
    return 0;
}

static int events_write(const struct merge *m, const struct run_record *whole, struct err *err)
{
    struct event_writer *w = event_writer_open(m->output.events_part, err);
    if (!w) {
        return -1;
    }
    int rc = event_write_start(w, whole, err);
    VEC_FOREACH(const struct run_result, r, &whole->results) {
        rc = rc < 0 ? rc : event_write_result(w, r, err);
    }
    rc = rc < 0 ? rc : event_write_end(w, whole, err);
    struct err close_err = {0};
    if (event_writer_close(w, &close_err) < 0 && rc == 0) {
        *err = close_err;
        rc = -1;
    }
    return rc;
}

static int whole_write(const struct merge *m, struct run_record *whole, struct err *err)
{
    const struct output_close_options close = {.run = whole,
                                               .previous = output_previous(&m->output),
                                               .reports = &m->reports,
                                               .step_summary = env_get("GITHUB_STEP_SUMMARY")};
    whole->run_id = m->output.run_id;
    if (evidence_take(m, whole, err) < 0 || events_write(m, whole, err) < 0 ||
        output_close(&m->output, &close, err) < 0) {
        return -1;
    }
    static const char *const folders[] = {"repro", MANIFEST_COPIES};
    for (size_t i = 0; i < m->count * ARRAY_LEN(folders); i++) {
        const char *folder = folders[i % ARRAY_LEN(folders)];
        const char *from = fs_join(m->arena, m->files[i / ARRAY_LEN(folders)].dir, folder);
        if (tree_copy(m->arena, from, fs_join(m->arena, m->output.dir, folder), err) < 0) {
            return -1;
        }
    }
    return 0;
}

static int shards_join(struct merge *m, struct err *err)
{
    struct merge_input *inputs = ARENA_ARRAY(m->arena, struct merge_input, m->count);
    struct str_list problems = {0};
    AUTO_BUF struct buf text = {0};
    for (size_t i = 0; i < m->count; i++) {
        inputs[i] = (struct merge_input){m->files[i].name, m->files[i].run};
    }
    struct run_record *whole = runs_merge(m->arena, inputs, m->count, &problems);
    for (size_t i = 0; i < problems.count; i++) {
        say_result("problem: %s\n", problems.items[i]);
    }
    if (!whole) {
        say_result(
            "verdict: incomplete: these are not all shards of one run; nothing was written\n");
        return EXIT_INCOMPLETE;
    }
    if (report_choices_parse(m->arena, &m->options->reports, m->options->output, true, &m->reports,
                             err) < 0 ||
        output_open(m->arena, m->options->output, &m->output, err) < 0) {
        return app_fail(err);
    }
    summary_write(&text, whole);
    say_result("%s", buf_z(&text));
    if (whole_write(m, whole, err) < 0) {
        err_wrap(err, "the reports were not written");
        say_error(err);
        return EXIT_REPORT_NOT_WRITTEN;
    }
    say_result("report: %s/build_report.md\n", m->output.dir);
    return whole->exit_code;
}

static int run(void *context, const void *parsed, const struct str_list *args)
{
    const struct app *app = context;
    struct err err = {0};
    struct merge m = {.arena = app->arena,
                      .options = parsed,
                      .files = ARENA_ARRAY(app->arena, struct run_file, args->count),
                      .count = args->count};
    for (size_t i = 0; i < args->count; i++) {
        if (run_file_load(m.arena, args->items[i], &m.files[i], &err) < 0) {
            return app_fail(&err);
        }
    }
    return shards_join(&m, &err);
}

const struct cli_command command_merge = {
    .name = "merge",
    .summary = "join the shards of a run and prove that they are all there",
    .details =
        "Every shard carries the digest of the whole plan. The parts must be of one suite, one "
        "plan and one set of options, each there once, and what they ran together must have "
        "that digest again; else the exit status is 2, the culprits are named and nothing is "
        "written. Probes are run by every shard that needs them and count once, with the worst "
        "verdict.",
    .options = options,
    .option_count = ARRAY_LEN(options),
    .positionals = positionals,
    .positional_count = ARRAY_LEN(positionals),
    .options_size = sizeof(struct merge_options),
    .examples = examples,
    .run = run,
};

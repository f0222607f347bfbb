/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/app/output.h"

#include "base/core/buf.h"
#include "base/crypto/random.h"
#include "base/sys/clock.h"
#include "base/sys/fs.h"
#include "harness/app/manifest_copy.h"
#include "harness/app/repro.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#define MAX_EVENTS_BYTES ((size_t)1024 * 1024 * 1024)
enum { MAX_ENTRIES = 1000000 };

/* Sortable by time, unique by chance: 20260301-120000-1a2b3c. */
static const char *run_id_make(struct arena *a)
{
    char when[32];
    struct rng rng;
    AUTO_BUF struct buf id = {0};
    format_rfc3339(wall_ms(), when, (int)sizeof(when));
    for (const char *p = when; *p && *p != '.' && *p != 'Z'; p++) {
        if (*p == 'T') {
            buf_add_char(&id, '-');
        } else if (*p != '-' && *p != ':') {
            buf_add_char(&id, *p);
        }
    }
    buf_add_char(&id, '-');
    rng_init_system(&rng);
    rng_hex(&rng, &id, 3);
    return arena_strdup(a, buf_z(&id));
}

int output_open(struct arena *a, const char *dir, struct output *ret, struct err *err)
{
    const char *real = NULL;
    if (fs_make_dirs(dir, 0755, err) < 0 || fs_real_path(a, dir, &real, err) < 0) {
        return err_wrap(err, "the output folder");
    }
    *ret = (struct output){.arena = a,
                           .dir = real,
                           .run_id = run_id_make(a),
                           .events_part = fs_join(a, real, "run.jsonl.part"),
                           .events = fs_join(a, real, "run.jsonl"),
                           .previous = fs_join(a, real, "previous.jsonl")};
    return 0;
}

const char *output_evidence(const struct output *o, struct arena *a, const struct plan_name *of)
{
    return arena_printf(a, "evidence/%s/%s/%s/%s", o->run_id, of->connector, of->mode, of->case_id);
}

const struct run_record *output_previous(const struct output *o)
{
    struct run_record *run = NULL;
    struct err ignored = {0};
    if (!fs_exists(o->events) || run_record_load(o->arena, o->events, &run, &ignored) < 0) {
        return NULL;
    }
    return run;
}

static int events_move(const struct output *o, struct err *err)
{
    if (rename(o->events, o->previous) < 0 && errno != ENOENT) {
        return err_errno(err, "cannot rename %s to %s", o->events, o->previous);
    }
    if (rename(o->events_part, o->events) < 0) {
        return err_errno(err, "cannot rename %s to %s", o->events_part, o->events);
    }
    return 0;
}

/* Only two runs are kept: this one and the one before, whose events are kept too. */
static int evidence_prune(const struct output *o, const struct run_record *previous,
                          struct err *err)
{
    struct fs_entries entries = {0};
    const char *root = fs_join(o->arena, o->dir, "evidence");
    if (!fs_is_dir(root)) {
        return 0;
    }
    if (fs_walk(o->arena, root, MAX_ENTRIES, &entries, err) < 0) {
        return -1;
    }
    VEC_FOREACH(const struct fs_entry, e, &entries) {
        struct str name = str_of(e->path);
        bool top = str_find(name, STR("/"), 0) < 0;
        bool kept = str_eq_z(name, o->run_id) || (previous && str_eq_z(name, previous->run_id));
        if (top && !kept && fs_remove_tree(fs_join(o->arena, root, e->path), err) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Nothing is put in its place before all of it was looked through. The repro folders of the run
 * before are gone then: its evidence is kept, its recipes are not. */
static int all_put(const struct output *o, const struct output_close_options *options,
                   struct placed *placed, struct err *err)
{
    struct buf *events = placed_add(placed, o->events_part, PLACED_NOWHERE);
    if (fs_read_file(o->events_part, MAX_EVENTS_BYTES, events, err) < 0) {
        return -1;
    }
    if (options->repro && repro_render(options->repro, o, options->run, placed, err) < 0) {
        return err_wrap(err, "the repro folders");
    }
    if (options->repro && manifest_copies_render(o->dir, options->repro->manifests,
                                                 options->repro->manifest_count, placed, err) < 0) {
        return -1;
    }
    report_choices_render(options->reports, options->run, options->previous, options->step_summary,
                          placed);
    if (placed_scan(placed, options->secrets, err) < 0 ||
        fs_remove_tree(fs_join(o->arena, o->dir, "repro"), err) < 0 ||
        placed_put(placed, err) < 0 || events_move(o, err) < 0) {
        return -1;
    }
    return evidence_prune(o, options->previous, err);
}

int output_close(const struct output *o, const struct output_close_options *options,
                 struct err *err)
{
    struct placed placed = {.arena = o->arena};
    int rc = all_put(o, options, &placed, err);
    placed_done(&placed);
    return rc;
}

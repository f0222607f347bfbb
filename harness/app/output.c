/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/app/output.h"

#include "base/core/buf.h"
#include "base/crypto/random.h"
#include "base/secret/scan.h"
#include "base/sys/clock.h"
#include "base/sys/fs.h"
#include "harness/report/report.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#define MAX_SCANNED_BYTES ((size_t)1024 * 1024 * 1024)
enum { MAX_ENTRIES = 1000000, REPORT_CAP = 256 * 1024 * 1024 };

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

const char *output_evidence(const struct output *o, const char *connector, const char *mode,
                            const char *case_id)
{
    return arena_printf(o->arena, "evidence/%s/%s/%s/%s", o->run_id, connector, mode, case_id);
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

static int text_scan(struct arena *a, const struct secret_scanner *scanner, struct str text,
                     const char *path, struct err *err)
{
    struct secret_hits hits = {0};
    secret_scan(scanner, a, text, &hits);
    if (hits.count > 0) {
        return err_set(err, ERR_INTERNAL, "%s would hold %s (%s) at byte %llu", path,
                       hits.items[0].canary->name, secret_encoding_name(hits.items[0].encoding),
                       (unsigned long long)hits.items[0].offset);
    }
    return 0;
}

static int file_scan(struct arena *a, const struct secret_scanner *scanner, const char *path,
                     struct err *err)
{
    AUTO_BUF struct buf content = {0};
    buf_init(&content, MAX_SCANNED_BYTES);
    if (fs_read_file(path, MAX_SCANNED_BYTES, &content, err) < 0) {
        return -1;
    }
    return text_scan(a, scanner, buf_str(&content), path, err);
}

/* Evidence is ours too: what was redacted when it was saved is looked through once more. */
static int evidence_scan(const struct output *o, const struct secret_scanner *scanner,
                         struct err *err)
{
    struct fs_entries entries = {0};
    AUTO_ARENA struct arena *a = arena_new();
    const char *root = arena_printf(a, "%s/evidence/%s", o->dir, o->run_id);
    if (!fs_is_dir(root)) {
        return 0;
    }
    if (fs_walk(a, root, MAX_ENTRIES, &entries, err) < 0) {
        return -1;
    }
    VEC_FOREACH(const struct fs_entry, e, &entries) {
        if (S_ISREG(e->mode) && file_scan(a, scanner, fs_join(a, root, e->path), err) < 0) {
            return -1;
        }
    }
    return 0;
}

static int report_write(const struct output *o, const struct secret_scanner *scanner,
                        const char *name, const struct buf *text, struct err *err)
{
    const char *path = fs_join(o->arena, o->dir, name);
    if (text->truncated) {
        return err_set(err, ERR_LIMIT, "%s would be larger than it may be", path);
    }
    if (scanner && text_scan(o->arena, scanner, buf_str(text), path, err) < 0) {
        return -1;
    }
    return fs_write_file_atomic(path, buf_str(text), 0644, err);
}

static int reports_write(const struct output *o, const struct secret_scanner *scanner,
                         const struct run_record *run, const struct run_record *previous,
                         struct err *err)
{
    AUTO_BUF struct buf markdown = {0};
    AUTO_BUF struct buf junit = {0};
    buf_init(&markdown, REPORT_CAP);
    buf_init(&junit, REPORT_CAP);
    build_report_write(&markdown, run, previous);
    junit_write(&junit, run);
    if (report_write(o, scanner, "junit.xml", &junit, err) < 0) {
        return -1;
    }
    return report_write(o, scanner, "build_report.md", &markdown, err);
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

static int files_finish(const struct output *o, const struct secret_scanner *scanner,
                        const struct run_record *run, const struct run_record *previous,
                        struct err *err)
{
    if (scanner && (file_scan(o->arena, scanner, o->events_part, err) < 0 ||
                    evidence_scan(o, scanner, err) < 0)) {
        return -1;
    }
    if (reports_write(o, scanner, run, previous, err) < 0 || events_move(o, err) < 0) {
        return -1;
    }
    return evidence_prune(o, previous, err);
}

int output_close(const struct output *o, const struct run_record *run,
                 const struct run_record *previous, const struct secret_set *secrets,
                 struct err *err)
{
    struct secret_scanner *scanner =
        secrets && secret_set_count(secrets) > 0 ? secret_scanner_new(secrets) : NULL;
    int rc = files_finish(o, scanner, run, previous, err);
    secret_scanner_free(scanner);
    return rc;
}

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

#define MAX_EVENTS_BYTES ((size_t)1024 * 1024 * 1024)
enum { MAX_ENTRIES = 1000000, REPORT_CAP = 256 * 1024 * 1024, CANARIES_AT_A_TIME = 2000 };

struct written {
    const char *path;
    struct buf *text;
};

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

static int text_scan(const struct secret_scanner *scanner, struct str text, const char *path,
                     struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct secret_hits hits = {0};
    secret_scan(scanner, a, text, &hits);
    if (hits.count > 0) {
        return err_set(err, ERR_INTERNAL, "%s would hold %s (%s) at byte %llu", path,
                       hits.items[0].canary->name, secret_encoding_name(hits.items[0].encoding),
                       (unsigned long long)hits.items[0].offset);
    }
    return 0;
}

/* A long run has many canaries; the automaton is made for some of them at a time, so that its
 * memory stays bounded. */
static int texts_scan(const struct secret_set *secrets, const struct written *texts, size_t count,
                      struct err *err)
{
    size_t total = secrets ? secret_set_count(secrets) : 0;
    for (size_t from = 0; from < total; from += CANARIES_AT_A_TIME) {
        struct secret_set *some = secret_set_new();
        for (size_t i = from; i < total && i < from + CANARIES_AT_A_TIME; i++) {
            const struct canary *c = secret_set_at(secrets, i);
            secret_set_add(some, c->name, c->kind, secret_reveal(c->value));
        }
        struct secret_scanner *scanner = secret_scanner_new(some);
        int rc = 0;
        for (size_t i = 0; i < count && rc == 0; i++) {
            rc = text_scan(scanner, buf_str(texts[i].text), texts[i].path, err);
        }
        secret_scanner_free(scanner);
        secret_set_free(some);
        if (rc < 0) {
            return -1;
        }
    }
    return 0;
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

/* Nothing is put in its place before all of it was looked through. */
static int files_finish(const struct output *o, const struct run_record *run,
                        const struct run_record *previous, const struct secret_set *secrets,
                        struct written texts[3], struct err *err)
{
    build_report_write(texts[0].text, run, previous);
    junit_write(texts[1].text, run);
    if (fs_read_file(o->events_part, MAX_EVENTS_BYTES, texts[2].text, err) < 0) {
        return -1;
    }
    if (texts[0].text->truncated || texts[1].text->truncated) {
        return err_set(err, ERR_LIMIT, "the report is larger than it may be");
    }
    if (texts_scan(secrets, texts, 3, err) < 0 ||
        fs_write_file_atomic(texts[1].path, buf_str(texts[1].text), 0644, err) < 0 ||
        fs_write_file_atomic(texts[0].path, buf_str(texts[0].text), 0644, err) < 0 ||
        events_move(o, err) < 0) {
        return -1;
    }
    return evidence_prune(o, previous, err);
}

int output_close(const struct output *o, const struct run_record *run,
                 const struct run_record *previous, const struct secret_set *secrets,
                 struct err *err)
{
    AUTO_BUF struct buf markdown = {0};
    AUTO_BUF struct buf junit = {0};
    AUTO_BUF struct buf events = {0};
    struct written texts[3] = {{fs_join(o->arena, o->dir, "build_report.md"), &markdown},
                               {fs_join(o->arena, o->dir, "junit.xml"), &junit},
                               {o->events_part, &events}};
    buf_init(&markdown, REPORT_CAP);
    buf_init(&junit, REPORT_CAP);
    return files_finish(o, run, previous, secrets, texts, err);
}

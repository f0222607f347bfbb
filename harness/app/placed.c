/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/app/placed.h"

#include "base/cli/term.h"
#include "base/secret/scan.h"
#include "base/sys/fs.h"

enum { REPORT_CAP = 256 * 1024 * 1024, CANARIES_AT_A_TIME = 2000 };

struct buf *placed_add(struct placed *p, const char *path, enum placed_how how)
{
    struct placed_text *t = VEC_PUSH(p->arena, p);
    *t = (struct placed_text){.path = path, .how = how};
    buf_init(&t->text, REPORT_CAP);
    return &t->text;
}

static int text_scan(const struct secret_scanner *scanner, const struct placed_text *t,
                     struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct secret_hits hits = {0};
    secret_scan(scanner, a, buf_str(&t->text), &hits);
    if (hits.count > 0) {
        return err_set(err, ERR_INTERNAL, "%s would hold %s (%s) at byte %llu", t->path,
                       hits.items[0].canary->name, secret_encoding_name(hits.items[0].encoding),
                       (unsigned long long)hits.items[0].offset);
    }
    return 0;
}

static int all_scan(const struct placed *p, const struct secret_set *some, struct err *err)
{
    struct secret_scanner *scanner = secret_scanner_new(some);
    int rc = 0;
    for (size_t i = 0; i < p->count && rc == 0; i++) {
        rc = text_scan(scanner, &p->items[i], err);
    }
    secret_scanner_free(scanner);
    return rc;
}

/* A long run has many canaries; the automaton is made for some of them at a time, so that its
 * memory stays bounded. */
int placed_scan(const struct placed *p, const struct secret_set *secrets, struct err *err)
{
    size_t total = secrets ? secret_set_count(secrets) : 0;
    VEC_FOREACH(const struct placed_text, t, p) {
        if (t->text.truncated) {
            return err_set(err, ERR_LIMIT, "%s is larger than a report may be", t->path);
        }
    }
    for (size_t from = 0; from < total; from += CANARIES_AT_A_TIME) {
        struct secret_set *some = secret_set_new();
        for (size_t i = from; i < total && i < from + CANARIES_AT_A_TIME; i++) {
            const struct canary *c = secret_set_at(secrets, i);
            secret_set_add(some, c->name, c->kind, secret_reveal(c->value));
        }
        int rc = all_scan(p, some, err);
        secret_set_free(some);
        if (rc < 0) {
            return -1;
        }
    }
    return 0;
}

static int text_put(struct arena *a, const struct placed_text *t, struct err *err)
{
    switch (t->how) {
    case PLACED_FILE:
    case PLACED_PROGRAM:
        return fs_make_dirs(fs_dirname(a, t->path), 0755, err) < 0
                   ? -1
                   : fs_write_file_atomic(t->path, buf_str(&t->text),
                                          t->how == PLACED_PROGRAM ? 0755 : 0644, err);
    case PLACED_APPENDED:
        return fs_append_file(t->path, buf_str(&t->text), 0644, err);
    case PLACED_STDOUT:
        say_result("%s", buf_z(&t->text));
        return 0;
    case PLACED_NOWHERE:
        break;
    }
    return 0;
}

int placed_put(const struct placed *p, struct err *err)
{
    VEC_FOREACH(const struct placed_text, t, p) {
        if (text_put(p->arena, t, err) < 0) {
            return -1;
        }
    }
    return 0;
}

void placed_done(struct placed *p)
{
    VEC_FOREACH(struct placed_text, t, p) {
        buf_done(&t->text);
    }
    p->count = 0;
}

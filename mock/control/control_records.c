/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/xalloc.h"
#include "base/json/json_read.h"
#include "base/text/glob.h"
#include "mock/control/control_priv.h"
#include "mock/journal/journal_store.h"

/* Records leave the journal as finished lines; what is asked for is chosen among those. */

#define TAKEN_PATTERNS_MAX ((size_t)256)
#define TAKEN_NUMBERS_MAX  ((size_t)100000)

static int export(const struct space *s, int64_t after, struct buf *out, struct err *err)
{
    struct journal_canaries canaries;
    space_canaries(s, &canaries);
    return journal_store_export(s->journal, &canaries, after, out, err);
}

/* A line's number and route; false for the line that tells of dropped ones. */
static bool line_read(struct arena *a, struct str line, int64_t *ret_seq, const char **ret_route)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct err ignored = {0};
    if (json_read(line, "journal", NULL, &doc, &ignored) < 0 || json_get(doc.root, "seq") == NULL) {
        return false;
    }
    *ret_seq = json_get_int(doc.root, "seq", 0);
    *ret_route = arena_strdup(a, json_get_string(doc.root, "route", ""));
    return true;
}

static bool is_wanted(const char *pattern, const char *route)
{
    return pattern == NULL || glob_match(str_of(pattern), str_of(route));
}

struct lines {
    struct str *items;
    size_t count, capacity;
};

static void lines_wanted(struct arena *a, struct str text, const char *pattern, struct lines *ret)
{
    struct str line, rest = text;
    while (str_split(&rest, '\n', &line)) {
        int64_t seq = 0;
        const char *route = NULL;
        if (line.len > 0 && (!line_read(a, line, &seq, &route) || is_wanted(pattern, route))) {
            *VEC_PUSH(a, ret) = line;
        }
    }
}

static void line_add(struct buf *out, struct str line)
{
    buf_add_str(out, line);
    buf_add_char(out, '\n');
}

/* Looks further back until there are enough. */
static int records_last(const struct space *s, const struct records_query *q, struct buf *out,
                        struct err *err)
{
    int64_t seq = journal_store_seq(s->journal), back = q->last;
    for (;;) {
        AUTO_ARENA struct arena *a = arena_new();
        AUTO_BUF struct buf text = {0};
        struct lines lines = {0};
        back = back < seq / 8 ? back * 8 : seq;
        if (export(s, seq - back, &text, err) < 0) {
            return -1;
        }
        lines_wanted(a, buf_str(&text), q->route != NULL ? q->route : "**", &lines);
        if (lines.count >= (size_t)q->last || back == seq) {
            size_t from = lines.count > (size_t)q->last ? lines.count - (size_t)q->last : 0;
            for (size_t i = from; i < lines.count; i++) {
                line_add(out, lines.items[i]);
            }
            return 0;
        }
    }
}

int control_records(const struct space *s, const struct records_query *q, struct buf *out,
                    struct err *err)
{
    if (q->last > 0) {
        return records_last(s, q, out, err);
    }
    if (q->route == NULL) {
        return export(s, q->after, out, err);
    }
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf text = {0};
    struct lines lines = {0};
    if (export(s, q->after, &text, err) < 0) {
        return -1;
    }
    lines_wanted(a, buf_str(&text), q->route, &lines);
    VEC_FOREACH(const struct str, line, &lines) {
        line_add(out, *line);
    }
    return 0;
}

static int64_t ended(const struct space *s, const char *pattern)
{
    size_t pos = 0;
    int64_t total = 0;
    for (const struct route_count *row; (row = route_counts_next(&s->tally, &pos)) != NULL;) {
        total += glob_match(str_of(pattern), str_of(route_count_name(row))) ? row->count : 0;
    }
    return total;
}

int64_t control_records_untaken(const struct space *s, const char *route)
{
    const struct taken *taken = map_get(&s->taken, str_of(route));
    return ended(s, route) - (taken != NULL ? taken->total : 0);
}

static struct taken *taken_of(struct space *s, const char *route, struct err *err)
{
    struct taken *taken = map_get(&s->taken, str_of(route));
    if (taken == NULL && s->taken.count == TAKEN_PATTERNS_MAX) {
        err_set(err, ERR_LIMIT, "records were taken with %zu patterns already", TAKEN_PATTERNS_MAX);
        return NULL;
    }
    if (taken == NULL) {
        taken = xcalloc(1, sizeof(*taken));
        map_put(&s->taken, str_of(route), taken);
    }
    return taken;
}

static bool was_given(const struct taken *t, int64_t seq)
{
    for (size_t i = 0; i < t->given_count; i++) {
        if (t->given[i] == seq) {
            return true;
        }
    }
    return false;
}

static void mark_given(struct taken *t, int64_t seq)
{
    if (t->given_count == t->given_capacity) {
        t->given_capacity = t->given_capacity == 0 ? 16 : t->given_capacity * 2;
        t->given = xrealloc(t->given, t->given_capacity, sizeof(*t->given));
    }
    t->given[t->given_count++] = seq;
    t->total++;
}

int control_records_take(struct space *s, const char *route, int64_t most, struct buf *out,
                         struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf text = {0};
    struct taken *taken = taken_of(s, route, err);
    if (taken == NULL || export(s, taken->after, &text, err) < 0) {
        return -1;
    }
    struct str line, rest = buf_str(&text);
    int64_t count = 0;
    bool all = true;
    while (str_split(&rest, '\n', &line)) {
        int64_t seq = 0;
        const char *name = NULL;
        if (line.len == 0 || !line_read(a, line, &seq, &name) || !is_wanted(route, name) ||
            was_given(taken, seq)) {
            continue;
        }
        if (most > 0 && count == most) {
            all = false;
            break;
        }
        count++;
        mark_given(taken, seq);
        line_add(out, line);
    }
    if (all && (journal_store_open(s->journal) == 0 || taken->given_count > TAKEN_NUMBERS_MAX)) {
        taken->after = journal_store_seq(s->journal);
        taken->given_count = 0;
    }
    return 0;
}

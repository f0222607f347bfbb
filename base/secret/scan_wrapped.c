/* SPDX-License-Identifier: Apache-2.0 */
/* Forms that are wrapped into lines. At nearly every line end it is seen from the three bytes
 * around it on either side that no form goes on there; where one might, the text around is scanned
 * once more with its line ends, and the blanks after them, taken out. */
#include "base/secret/scan_priv.h"

#include "base/core/xalloc.h"

#include <stdlib.h>
#include <string.h>

enum { PAIR_BITS = 20, GRAM = 3 };

static uint32_t gram_hash(unsigned char a, unsigned char b, unsigned char c)
{
    uint32_t gram = (uint32_t)a | (uint32_t)b << 8 | (uint32_t)c << 16;
    return gram * 0x9e3779b1u >> (32 - PAIR_BITS);
}

void wrap_pairs_make(struct secret_scanner *s)
{
    s->pairs = xcalloc((size_t)1 << (PAIR_BITS - 3), 1);
    for (size_t i = 0; i < s->forms.count; i++) {
        const struct form *f = &s->forms.items[i];
        for (size_t k = 0; !f->is_borrowed && k + GRAM <= f->len + f->after; k++) {
            uint32_t hash = gram_hash(f->bytes[k], f->bytes[k + 1], f->bytes[k + 2]);
            s->pairs[hash >> 3] |= (unsigned char)(1u << (hash & 7));
        }
    }
}

void wrap_pairs_done(struct secret_scanner *s)
{
    if (s->pairs) {
        explicit_bzero(s->pairs, (size_t)1 << (PAIR_BITS - 3));
    }
    free(s->pairs);
    s->pairs = NULL;
}

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

/* Where the next line's text begins; at is a line end. */
static size_t after_line_end(struct str bytes, size_t at)
{
    while (at < bytes.len && is_line_end(bytes.ptr[at])) {
        at++;
    }
    while (at < bytes.len && (bytes.ptr[at] == ' ' || bytes.ptr[at] == '\t')) {
        at++;
    }
    return at;
}

static bool has_gram(const struct secret_scanner *s, const unsigned char *gram)
{
    uint32_t hash = gram_hash(gram[0], gram[1], gram[2]);
    return s->pairs[hash >> 3] >> (hash & 7) & 1;
}

/* A line of one character shows less. */
static bool may_go_on(const struct secret_scanner *s, struct str bytes, size_t end, size_t next)
{
    const unsigned char *b = (const unsigned char *)bytes.ptr;
    if (end < 1 || next >= bytes.len) {
        return false;
    }
    bool two_before = end >= 2 && !is_line_end(bytes.ptr[end - 2]);
    bool two_after = next + 1 < bytes.len && !is_line_end(bytes.ptr[next + 1]);
    return (two_before || two_after) &&
           (!two_before || has_gram(s, (const unsigned char[]){b[end - 2], b[end - 1], b[next]})) &&
           (!two_after || has_gram(s, (const unsigned char[]){b[end - 1], b[next], b[next + 1]}));
}

/* The text around a line end without line ends, and where each of its bytes was. */
struct joined {
    char *text;
    size_t *places;
    size_t len;
};

static void joined_done(struct joined *j)
{
    if (j->text) {
        explicit_bzero(j->text, j->len);
    }
    free(j->text);
    free(j->places);
}

/* From the beginning of a line or a form's length back, whichever comes first; a form's length on.
 */
static void join(const struct secret_scanner *s, struct str bytes, size_t from, size_t end,
                 struct joined *ret)
{
    size_t room = (end - from) + s->longest_form;
    *ret = (struct joined){.text = xmalloc(room), .places = xcalloc(room, sizeof(*ret->places))};
    for (size_t at = from; at < bytes.len && ret->len < room;) {
        if (is_line_end(bytes.ptr[at])) {
            at = after_line_end(bytes, at);
            continue;
        }
        ret->text[ret->len] = bytes.ptr[at];
        ret->places[ret->len++] = at++;
    }
}

/* Scans the lines that may hang together: from `from` (at a line's text) over the end of line at
 * `end`. */
static void seam_scan(const struct secret_scanner *s, struct str bytes, size_t from, size_t end,
                      struct finds *wrapped)
{
    AUTO(joined_done) struct joined j = {0};
    AUTO(finds_done) struct finds found = {0};
    join(s, bytes, from, end, &j);
    scan_alone(s, str_n(j.text, j.len), &found);
    VEC_FOREACH(const struct find, f, &found) {
        struct find there = *f;
        there.from = j.places[f->from];
        there.to = j.places[f->to - 1] + 1;
        if (there.from < end && there.to > end) {
            finds_add(s, wrapped, there);
        }
    }
}

static int compare_finds(const void *left, const void *right)
{
    const struct find *a = left, *b = right;
    return a->from != b->from ? (a->from < b->from ? -1 : 1) : (a->to > b->to) - (a->to < b->to);
}

static void finds_merge(const struct secret_scanner *s, const struct finds *more, struct finds *all)
{
    size_t count = all->count + more->count;
    struct find *both = xcalloc(count, sizeof(*both));
    if (all->count > 0) {
        memcpy(both, all->items, all->count * sizeof(*both));
    }
    memcpy(both + all->count, more->items, more->count * sizeof(*both));
    qsort(both, count, sizeof(*both), compare_finds);
    all->count = 0;
    for (size_t i = 0; i < count; i++) {
        finds_add(s, all, both[i]);
    }
    free(both);
}

/* The beginning of the text that may belong to what goes on at `end`. */
static size_t reach_back(const struct secret_scanner *s, struct str bytes, size_t end)
{
    size_t at = end, seen = 0;
    while (at > 0 && seen < s->longest_form) {
        at--;
        seen += !is_line_end(bytes.ptr[at]);
    }
    return at;
}

void scan_wrapped(const struct secret_scanner *s, struct str bytes, struct finds *finds)
{
    AUTO(finds_done) struct finds wrapped = {0};
    for (size_t at = 0; at < bytes.len;) {
        const char *newline = memchr(bytes.ptr + at, '\n', bytes.len - at);
        if (newline == NULL) {
            break;
        }
        size_t end = (size_t)(newline - bytes.ptr);
        while (end > at && bytes.ptr[end - 1] == '\r') {
            end--;
        }
        size_t next = after_line_end(bytes, end);
        if (may_go_on(s, bytes, end, next)) {
            seam_scan(s, bytes, reach_back(s, bytes, end), end, &wrapped);
        }
        at = next;
    }
    if (wrapped.count > 0) {
        finds_merge(s, &wrapped, finds);
    }
}

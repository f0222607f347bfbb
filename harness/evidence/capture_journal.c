/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/evidence/capture.h"

#include "base/secret/scan.h"

struct listing {
    struct arena *arena;
    struct journal_record *record;
};

/* The markers are those of base/secret/scan.h: «name:fragment». */
static void text_list(const struct listing *l, struct str text, const char *where)
{
    static const struct str open_mark = {"\u00ab", sizeof("\u00ab") - 1};
    static const struct str end_mark = {":fragment\u00bb", sizeof(":fragment\u00bb") - 1};
    size_t from = 0;
    for (long at; (at = str_find(text, open_mark, from)) >= 0;) {
        size_t name = (size_t)at + open_mark.len;
        long end = str_find(text, end_mark, name);
        long other = str_find(text, open_mark, name);
        from = name;
        if (end >= 0 && (other < 0 || other > end)) {
            *VEC_PUSH(l->arena, &l->record->secrets) = (struct journal_secret){
                .name = arena_strndup(l->arena, text.ptr + name, (size_t)end - name),
                .encoding = secret_encoding_name(ENCODING_FRAGMENT),
                .where = where,
                .offset = at};
        }
    }
}

static void record_list(struct arena *a, struct journal_record *r)
{
    const struct listing l = {.arena = a, .record = r};
    text_list(&l, str_of(r->request.target), "target");
    VEC_FOREACH(const struct journal_pair, h, &r->request.headers) {
        text_list(&l, str_of(h->value), arena_printf(a, "header:%s", h->name));
    }
    text_list(&l, str_of(r->request.body), "body");
}

void capture_journal_fragments(struct arena *a, struct journal *journal)
{
    VEC_FOREACH(struct journal_record, r, journal) {
        record_list(a, r);
    }
}

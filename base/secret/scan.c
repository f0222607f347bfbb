/* SPDX-License-Identifier: Apache-2.0 */
#include "base/secret/scan.h"

#include "base/core/assert.h"
#include "base/core/xalloc.h"
#include "base/secret/scan_priv.h"

#include <stdlib.h>
#include <string.h>

static const char *const encoding_names[] = {
    [ENCODING_RAW] = "raw",
    [ENCODING_BASE64] = "base64",
    [ENCODING_BASE64URL] = "base64url",
    [ENCODING_HEX] = "hex",
    [ENCODING_PERCENT] = "percent",
    [ENCODING_JSON] = "json",
    [ENCODING_UTF16] = "utf16",
    [ENCODING_REVERSED] = "reversed",
    [ENCODING_FRAGMENT] = "fragment",
};

const char *secret_encoding_name(enum secret_encoding e)
{
    return encoding_names[e];
}

static struct str needle_of(const struct form *f)
{
    size_t most = f->encoding == ENCODING_FRAGMENT ? FRAGMENT_ANCHOR : SECRET_NEEDLE_MAX;
    size_t len = f->len < most ? f->len : most;
    return str_n((const char *)f->bytes + (f->len - len), len);
}

static void needle_add(struct secret_scanner *s, int32_t form)
{
    struct str bytes = needle_of(&s->forms.items[form]);
    int32_t number = automaton_add(&s->automaton, bytes, (int32_t)s->needle_count);
    if ((size_t)number == s->needle_count) {
        s->needles[s->needle_count++] = (struct needle){.bytes = bytes, .first_form = form};
        s->next_form[form] = -1;
    } else {
        s->next_form[form] = s->needles[number].first_form;
        s->needles[number].first_form = form;
    }
}

static void automaton_build(struct secret_scanner *s)
{
    size_t count = s->forms.count;
    s->next_form = xcalloc(count, sizeof(*s->next_form));
    s->needles = xcalloc(count, sizeof(*s->needles));
    automaton_init(&s->automaton);
    for (size_t i = 0; i < count; i++) {
        needle_add(s, (int32_t)i);
        size_t len = s->forms.items[i].len + s->forms.items[i].after;
        s->longest_form = len > s->longest_form ? len : s->longest_form;
    }
    struct str *all = xcalloc(s->needle_count, sizeof(*all));
    for (size_t i = 0; i < s->needle_count; i++) {
        all[i] = s->needles[i].bytes;
    }
    automaton_finish(&s->automaton, all, s->needle_count);
    free(all);
}

static struct secret_scanner *scanner_make(const struct secret_set *set, bool deep)
{
    struct secret_scanner *s = xcalloc(1, sizeof(*s));
    for (size_t i = 0; i < secret_set_count(set); i++) {
        form_list_add(&s->forms, secret_set_at(set, i));
        if (deep) {
            form_list_add_fragments(&s->forms, secret_set_at(set, i));
        }
    }
    ASSERT(s->forms.count <= INT32_MAX);
    automaton_build(s);
    if (deep) {
        wrap_pairs_make(s);
    }
    return s;
}

struct secret_scanner *secret_scanner_new(const struct secret_set *set)
{
    return scanner_make(set, false);
}

struct secret_scanner *secret_scanner_new_deep(const struct secret_set *set)
{
    return scanner_make(set, true);
}

void secret_scanner_free(struct secret_scanner *s)
{
    if (!s) {
        return;
    }
    automaton_done(&s->automaton);
    wrap_pairs_done(s);
    form_list_done(&s->forms);
    free(s->next_form);
    free(s->needles);
    free(s);
}

static void hits_copy(const struct secret_scanner *s, const struct finds *finds, struct arena *a,
                      struct secret_hits *ret_hits)
{
    struct secret_hits hits = {0};
    VEC_FOREACH(const struct find, f, finds) {
        const struct form *form = &s->forms.items[f->form];
        *VEC_PUSH(a, &hits) = (struct secret_hit){
            .canary = form->canary,
            .encoding = form->encoding,
            .offset = f->from,
            .len = (size_t)(f->to - f->from),
        };
    }
    *ret_hits = hits;
}

void secret_scan(const struct secret_scanner *s, struct arena *a, struct str bytes,
                 struct secret_hits *ret_hits)
{
    AUTO(finds_done) struct finds finds = {0};
    if (s->needle_count > 0) {
        scan_alone(s, bytes, &finds);
        if (s->pairs) {
            scan_wrapped(s, bytes, &finds);
        }
    }
    hits_copy(s, &finds, a, ret_hits);
}

void secret_redact(const struct secret_scanner *s, struct arena *a, struct str bytes,
                   struct buf *out, struct secret_hits *ret_hits)
{
    struct secret_hits hits;
    size_t at = 0;
    secret_scan(s, a, bytes, &hits);
    VEC_FOREACH(const struct secret_hit, hit, &hits) {
        buf_add_str(out, str_slice(bytes, at, (size_t)hit->offset));
        secret_marker(out, hit->canary, hit->encoding);
        at = (size_t)hit->offset + hit->len;
    }
    buf_add_str(out, str_slice(bytes, at, bytes.len));
    *ret_hits = hits;
}

void secret_stream_finish_free(struct secret_stream *st, struct arena *a,
                               struct secret_hits *ret_hits)
{
    stream_end(st);
    hits_copy(st->scanner, &st->finds, a, ret_hits);
    stream_done(st);
    free(st);
}

void secret_marker(struct buf *out, const struct canary *canary, enum secret_encoding encoding)
{
    buf_add_z(out, "\u00ab");
    buf_add_z(out, canary->name);
    if (encoding != ENCODING_RAW) {
        buf_add_char(out, ':');
        buf_add_z(out, secret_encoding_name(encoding));
    }
    buf_add_z(out, "\u00bb");
}

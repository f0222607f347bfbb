/* SPDX-License-Identifier: Apache-2.0 */
#include "base/secret/scan.h"

#include "base/core/assert.h"
#include "base/core/xalloc.h"
#include "base/secret/automaton_priv.h"
#include "base/secret/scan_forms_priv.h"

#include <stdlib.h>
#include <string.h>

enum { SKIP_DEPTH = 3 }; /* states this near to the root ask the filter */

/* A needle is the tail of one or more forms; found, it is extended backwards over each of them. */
struct needle {
    struct str bytes;   /* inside its first form */
    int32_t first_form; /* then along next_form */
};

struct secret_scanner {
    struct form_list forms;
    int32_t *next_form; /* per form: the next one with the same needle, or -1 */
    struct needle *needles;
    size_t needle_count;
    size_t longest_form;
    struct automaton automaton;
};

/* A hit in the making: the finds merged so far, and the best single one of them. */
struct find {
    uint64_t from, to;
    int32_t form;
    size_t best_len;
};

struct secret_stream {
    const struct secret_scanner *scanner;
    uint32_t state;
    uint64_t base;       /* stream offset of the piece being fed */
    struct str piece;    /* it */
    unsigned char *past; /* the end of what came before it, at most twice the longest form */
    size_t past_len;
    struct find *finds; /* in order, disjoint */
    size_t find_count, find_capacity;
};

static const char *const encoding_names[] = {
    [ENCODING_RAW] = "raw",
    [ENCODING_BASE64] = "base64",
    [ENCODING_BASE64URL] = "base64url",
    [ENCODING_HEX] = "hex",
    [ENCODING_PERCENT] = "percent",
    [ENCODING_JSON] = "json",
    [ENCODING_UTF16] = "utf16",
    [ENCODING_REVERSED] = "reversed",
};

const char *secret_encoding_name(enum secret_encoding e)
{
    return encoding_names[e];
}

static struct str needle_of(const struct form *f)
{
    size_t len = f->len < SECRET_NEEDLE_MAX ? f->len : SECRET_NEEDLE_MAX;
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
        s->longest_form =
            s->forms.items[i].len > s->longest_form ? s->forms.items[i].len : s->longest_form;
    }
    struct str *all = xcalloc(s->needle_count, sizeof(*all));
    for (size_t i = 0; i < s->needle_count; i++) {
        all[i] = s->needles[i].bytes;
    }
    automaton_finish(&s->automaton, all, s->needle_count);
    free(all);
}

struct secret_scanner *secret_scanner_new(const struct secret_set *set)
{
    struct secret_scanner *s = xcalloc(1, sizeof(*s));
    for (size_t i = 0; i < secret_set_count(set); i++) {
        form_list_add(&s->forms, secret_set_at(set, i));
    }
    ASSERT(s->forms.count <= INT32_MAX);
    automaton_build(s);
    return s;
}

void secret_scanner_free(struct secret_scanner *s)
{
    if (!s) {
        return;
    }
    automaton_done(&s->automaton);
    form_list_done(&s->forms);
    free(s->next_form);
    free(s->needles);
    free(s);
}

static size_t common_tail(const unsigned char *a_end, const unsigned char *b_end, size_t max)
{
    size_t n = 0;
    while (n < max && a_end[-1 - (ptrdiff_t)n] == b_end[-1 - (ptrdiff_t)n]) {
        n++;
    }
    return n;
}

/* How many bytes before the piece's offset `end` are the form's last ones. */
static size_t matched_len(const struct secret_stream *st, const struct form *f, size_t end)
{
    const unsigned char *form_end = f->bytes + f->len;
    size_t here = end < f->len ? end : f->len;
    size_t n = common_tail((const unsigned char *)st->piece.ptr + end, form_end, here);
    if (n < here || n == f->len) {
        return n;
    }
    size_t there = f->len - n < st->past_len ? f->len - n : st->past_len;
    return there ? n + common_tail(st->past + st->past_len, form_end - n, there) : n;
}

/* Longer, else the plainer encoding, else the earlier canary. */
static bool is_better(const struct secret_stream *st, const struct find *a, const struct find *b)
{
    const struct form *forms = st->scanner->forms.items;
    if (a->best_len != b->best_len) {
        return a->best_len > b->best_len;
    }
    if (forms[a->form].encoding != forms[b->form].encoding) {
        return forms[a->form].encoding < forms[b->form].encoding;
    }
    return a->form < b->form;
}

/* Finds come in order of their ends: only the last ones can overlap the new one. */
static void find_add(struct secret_stream *st, struct find f)
{
    while (st->find_count > 0 && st->finds[st->find_count - 1].to > f.from) {
        const struct find *last = &st->finds[--st->find_count];
        f.from = last->from < f.from ? last->from : f.from;
        f.to = last->to > f.to ? last->to : f.to;
        if (is_better(st, last, &f)) {
            f.form = last->form;
            f.best_len = last->best_len;
        }
    }
    if (st->find_count == st->find_capacity) {
        st->find_capacity = st->find_capacity ? st->find_capacity * 2 : 16;
        st->finds = xrealloc(st->finds, st->find_capacity, sizeof(*st->finds));
    }
    st->finds[st->find_count++] = f;
}

static void needle_found(struct secret_stream *st, int32_t needle, size_t end)
{
    const struct secret_scanner *s = st->scanner;
    for (int32_t i = s->needles[needle].first_form; i >= 0; i = s->next_form[i]) {
        const struct form *f = &s->forms.items[i];
        size_t len = matched_len(st, f, end);
        ASSERT(len >= s->needles[needle].bytes.len);
        /* The tail of a reversed value is its beginning, which tokens share with each other. */
        if (f->encoding != ENCODING_REVERSED || len == f->len) {
            uint64_t to = st->base + end;
            find_add(st, (struct find){.from = to - len, .to = to, .form = i, .best_len = len});
        }
    }
}

static void state_report(struct secret_stream *st, uint32_t state, size_t end)
{
    const struct automaton_state *states = st->scanner->automaton.states;
    uint32_t at = states[state].needle != NEEDLE_NONE ? state : states[state].ending;
    for (; at != STATE_ROOT; at = states[at].ending) {
        needle_found(st, states[at].needle, end);
    }
}

static void piece_scan(struct secret_stream *st)
{
    const struct automaton *a = &st->scanner->automaton;
    struct str text = st->piece;
    uint32_t state = st->state;
    for (size_t i = 0; i < text.len;) {
        /* Not only at the root: in a text made of a token's characters some needle has always
         * just begun, until the filter says that it goes on otherwise. */
        size_t depth = a->states[state].depth;
        if (depth <= SKIP_DEPTH && depth <= i) {
            size_t next = automaton_skip(a, text, i - depth);
            state = next >= i ? STATE_ROOT : state;
            i = next >= i ? next : i;
        }
        if (i == text.len) {
            break;
        }
        state = automaton_step(a, state, (unsigned char)text.ptr[i++]);
        if (a->states[state].needle != NEEDLE_NONE || a->states[state].ending != STATE_ROOT) {
            state_report(st, state, i);
        }
    }
    st->state = state;
}

/* Keeps at least the longest form's length of what was fed, moving bytes rarely. */
static void past_keep(struct secret_stream *st, struct str piece)
{
    size_t wanted = st->scanner->longest_form;
    if (!st->past) {
        st->past = xmalloc(wanted * 2);
    }
    if (piece.len >= wanted) {
        memcpy(st->past, piece.ptr + (piece.len - wanted), wanted);
        st->past_len = wanted;
        return;
    }
    if (st->past_len + piece.len > wanted * 2) {
        memmove(st->past, st->past + (st->past_len - wanted), wanted);
        st->past_len = wanted;
    }
    memcpy(st->past + st->past_len, piece.ptr, piece.len);
    st->past_len += piece.len;
}

static void hits_copy(const struct secret_stream *st, struct arena *a, struct secret_hits *ret_hits)
{
    struct secret_hits hits = {0};
    for (size_t i = 0; i < st->find_count; i++) {
        const struct find *f = &st->finds[i];
        const struct form *form = &st->scanner->forms.items[f->form];
        *VEC_PUSH(a, &hits) = (struct secret_hit){
            .canary = form->canary,
            .encoding = form->encoding,
            .offset = f->from,
            .len = (size_t)(f->to - f->from),
        };
    }
    *ret_hits = hits;
}

static void stream_done(struct secret_stream *st)
{
    if (st->past) {
        explicit_bzero(st->past, st->scanner->longest_form * 2);
    }
    free(st->past);
    free(st->finds);
}

void secret_scan(const struct secret_scanner *s, struct arena *a, struct str bytes,
                 struct secret_hits *ret_hits)
{
    AUTO(stream_done) struct secret_stream st = {.scanner = s, .piece = bytes};
    if (s->needle_count > 0) {
        piece_scan(&st);
    }
    hits_copy(&st, a, ret_hits);
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

struct secret_stream *secret_stream_new(const struct secret_scanner *s)
{
    struct secret_stream *st = xcalloc(1, sizeof(*st));
    st->scanner = s;
    return st;
}

void secret_stream_feed(struct secret_stream *st, struct str bytes)
{
    if (st->scanner->needle_count == 0 || bytes.len == 0) {
        return;
    }
    st->piece = bytes;
    piece_scan(st);
    past_keep(st, bytes);
    st->base += bytes.len;
    st->piece = (struct str){0};
}

void secret_stream_finish_free(struct secret_stream *st, struct arena *a,
                               struct secret_hits *ret_hits)
{
    hits_copy(st, a, ret_hits);
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

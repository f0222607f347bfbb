/* SPDX-License-Identifier: Apache-2.0 */
#include "base/secret/scan_priv.h"

#include "base/core/assert.h"
#include "base/core/xalloc.h"

#include <stdlib.h>
#include <string.h>

enum { SKIP_DEPTH = 3 }; /* states this near to the root ask the filter */

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
static bool is_better(const struct secret_scanner *s, const struct find *a, const struct find *b)
{
    const struct form *forms = s->forms.items;
    if (a->best_len != b->best_len) {
        return a->best_len > b->best_len;
    }
    if (forms[a->form].encoding != forms[b->form].encoding) {
        return forms[a->form].encoding < forms[b->form].encoding;
    }
    return a->form < b->form;
}

void finds_add(const struct secret_scanner *s, struct finds *finds, struct find f)
{
    while (finds->count > 0 && finds->items[finds->count - 1].to > f.from) {
        const struct find *last = &finds->items[--finds->count];
        f.from = last->from < f.from ? last->from : f.from;
        f.to = last->to > f.to ? last->to : f.to;
        if (is_better(s, last, &f)) {
            f.form = last->form;
            f.best_len = last->best_len;
        }
    }
    if (finds->count == finds->capacity) {
        finds->capacity = finds->capacity ? finds->capacity * 2 : 16;
        finds->items = xrealloc(finds->items, finds->capacity, sizeof(*finds->items));
    }
    finds->items[finds->count++] = f;
}

void finds_done(struct finds *finds)
{
    free(finds->items);
    *finds = (struct finds){0};
}

static void fragment_add(struct secret_stream *st, const struct find *f)
{
    if (f->best_len >= SECRET_FRAGMENT_MIN) {
        finds_add(st->scanner, &st->finds, *f);
    }
}

/* Goes on over what follows the anchor, from the piece's offset `at`. False: to the piece's end. */
static bool fragment_extend(const struct secret_stream *st, struct pending *p, size_t at)
{
    const struct form *form = &st->scanner->forms.items[p->find.form];
    const unsigned char *wanted = form->bytes + form->len;
    const unsigned char *seen = (const unsigned char *)st->piece.ptr;
    while (p->after < form->after && at < st->piece.len && wanted[p->after] == seen[at]) {
        p->after++;
        at++;
        p->find.to++;
        p->find.best_len++;
    }
    return p->after == form->after || at < st->piece.len;
}

static void fragment_found(struct secret_stream *st, struct find f)
{
    struct pending p = {.find = f};
    struct pendings *all = &st->pendings;
    if (fragment_extend(st, &p, (size_t)(f.to - st->base))) {
        fragment_add(st, &p.find);
        return;
    }
    if (all->count == all->capacity) {
        all->capacity = all->capacity ? all->capacity * 2 : 16;
        all->items = xrealloc(all->items, all->capacity, sizeof(*all->items));
    }
    all->items[all->count++] = p;
}

/* With a new piece, what went on to the end of the last one goes on, or has ended there. */
static void pendings_go_on(struct secret_stream *st)
{
    size_t kept = 0;
    for (size_t i = 0; i < st->pendings.count; i++) {
        struct pending p = st->pendings.items[i];
        if (fragment_extend(st, &p, 0)) {
            fragment_add(st, &p.find);
        } else {
            st->pendings.items[kept++] = p;
        }
    }
    st->pendings.count = kept;
}

void stream_end(struct secret_stream *st)
{
    VEC_FOREACH(const struct pending, p, &st->pendings) {
        fragment_add(st, &p->find);
    }
    st->pendings.count = 0;
}

static void needle_found(struct secret_stream *st, int32_t needle, size_t end)
{
    const struct secret_scanner *s = st->scanner;
    for (int32_t i = s->needles[needle].first_form; i >= 0; i = s->next_form[i]) {
        const struct form *f = &s->forms.items[i];
        size_t len = matched_len(st, f, end);
        ASSERT(len >= s->needles[needle].bytes.len);
        /* The tail of a reversed value is its beginning, which tokens share with each other. */
        uint64_t to = st->base + end;
        struct find found = {.from = to - len, .to = to, .form = i, .best_len = len};
        if (f->encoding == ENCODING_FRAGMENT) {
            fragment_found(st, found);
        } else if (f->encoding != ENCODING_REVERSED || len == f->len) {
            finds_add(s, &st->finds, found);
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

void stream_done(struct secret_stream *st)
{
    if (st->past) {
        explicit_bzero(st->past, st->scanner->longest_form * 2);
    }
    free(st->past);
    free(st->pendings.items);
    finds_done(&st->finds);
}

void scan_alone(const struct secret_scanner *s, struct str bytes, struct finds *ret)
{
    AUTO(stream_done) struct secret_stream st = {.scanner = s, .piece = bytes};
    piece_scan(&st);
    stream_end(&st);
    *ret = st.finds;
    st.finds = (struct finds){0};
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
    pendings_go_on(st);
    piece_scan(st);
    past_keep(st, bytes);
    st->base += bytes.len;
    st->piece = (struct str){0};
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/journal/export_priv.h"

#include "base/core/assert.h"
#include "base/core/xalloc.h"
#include "mock/journal/redact_priv.h"
#include "mock/state/credential_store.h"

#include <stdlib.h>

/* Scanners of larger sets are not kept between exports: they take too much memory. */
#define SCANNER_KEPT_CANARIES ((size_t)512)
/* Sets that were replaced; with older ones their records go. */
#define PAST_MAX ((size_t)4096)

/* ---- masks ---- */

void masks_done(struct masks *m)
{
    for (size_t i = 0; i < m->past_count; i++) {
        secret_set_free(m->past[i].set);
    }
    free(m->past);
    secret_scanner_free(m->scanner);
}

bool masks_are_past(const struct masks *m, uint64_t generation)
{
    return m->any_past && generation <= m->past[m->past_count - 1].generation;
}

static const struct secret_scanner *scanner_for(struct masks *m, const struct secret_set *set,
                                                uint64_t generation)
{
    size_t count = secret_set_count(set);
    if (m->scanner == NULL || m->scanner_count != count || m->scanner_generation != generation) {
        secret_scanner_free(m->scanner);
        m->scanner = secret_scanner_new(set);
        m->scanner_count = count;
        m->scanner_generation = generation;
    }
    return m->scanner;
}

static void scanner_drop(struct masks *m)
{
    secret_scanner_free(m->scanner);
    m->scanner = NULL;
}

static void scanner_let_go(struct masks *m)
{
    if (m->scanner_count > SCANNER_KEPT_CANARIES) {
        scanner_drop(m);
    }
}

/* NULL: nobody kept that set. */
static const struct past_canaries *past_find(const struct masks *m, uint64_t generation)
{
    for (size_t i = m->past_count; i > 0; i--) {
        if (m->past[i - 1].generation == generation) {
            return &m->past[i - 1];
        }
    }
    return NULL;
}

static bool search_of(struct masks *m, const struct journal_canaries *canaries, uint64_t generation,
                      struct search *ret)
{
    if (generation == canaries->generation) {
        *ret = (struct search){.scanner = scanner_for(m, canaries->set, generation),
                               .by_shape = canaries->unlisted > 0,
                               .tokens = canaries->tokens};
        return true;
    }
    const struct past_canaries *past = past_find(m, generation);
    if (past == NULL) {
        return false;
    }
    *ret = (struct search){.scanner = scanner_for(m, past->set, generation),
                           .by_shape = past->by_shape};
    return true;
}

/* ---- export ---- */

/* The next record in order, wherever it is. */
struct source {
    struct journal_store *s;
    int64_t after, until;
    struct buf block, late; /* contents of a block each */
    struct str rest;        /* of the block: frames not looked at yet */
    int64_t block_last;     /* the block's last number, 0 = none is loaded */
    uint64_t block_generation;
};

static void source_done(struct source *src)
{
    buf_done(&src->block);
    buf_done(&src->late);
}

static int source_load(struct source *src, struct err *err)
{
    const struct spill_block *block = spill_find(src->s->spill, src->after);
    src->rest = (struct str){0};
    src->block_last = 0;
    if (block == NULL) {
        return 0;
    }
    if (spill_read(src->s->spill, block, &src->block, err) < 0) {
        return -1;
    }
    src->rest = buf_str(&src->block);
    src->block_last = block->last_seq;
    src->block_generation = block->generation;
    return 0;
}

/* 1 = found, 0 = there is none. */
static int next_in_order(struct source *src, struct sourced *ret, struct err *err)
{
    if (src->after >= src->block_last && source_load(src, err) < 0) {
        return -1;
    }
    struct str rest = src->rest;
    while (spill_frame_next(&rest, &ret->seq, &ret->packed)) {
        if (ret->seq > src->after) {
            ret->generation = src->block_generation;
            return 1;
        }
        src->rest = rest;
    }
    return journal_window_next(src->s, src->after, ret) ? 1 : 0;
}

/* Puts a late one in front of *ret when its number is lower. */
static int late_first(struct source *src, bool found, struct sourced *ret, struct err *err)
{
    const struct spill_block *late = spill_find_late(src->s->spill, src->after);
    if (late == NULL || (found && late->first_seq > ret->seq)) {
        return found ? 1 : 0;
    }
    if (spill_read(src->s->spill, late, &src->late, err) < 0) {
        return -1;
    }
    struct str rest = buf_str(&src->late);
    ASSERT(spill_frame_next(&rest, &ret->seq, &ret->packed));
    ret->generation = late->generation;
    return 1;
}

static int source_next(struct source *src, struct sourced *ret, struct err *err)
{
    int found = next_in_order(src, ret, err);
    found = found >= 0 ? late_first(src, found > 0, ret, err) : found;
    if (found <= 0 || ret->seq > src->until) {
        return found < 0 ? -1 : 0;
    }
    src->after = ret->seq;
    return 1;
}

static void record_write(const struct search *search, const struct known *known, struct str packed,
                         struct buf *out)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct journal_record view;
    record_view(a, search, known, packed, &view);
    AUTO_JSON struct json *json = journal_record_encode(&view);
    json_write(out, json);
    buf_add_char(out, '\n');
}

static bool too_many(const struct journal_canaries *canaries)
{
    return secret_set_count(canaries->set) > JOURNAL_MAX_CANARIES;
}

static int refuse_too_many(struct err *err)
{
    err_set(err, ERR_LIMIT, "there are more than %zu canaries: too many to look for",
            JOURNAL_MAX_CANARIES);
    err_hint(err, "begin anew with PUT /scenario");
    return -1;
}

struct keeping {
    const struct masks *masks;
    uint64_t now;
};

static bool is_stale(const void *context, uint64_t generation)
{
    const struct keeping *k = context;
    return generation != k->now && past_find(k->masks, generation) == NULL;
}

static bool is_that(const void *context, uint64_t generation)
{
    return generation == *(const uint64_t *)context;
}

/* Records of sets that nobody kept are dropped, before anything is written. */
static void stale_drop(struct journal_store *s, const struct journal_canaries *canaries)
{
    const struct keeping keeping = {&s->masks, canaries->generation};
    journal_window_forget(s, is_stale, &keeping);
}

static void generation_forget(struct journal_store *s, uint64_t generation)
{
    journal_window_forget(s, is_that, &generation);
    spill_forget(s->spill, generation);
}

static void dropped_write(struct journal_store *s, int64_t *told, struct buf *out)
{
    int64_t dropped = journal_store_dropped(s);
    if (dropped > *told) {
        buf_printf(out, "{\"dropped\":%lld}\n", (long long)(dropped - *told));
        *told = dropped;
    }
}

struct journal_cursor journal_store_cursor(const struct journal_store *s, int64_t after)
{
    return (struct journal_cursor){.after = after, .until = journal_store_seq(s)};
}

static int chunk_write(struct source *src, const struct journal_canaries *canaries,
                       size_t chunk_bytes, struct buf *out, struct err *err)
{
    struct journal_store *s = src->s;
    struct search search = {0};
    struct sourced record;
    bool ready = false;
    uint64_t generation = 0;
    size_t start = out->len;
    int found = 1;
    while (out->len - start < chunk_bytes && (found = source_next(src, &record, err)) > 0) {
        if (!ready || record.generation != generation) {
            generation = record.generation;
            ready = search_of(&s->masks, canaries, generation, &search);
        }
        if (ready) {
            record_write(&search, &s->known, record.packed, out);
        } else {
            s->dropped++;
        }
    }
    return found;
}

int journal_store_export_some(struct journal_store *s, const struct journal_canaries *canaries,
                              struct journal_cursor *cursor, struct buf *out, struct err *err)
{
    if (too_many(canaries)) {
        return refuse_too_many(err);
    }
    stale_drop(s, canaries);
    dropped_write(s, &cursor->dropped_told, out);
    AUTO(source_done) struct source src = {.s = s, .after = cursor->after, .until = cursor->until};
    buf_init(&src.block, SIZE_MAX / 2);
    buf_init(&src.late, SIZE_MAX / 2);
    int found = chunk_write(&src, canaries, JOURNAL_CHUNK_BYTES, out, err);
    if (found < 0) {
        return -1;
    }
    cursor->after = src.after;
    cursor->at_end = found == 0;
    if (cursor->at_end) {
        dropped_write(s, &cursor->dropped_told, out);
        scanner_let_go(&s->masks);
    }
    return 0;
}

int journal_store_export(struct journal_store *s, const struct journal_canaries *canaries,
                         int64_t after, struct buf *out, struct err *err)
{
    struct journal_cursor cursor = journal_store_cursor(s, after);
    while (!cursor.at_end) {
        if (journal_store_export_some(s, canaries, &cursor, out, err) < 0) {
            return -1;
        }
    }
    return 0;
}

/* ---- a set is about to be replaced ---- */

static struct secret_set *set_copy(const struct secret_set *set)
{
    struct secret_set *copy = secret_set_new();
    for (size_t i = 0; i < secret_set_count(set); i++) {
        const struct canary *c = secret_set_at(set, i);
        (void)secret_set_add(copy, c->name, c->kind, secret_reveal(c->value));
    }
    return copy;
}

static void past_forget_oldest(struct journal_store *s)
{
    struct masks *m = &s->masks;
    generation_forget(s, m->past[0].generation);
    secret_set_free(m->past[0].set);
    m->past_count--;
    memmove(m->past, m->past + 1, m->past_count * sizeof(*m->past));
}

void journal_store_freeze(struct journal_store *s, const struct journal_canaries *canaries)
{
    struct masks *m = &s->masks;
    uint64_t generation = canaries->generation;
    scanner_drop(m); /* it names the canaries of a set that goes */
    stale_drop(s, canaries);
    if (too_many(canaries)) {
        generation_forget(s, generation);
    }
    if (m->past_count == PAST_MAX) {
        past_forget_oldest(s);
    }
    if (m->past_count == m->past_capacity) {
        m->past_capacity = m->past_capacity > 0 ? 2 * m->past_capacity : 8;
        m->past = xrealloc(m->past, m->past_capacity, sizeof(*m->past));
    }
    m->past[m->past_count++] = (struct past_canaries){
        .generation = generation,
        .set = too_many(canaries) ? secret_set_new() : set_copy(canaries->set),
        .by_shape = canaries->unlisted > 0,
    };
    m->any_past = true;
}

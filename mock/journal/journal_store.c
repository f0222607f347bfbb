/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/journal/journal_store.h"

#include "base/core/assert.h"
#include "base/core/xalloc.h"
#include "base/sys/clock.h"
#include "base/text/glob.h"
#include "mock/journal/export_priv.h"

#include <stdatomic.h>
#include <stdlib.h>

/* Memory holds the newest records only, the window: a queue by number. When it is full its older
 * half is written to the spill. An exchange that is still open then is written alone when it ends.
 * Should the disk refuse, the window may grow instead, and what does not fit there is counted. */

#define WINDOW_BYTES       ((size_t)1024 * 1024)
#define WINDOW_RECORDS     ((size_t)8192)
#define WINDOW_ALONE_BYTES ((size_t)48 * 1024 * 1024)
#define WINDOW_CAP_BYTES   (2 * WINDOW_ALONE_BYTES) /* never reached */

struct journal_store *journal_store_new(const struct clock *clock, size_t max_bytes)
{
    static _Atomic uint64_t ids;
    struct journal_store *s = xcalloc(1, sizeof(*s));
    s->id = atomic_fetch_add(&ids, 1) + 1;
    s->clock = clock;
    s->started_ms = monotonic_ms();
    s->max_bytes = max_bytes > 0 ? max_bytes : JOURNAL_DEFAULT_MAX_BYTES;
    s->window.first_seq = 1;
    buf_init(&s->window.bytes, WINDOW_CAP_BYTES);
    buf_init(&s->window.other, WINDOW_CAP_BYTES);
    buf_init(&s->block, WINDOW_CAP_BYTES);
    s->window.max_bytes = s->max_bytes / 8 < WINDOW_BYTES ? s->max_bytes / 8 : WINDOW_BYTES;
    s->spill = spill_new(s->max_bytes);
    return s;
}

void journal_store_free(struct journal_store *s)
{
    if (s == NULL) {
        return;
    }
    free(s->window.records);
    buf_done(&s->window.bytes);
    buf_done(&s->window.other);
    spill_free(s->spill);
    route_counts_done(&s->begun);
    masks_done(&s->masks);
    known_done(&s->known);
    buf_done(&s->block);
    free(s);
}

static struct record *record_at(const struct window *w, size_t offset)
{
    return &w->records[(w->first + offset) & (w->capacity - 1)];
}

static void ring_grow(struct window *w)
{
    size_t capacity = w->capacity == 0 ? 256 : w->capacity * 2;
    struct record *records = xcalloc(capacity, sizeof(*records));
    for (size_t i = 0; i < w->count; i++) {
        records[i] = *record_at(w, i);
    }
    free(w->records);
    w->records = records;
    w->capacity = capacity;
    w->first = 0;
}

/* ---- out of the window ---- */

static struct str record_bytes(const struct window *w, const struct record *record)
{
    return str_n(w->bytes.ptr + record->offset, record->len);
}

/* The ended ones of one generation from *at on, below `count`, as one block. */
static int block_write(struct journal_store *s, size_t *at, size_t count, struct err *err)
{
    const struct window *w = &s->window;
    struct spill_block block = {0};
    buf_reset(&s->block);
    for (; *at < count; (*at)++) {
        const struct record *record = record_at(w, *at);
        if (record->state != RECORD_ENDED) {
            continue;
        }
        int64_t seq = w->first_seq + (int64_t)*at;
        if (block.count == 0) {
            block.first_seq = seq;
            block.generation = record->generation;
        } else if (block.generation != record->generation) {
            break;
        }
        block.last_seq = seq;
        block.count++;
        spill_frame_add(&s->block, seq, record_bytes(w, record));
    }
    return block.count > 0 ? spill_add(s->spill, &block, buf_str(&s->block), err) : 0;
}

static int blocks_write(struct journal_store *s, size_t count, struct err *err)
{
    for (size_t at = 0; at < count;) {
        if (block_write(s, &at, count, err) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Takes the first `count` records away; the bytes of the others move together. */
static void window_cut(struct window *w, size_t count)
{
    w->first = (w->first + count) & (w->capacity - 1);
    w->first_seq += (int64_t)count;
    w->count -= count;
    buf_reset(&w->other);
    for (size_t i = 0; i < w->count; i++) {
        struct record *record = record_at(w, i);
        if (record->state == RECORD_ENDED) {
            size_t offset = w->other.len;
            buf_add_str(&w->other, record_bytes(w, record));
            record->offset = (uint32_t)offset;
        }
    }
    struct buf swapped = w->bytes;
    w->bytes = w->other;
    w->other = swapped;
}

static int64_t ended_among(const struct window *w, size_t count)
{
    int64_t ended = 0;
    for (size_t i = 0; i < count; i++) {
        ended += record_at(w, i)->state == RECORD_ENDED ? 1 : 0;
    }
    return ended;
}

static void window_spill(struct journal_store *s, size_t count)
{
    struct err err = {0};
    if (!s->spill_failed && blocks_write(s, count, &err) < 0) {
        s->spill_failed = true;
        s->spill_error = err;
        s->window.max_bytes = s->max_bytes < WINDOW_ALONE_BYTES ? s->max_bytes : WINDOW_ALONE_BYTES;
        return;
    }
    if (s->spill_failed) {
        s->dropped += ended_among(&s->window, count);
    }
    window_cut(&s->window, count);
}

static bool window_is_full(const struct journal_store *s)
{
    const struct window *w = &s->window;
    return w->bytes.len > w->max_bytes || (w->count > WINDOW_RECORDS && !s->spill_failed);
}

static void window_bound(struct journal_store *s)
{
    while (window_is_full(s) && s->window.count > 1) {
        window_spill(s, s->window.count / 2);
    }
}

/* ---- an exchange ---- */

struct journal_begun journal_store_begin(struct journal_store *s, const struct route *route)
{
    struct window *w = &s->window;
    if (w->count == w->capacity) {
        ring_grow(w);
    }
    *record_at(w, w->count) = (struct record){.state = RECORD_OPEN};
    w->count++;
    s->open++;
    window_bound(s);
    route_counts_add(&s->begun, route, 0);
    return (struct journal_begun){
        .seq = journal_store_seq(s),
        .time_ms = clock_wall_ms(s->clock),
        .real_ms = journal_store_real_ms(s),
    };
}

struct str journal_store_pack(const struct journal_store *s, const struct journal_ended *e,
                              struct arena *a)
{
    return pack(a, e, journal_store_real_ms(s) - e->begun.real_ms, s->id);
}

void journal_store_learn(struct journal_store *s, struct kept_reply *kept)
{
    if (kept->journal_tag == 0) {
        known_reply_add(&s->known, kept);
    }
}

void journal_store_learn_head(struct journal_store *s, struct http_head *head)
{
    if (head->journal != s->id) {
        head->journal = s->id;
        head->journal_tag = known_head_add(&s->known, head->fields);
    }
}

/* It was open when those around it left the window. */
static void late_put(struct journal_store *s, int64_t seq, struct str packed, uint64_t generation)
{
    struct spill_block block = {
        .first_seq = seq, .last_seq = seq, .count = 1, .generation = generation, .late = true};
    struct err err = {0};
    buf_reset(&s->block);
    spill_frame_add(&s->block, seq, packed);
    if (s->spill_failed || spill_add(s->spill, &block, buf_str(&s->block), &err) < 0) {
        s->dropped++;
    }
}

void journal_store_put(struct journal_store *s, int64_t seq, struct str packed,
                       uint64_t canary_generation)
{
    struct window *w = &s->window;
    int64_t offset = seq - w->first_seq;
    s->open--;
    ASSERT(offset < (int64_t)w->count);
    if (masks_are_past(&s->masks, canary_generation)) {
        /* What it holds may be of a set that nobody kept for it. */
        s->dropped++;
        return;
    }
    if (offset < 0) {
        late_put(s, seq, packed, canary_generation);
        return;
    }
    struct record *record = record_at(w, (size_t)offset);
    ASSERT(record->state == RECORD_OPEN);
    *record = (struct record){
        .generation = canary_generation,
        .offset = (uint32_t)w->bytes.len,
        .len = (uint32_t)packed.len,
        .state = RECORD_ENDED,
    };
    buf_add_str(&w->bytes, packed);
    window_bound(s);
}

void journal_store_end(struct journal_store *s, const struct journal_ended *e,
                       uint64_t canary_generation)
{
    journal_store_put(s, e->begun.seq, journal_store_pack(s, e, e->req->arena), canary_generation);
}

/* ---- questions ---- */

int64_t journal_store_real_ms(const struct journal_store *s)
{
    return monotonic_ms() - s->started_ms;
}

int64_t journal_store_seq(const struct journal_store *s)
{
    return s->window.first_seq + (int64_t)s->window.count - 1;
}

int64_t journal_store_open(const struct journal_store *s)
{
    return s->open;
}

int64_t journal_store_dropped(const struct journal_store *s)
{
    return s->dropped + spill_lost(s->spill);
}

const struct err *journal_store_spill_error(const struct journal_store *s)
{
    return s->spill_failed ? &s->spill_error : NULL;
}

int64_t journal_store_begun(const struct journal_store *s, const char *pattern)
{
    int64_t total = 0;
    size_t pos = 0;
    for (const struct route_count *row; (row = route_counts_next(&s->begun, &pos)) != NULL;) {
        total += glob_match(str_of(pattern), str_of(route_count_name(row))) ? row->count : 0;
    }
    return total;
}

/* ---- for export.c ---- */

void journal_window_forget(struct journal_store *s, generation_test *chosen, const void *context)
{
    for (size_t i = 0; i < s->window.count; i++) {
        struct record *record = record_at(&s->window, i);
        if (record->state == RECORD_ENDED && chosen(context, record->generation)) {
            record->state = RECORD_DROPPED;
            s->dropped++;
        }
    }
}

bool journal_window_next(const struct journal_store *s, int64_t after, struct sourced *ret)
{
    const struct window *w = &s->window;
    int64_t from = after + 1 - w->first_seq;
    for (size_t i = from > 0 ? (size_t)from : 0; i < w->count; i++) {
        const struct record *record = record_at(w, i);
        if (record->state == RECORD_ENDED) {
            *ret = (struct sourced){.seq = w->first_seq + (int64_t)i,
                                    .packed = record_bytes(w, record),
                                    .generation = record->generation};
            return true;
        }
    }
    return false;
}

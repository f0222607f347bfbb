/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_JOURNAL_EXPORT_PRIV_H
#define MOCK_JOURNAL_EXPORT_PRIV_H

/* What journal_store.c (records come and leave memory) and export.c (records become text) share. */

#include "mock/http/route_count.h"
#include "mock/journal/journal_store.h"
#include "mock/journal/packed_priv.h"
#include "mock/journal/spill_priv.h"

struct secret_scanner;

enum record_state { RECORD_OPEN, RECORD_ENDED, RECORD_DROPPED };

struct record {
    uint64_t generation;  /* of the canaries */
    uint32_t offset, len; /* in the window's bytes */
    enum record_state state;
};

struct window {
    struct record *records; /* a ring */
    size_t first, count, capacity;
    int64_t first_seq; /* of the record at `first` */
    struct buf bytes, other;
    size_t max_bytes;
};

/* A set that was replaced, kept for the records that were made under it. */
struct past_canaries {
    uint64_t generation;
    struct secret_set *set;
    bool by_shape;
};

struct masks {
    struct past_canaries *past; /* oldest first */
    size_t past_count, past_capacity;
    bool any_past;
    struct secret_scanner *scanner; /* the one built last: building costs more than most exports */
    size_t scanner_count;
    uint64_t scanner_generation;
};

struct journal_store {
    uint64_t id; /* no other has had it */
    const struct clock *clock;
    int64_t started_ms;
    size_t max_bytes;
    struct window window;
    struct spill *spill;
    bool spill_failed;
    struct err spill_error;
    int64_t open, dropped;
    struct route_counts begun;
    struct buf block;
    struct masks masks;
    struct known known;
};

void masks_done(struct masks *m);
/* The set of that generation was replaced. */
bool masks_are_past(const struct masks *m, uint64_t generation);

/* A record on its way out. */
struct sourced {
    int64_t seq;
    struct str packed;
    uint64_t generation;
};

/* The next ended record in memory with a number above `after`. */
bool journal_window_next(const struct journal_store *s, int64_t after, struct sourced *ret);
/* Drops (and counts) what the window has of the generations that the test names. */
typedef bool generation_test(const void *context, uint64_t generation);
void journal_window_forget(struct journal_store *s, generation_test *chosen, const void *context);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/journal/journal_store.h"

#include "base/core/assert.h"
#include "base/core/map.h"
#include "base/core/xalloc.h"
#include "base/sys/clock.h"
#include "base/text/glob.h"
#include "mock/journal/redact_priv.h"

#include <stdlib.h>

/* A queue of records by number. Records leave at the front when there are too many bytes; an open
 * exchange at the front lets those behind it leave first. */

enum record_state { RECORD_OPEN, RECORD_RAW, RECORD_LINE, RECORD_DROPPED };

struct record {
    char *bytes; /* packed, or a finished line */
    uint32_t len, generation;
    enum record_state state;
};

/* Beyond so many an open exchange at the front is given up as well. */
#define RECORDS_MAX ((size_t)4 * 1024 * 1024)

struct journal_store {
    const struct clock *clock;
    int64_t started_ms;
    size_t max_bytes, bytes;
    struct record *records; /* a ring */
    size_t first, count, capacity;
    int64_t first_seq; /* of the record at `first` */
    size_t drop_from;  /* offset from first: all before are open or dropped */
    int64_t open, dropped;
    struct map begun; /* route name -> int64_t * */
    struct buf scratch;
    struct secret_scanner *scanner;
    size_t scanner_count;
    uint64_t scanner_generation;
};

struct journal_store *journal_store_new(const struct clock *clock, size_t max_bytes)
{
    struct journal_store *s = xcalloc(1, sizeof(*s));
    s->clock = clock;
    s->started_ms = monotonic_ms();
    s->max_bytes = max_bytes > 0 ? max_bytes : JOURNAL_DEFAULT_MAX_BYTES;
    s->first_seq = 1;
    return s;
}

static struct record *record_at(const struct journal_store *s, size_t offset)
{
    return &s->records[(s->first + offset) & (s->capacity - 1)];
}

void journal_store_free(struct journal_store *s)
{
    if (s == NULL) {
        return;
    }
    for (size_t i = 0; i < s->count; i++) {
        free(record_at(s, i)->bytes);
    }
    free(s->records);
    size_t pos = 0;
    for (const struct map_entry *e = map_next(&s->begun, &pos); e != NULL;
         e = map_next(&s->begun, &pos)) {
        free(e->value);
    }
    map_done(&s->begun);
    buf_done(&s->scratch);
    secret_scanner_free(s->scanner);
    free(s);
}

static void ring_grow(struct journal_store *s)
{
    size_t capacity = s->capacity == 0 ? 256 : s->capacity * 2;
    struct record *records = xcalloc(capacity, sizeof(*records));
    for (size_t i = 0; i < s->count; i++) {
        records[i] = *record_at(s, i);
    }
    free(s->records);
    s->records = records;
    s->capacity = capacity;
    s->first = 0;
}

static void record_drop(struct journal_store *s, struct record *record)
{
    s->bytes -= record->len;
    free(record->bytes);
    *record = (struct record){.state = RECORD_DROPPED};
    s->dropped++;
}

static void front_pop(struct journal_store *s)
{
    s->first = (s->first + 1) & (s->capacity - 1);
    s->first_seq++;
    s->count--;
    s->drop_from -= s->drop_from > 0 ? 1 : 0;
}

static void bound_memory(struct journal_store *s)
{
    while (s->bytes > s->max_bytes && s->drop_from < s->count) {
        struct record *record = record_at(s, s->drop_from);
        if (record->state == RECORD_RAW || record->state == RECORD_LINE) {
            record_drop(s, record);
        }
        s->drop_from++;
    }
    while (s->count > 0 && record_at(s, 0)->state == RECORD_DROPPED) {
        front_pop(s);
    }
    if (s->count > RECORDS_MAX) {
        struct record *front = record_at(s, 0);
        if (front->state == RECORD_OPEN) {
            s->dropped++; /* its end will find that it is not there any more */
        } else {
            record_drop(s, front);
        }
        front_pop(s);
    }
}

static void begun_count(struct journal_store *s, const char *route)
{
    int64_t *count = map_get(&s->begun, str_of(route));
    if (count == NULL) {
        count = xcalloc(1, sizeof(*count));
        map_put(&s->begun, str_of(route), count);
    }
    (*count)++;
}

struct journal_begun journal_store_begin(struct journal_store *s, const struct route *route)
{
    if (s->count == s->capacity) {
        ring_grow(s);
    }
    *record_at(s, s->count) = (struct record){.state = RECORD_OPEN};
    s->count++;
    s->open++;
    bound_memory(s);
    begun_count(s, route != NULL ? route->name : "");
    return (struct journal_begun){
        .seq = journal_store_seq(s),
        .time_ms = clock_wall_ms(s->clock),
        .real_ms = journal_store_real_ms(s),
    };
}

void journal_store_end(struct journal_store *s, const struct journal_ended *e,
                       uint64_t canary_generation)
{
    s->open--;
    int64_t offset = e->begun.seq - s->first_seq;
    ASSERT(offset < (int64_t)s->count);
    if (offset < 0) {
        return;
    }
    buf_reset(&s->scratch);
    pack(&s->scratch, e, journal_store_real_ms(s) - e->begun.real_ms);
    struct record *record = record_at(s, (size_t)offset);
    ASSERT(record->state == RECORD_OPEN);
    *record = (struct record){
        .bytes = xmalloc(s->scratch.len),
        .len = (uint32_t)s->scratch.len,
        .generation = (uint32_t)canary_generation,
        .state = RECORD_RAW,
    };
    memcpy(record->bytes, s->scratch.ptr, s->scratch.len);
    s->bytes += record->len;
    s->drop_from = (size_t)offset < s->drop_from ? (size_t)offset : s->drop_from;
    bound_memory(s);
}

int64_t journal_store_real_ms(const struct journal_store *s)
{
    return monotonic_ms() - s->started_ms;
}

int64_t journal_store_seq(const struct journal_store *s)
{
    return s->first_seq + (int64_t)s->count - 1;
}

int64_t journal_store_open(const struct journal_store *s)
{
    return s->open;
}

int64_t journal_store_dropped(const struct journal_store *s)
{
    return s->dropped;
}

int64_t journal_store_begun(const struct journal_store *s, const char *pattern)
{
    int64_t total = 0;
    size_t pos = 0;
    for (const struct map_entry *e = map_next(&s->begun, &pos); e != NULL;
         e = map_next(&s->begun, &pos)) {
        total += glob_match(str_of(pattern), e->key) ? *(const int64_t *)e->value : 0;
    }
    return total;
}

/* One scanner per state of the set: building it costs more than most exports. */
static const struct secret_scanner *scanner_for(struct journal_store *s,
                                                const struct journal_canaries *canaries)
{
    size_t count = secret_set_count(canaries->set);
    ASSERT(count <= JOURNAL_MAX_CANARIES);
    if (s->scanner == NULL || s->scanner_count != count ||
        s->scanner_generation != canaries->generation) {
        secret_scanner_free(s->scanner);
        s->scanner = secret_scanner_new(canaries->set);
        s->scanner_count = count;
        s->scanner_generation = canaries->generation;
    }
    return s->scanner;
}

static void record_write(struct journal_store *s, const struct record *record,
                         const struct journal_canaries *canaries, struct buf *out)
{
    struct str bytes = str_n(record->bytes, record->len);
    if (record->state == RECORD_LINE) {
        buf_add_str(out, bytes);
        return;
    }
    AUTO_ARENA struct arena *a = arena_new();
    struct journal_record view;
    record_view(a, scanner_for(s, canaries), bytes, &view);
    AUTO_JSON struct json *json = journal_record_encode(&view);
    json_write(out, json);
    buf_add_char(out, '\n');
}

static bool record_is_stale(const struct record *record, const struct journal_canaries *canaries)
{
    return record->state == RECORD_RAW && record->generation != (uint32_t)canaries->generation;
}

static bool too_many(const struct journal_canaries *canaries)
{
    return secret_set_count(canaries->set) > JOURNAL_MAX_CANARIES;
}

int journal_store_export(struct journal_store *s, const struct journal_canaries *canaries,
                         int64_t after, struct buf *out, struct err *err)
{
    if (too_many(canaries)) {
        err_set(err, ERR_LIMIT, "more than %zu secrets were minted: too many to mask",
                JOURNAL_MAX_CANARIES);
        err_hint(err, "begin anew with PUT /scenario");
        return -1;
    }
    for (size_t i = 0; i < s->count; i++) {
        if (record_is_stale(record_at(s, i), canaries)) {
            record_drop(s, record_at(s, i));
        }
    }
    if (s->dropped > 0) {
        buf_printf(out, "{\"dropped\":%lld}\n", (long long)s->dropped);
    }
    int64_t from = after + 1 - s->first_seq;
    for (size_t i = from > 0 ? (size_t)from : 0; i < s->count; i++) {
        const struct record *record = record_at(s, i);
        if (record->state == RECORD_RAW || record->state == RECORD_LINE) {
            record_write(s, record, canaries, out);
        }
    }
    return 0;
}

void journal_store_freeze(struct journal_store *s, const struct journal_canaries *canaries)
{
    for (size_t i = 0; i < s->count; i++) {
        struct record *record = record_at(s, i);
        if (record_is_stale(record, canaries) ||
            (record->state == RECORD_RAW && too_many(canaries))) {
            record_drop(s, record);
        }
        if (record->state == RECORD_RAW) {
            AUTO_BUF struct buf line = {0};
            record_write(s, record, canaries, &line);
            s->bytes -= record->len;
            free(record->bytes);
            size_t len = 0;
            record->bytes = buf_take(&line, &len);
            record->len = (uint32_t)len;
            record->state = RECORD_LINE;
            s->bytes += record->len;
        }
    }
    bound_memory(s);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/query/flat.h"

#include "base/core/assert.h"
#include "base/core/xalloc.h"

#include <stdlib.h>

enum { BYTE = 1, SHORT = 2, WORD = 4, LONG = 8, BITS = 8 };

void flat_done(struct flat *f)
{
    free(f->bytes);
    *f = (struct flat){0};
}

/* Room for so many bytes in front; they are zero. */
static unsigned char *front(struct flat *f, size_t len)
{
    if (f->capacity - f->used < len) {
        size_t capacity = 2 * (f->capacity + len) + 256;
        unsigned char *bytes = xcalloc(1, capacity);
        if (f->used > 0) {
            memcpy(bytes + capacity - f->used, f->bytes + f->capacity - f->used, f->used);
        }
        free(f->bytes);
        f->bytes = bytes;
        f->capacity = capacity;
    }
    f->used += len;
    return f->bytes + f->capacity - f->used;
}

/* After `len` more bytes the place is to be a multiple of size. */
static void align(struct flat *f, size_t size, size_t len)
{
    f->alignment = f->alignment < size ? size : f->alignment;
    size_t over = (f->used + len) % size;
    if (over > 0) {
        (void)front(f, size - over);
    }
}

static void put(struct flat *f, uint64_t value, size_t size)
{
    unsigned char *p = front(f, size);
    for (size_t i = 0; i < size; i++) {
        p[i] = (unsigned char)(value >> (BITS * i));
    }
}

static void put_aligned(struct flat *f, uint64_t value, size_t size)
{
    align(f, size, size);
    put(f, value, size);
}

/* Offsets are relative to where they stand. */
static void put_place(struct flat *f, size_t place)
{
    align(f, WORD, WORD);
    put(f, (uint64_t)(f->used + WORD - place), WORD);
}

size_t flat_string(struct flat *f, struct str s)
{
    align(f, WORD, s.len + 1);
    unsigned char *p = front(f, s.len + 1);
    if (s.len > 0) {
        memcpy(p, s.ptr, s.len);
    }
    put(f, s.len, WORD);
    return f->used;
}

size_t flat_offsets(struct flat *f, const size_t *places, size_t count)
{
    align(f, WORD, count * WORD);
    for (size_t i = count; i > 0; i--) {
        put_place(f, places[i - 1]);
    }
    put(f, count, WORD);
    return f->used;
}

size_t flat_longs(struct flat *f, const int64_t *values, size_t count, size_t longs_each)
{
    align(f, LONG, count * longs_each * LONG);
    for (size_t i = count * longs_each; i > 0; i--) {
        put(f, (uint64_t)values[i - 1], LONG);
    }
    put(f, count, WORD);
    return f->used;
}

void flat_table_begin(struct flat *f, size_t slot_count)
{
    ASSERT(slot_count <= FLAT_MAX_SLOTS);
    memset(f->slots, 0, sizeof(f->slots));
    f->slot_count = slot_count;
    f->table_start = f->used;
}

static void field(struct flat *f, size_t slot, uint64_t value, size_t size)
{
    put_aligned(f, value, size);
    f->slots[slot] = f->used;
}

void flat_field_byte(struct flat *f, size_t slot, uint8_t value)
{
    field(f, slot, value, BYTE);
}

void flat_field_short(struct flat *f, size_t slot, int16_t value)
{
    field(f, slot, (uint64_t)value, SHORT);
}

void flat_field_int(struct flat *f, size_t slot, int32_t value)
{
    field(f, slot, (uint64_t)value, WORD);
}

void flat_field_long(struct flat *f, size_t slot, int64_t value)
{
    field(f, slot, (uint64_t)value, LONG);
}

void flat_field_place(struct flat *f, size_t slot, size_t place)
{
    put_place(f, place);
    f->slots[slot] = f->used;
}

/* The vtable goes in front of its table: its size, the table's size, the fields' offsets. */
size_t flat_table_end(struct flat *f)
{
    put_aligned(f, 0, WORD);
    size_t table = f->used;
    for (size_t i = f->slot_count; i > 0; i--) {
        put(f, f->slots[i - 1] > 0 ? table - f->slots[i - 1] : 0, SHORT);
    }
    put(f, table - f->table_start, SHORT);
    put(f, SHORT * (f->slot_count + 2), SHORT);
    uint64_t back = f->used - table;
    unsigned char *at = f->bytes + f->capacity - table;
    for (size_t i = 0; i < WORD; i++) {
        at[i] = (unsigned char)(back >> (BITS * i));
    }
    return table;
}

struct str flat_finish(struct flat *f, size_t root)
{
    align(f, LONG, WORD);
    put_place(f, root);
    return str_n((const char *)f->bytes + f->capacity - f->used, f->used);
}

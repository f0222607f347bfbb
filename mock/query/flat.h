/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_QUERY_FLAT_H
#define MOCK_QUERY_FLAT_H

/* A writer of FlatBuffers ("FlatBuffers internals": tables with vtables, vectors, strings, inline
 * structs), as much as Arrow's messages need. Written back to front, children before parents: a
 * place is counted from the end of what will be the buffer.
 *
 * Ownership: flat_done() frees it. Threads: one at a time. */

#include "base/core/attrs.h"
#include "base/core/str.h"

#include <stddef.h>
#include <stdint.h>

#define FLAT_MAX_SLOTS 8

struct flat {
    unsigned char *bytes; /* the last `used` of `capacity` are written */
    size_t capacity, used, alignment;
    size_t slots[FLAT_MAX_SLOTS]; /* of the table under way: place of each field, 0 = absent */
    size_t slot_count, table_start;
};

void flat_done(struct flat *f);
#define AUTO_FLAT AUTO(flat_done)

size_t flat_string(struct flat *f, struct str s);
/* Elements in the order of the vector; offsets are places. */
size_t flat_offsets(struct flat *f, const size_t *places, size_t count);
/* count structs of so many int64 each. */
size_t flat_longs(struct flat *f, const int64_t *values, size_t count, size_t longs_each);

void flat_table_begin(struct flat *f, size_t slot_count);
void flat_field_byte(struct flat *f, size_t slot, uint8_t value);
void flat_field_short(struct flat *f, size_t slot, int16_t value);
void flat_field_int(struct flat *f, size_t slot, int32_t value);
void flat_field_long(struct flat *f, size_t slot, int64_t value);
void flat_field_place(struct flat *f, size_t slot, size_t place);
size_t flat_table_end(struct flat *f);

/* Puts the root in front; the buffer's length is then a multiple of 8. Borrowed until flat_done. */
struct str flat_finish(struct flat *f, size_t root);

#endif

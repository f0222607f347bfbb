/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/sql/thrift_write.h"

enum { BITS_PER_BYTE = 8, LONG_BYTES = 8 };

#define VERSION_1 UINT32_C(0x80010000)

void thrift_raw(struct buf *b, uint64_t value, size_t bytes)
{
    char out[LONG_BYTES];
    for (size_t i = 0; i < bytes; i++) {
        out[i] = (char)(value >> (BITS_PER_BYTE * (bytes - 1 - i)));
    }
    buf_add(b, out, bytes);
}

void thrift_raw_double(struct buf *b, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof(bits));
    thrift_raw(b, bits, sizeof(bits));
}

void thrift_raw_text(struct buf *b, struct str value)
{
    thrift_raw(b, value.len, 4);
    buf_add_str(b, value);
}

static void field(struct buf *b, int16_t id, enum thrift_type type)
{
    thrift_raw(b, type, 1);
    thrift_raw(b, (uint16_t)id, 2);
}

void thrift_put_message(struct buf *b, enum thrift_kind kind, struct str name, int32_t seqid)
{
    thrift_raw(b, VERSION_1 | (uint32_t)kind, 4);
    thrift_raw_text(b, name);
    thrift_raw(b, (uint32_t)seqid, 4);
}

void thrift_begin(struct buf *b, int16_t id)
{
    field(b, id, THRIFT_STRUCT);
}

void thrift_end(struct buf *b)
{
    thrift_raw(b, THRIFT_STOP, 1);
}

void thrift_put_bool(struct buf *b, int16_t id, bool value)
{
    field(b, id, THRIFT_BOOL);
    thrift_raw(b, value ? 1 : 0, 1);
}

void thrift_put_i16(struct buf *b, int16_t id, int16_t value)
{
    field(b, id, THRIFT_I16);
    thrift_raw(b, (uint16_t)value, 2);
}

void thrift_put_i32(struct buf *b, int16_t id, int32_t value)
{
    field(b, id, THRIFT_I32);
    thrift_raw(b, (uint32_t)value, 4);
}

void thrift_put_i64(struct buf *b, int16_t id, int64_t value)
{
    field(b, id, THRIFT_I64);
    thrift_raw(b, (uint64_t)value, LONG_BYTES);
}

void thrift_put_text(struct buf *b, int16_t id, struct str value)
{
    field(b, id, THRIFT_STRING);
    thrift_raw_text(b, value);
}

void thrift_put_list(struct buf *b, int16_t id, enum thrift_type of, size_t count)
{
    field(b, id, THRIFT_LIST);
    thrift_raw(b, of, 1);
    thrift_raw(b, count, 4);
}

void thrift_put_map(struct buf *b, int16_t id, enum thrift_type of, size_t count)
{
    field(b, id, THRIFT_MAP);
    thrift_raw(b, THRIFT_STRING, 1);
    thrift_raw(b, of, 1);
    thrift_raw(b, count, 4);
}

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_SQL_THRIFT_WRITE_H
#define MOCK_SQL_THRIFT_WRITE_H

/* Writes Thrift's strict binary protocol (thrift_value.h) into a buffer. Who begins a struct ends
 * it:
 *
 *     thrift_put_message(b, THRIFT_REPLY, name, seqid);   begins the struct of the result
 *     thrift_begin(b, 0);                                 field 0, a struct
 *     thrift_put_i32(b, 1, 42);
 *     thrift_end(b);
 *     thrift_end(b);
 *
 * Pure. */

#include "base/core/buf.h"
#include "mock/sql/thrift_value.h"

void thrift_put_message(struct buf *b, enum thrift_kind kind, struct str name, int32_t seqid);

void thrift_begin(struct buf *b, int16_t id); /* a field that is a struct */
void thrift_end(struct buf *b);               /* of any struct */
void thrift_put_bool(struct buf *b, int16_t id, bool value);
void thrift_put_i16(struct buf *b, int16_t id, int16_t value);
void thrift_put_i32(struct buf *b, int16_t id, int32_t value);
void thrift_put_i64(struct buf *b, int16_t id, int64_t value);
void thrift_put_text(struct buf *b, int16_t id, struct str value);
/* A field that is a list; its elements follow, bare. A struct as an element ends by thrift_end. */
void thrift_put_list(struct buf *b, int16_t id, enum thrift_type of, size_t count);
/* A field that is a map with strings as keys; key and value follow by turns, bare. */
void thrift_put_map(struct buf *b, int16_t id, enum thrift_type of, size_t count);

/* Bare values. */
void thrift_raw(struct buf *b, uint64_t value, size_t bytes); /* big-endian */
void thrift_raw_double(struct buf *b, double value);
void thrift_raw_text(struct buf *b, struct str value);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_SQL_THRIFT_VALUE_H
#define MOCK_SQL_THRIFT_VALUE_H

/* Thrift's binary protocol, strict form, as values (Apache Thrift specification
 * thrift-binary-protocol.md). A message is read as a tree: what the caller does not ask for is
 * skipped by that, as the protocol wants of unknown fields.
 *
 * Ownership: the tree lives in the arena and borrows the bytes. Bounds: THRIFT_MAX_DEPTH,
 * THRIFT_MAX_VALUES; a length is never trusted beyond the bytes that are there.
 * Errors: ERR_PROTOCOL, ERR_LIMIT. Pure. */

#include "base/core/arena.h"
#include "base/core/attrs.h"
#include "base/core/err.h"
#include "base/core/str.h"

#include <stdbool.h>
#include <stdint.h>

#define THRIFT_MAX_DEPTH  24
#define THRIFT_MAX_VALUES ((size_t)100000)

enum thrift_type {
    THRIFT_STOP = 0,
    THRIFT_BOOL = 2,
    THRIFT_BYTE = 3,
    THRIFT_DOUBLE = 4,
    THRIFT_I16 = 6,
    THRIFT_I32 = 8,
    THRIFT_I64 = 10,
    THRIFT_STRING = 11, /* and binary */
    THRIFT_STRUCT = 12,
    THRIFT_MAP = 13,
    THRIFT_SET = 14,
    THRIFT_LIST = 15
};

enum thrift_kind { THRIFT_CALL = 1, THRIFT_REPLY = 2, THRIFT_EXCEPTION = 3, THRIFT_ONEWAY = 4 };

struct thrift_field;
struct thrift_value {
    enum thrift_type type;
    int64_t number;             /* BOOL, BYTE, I16, I32, I64 */
    double real;                /* DOUBLE */
    struct str text;            /* STRING */
    struct thrift_field *items; /* STRUCT, and elements of LIST and SET; MAP: key, value, key... */
    size_t count;               /* of items */
};
struct thrift_field {
    int16_t id; /* 0 outside of structs */
    struct thrift_value value;
};

struct thrift_message {
    enum thrift_kind kind;
    struct str name;
    int32_t seqid;
    struct thrift_value arguments; /* a STRUCT */
};

/* The bytes have to be one message and nothing else. */
int thrift_read(struct arena *a, struct str bytes, struct thrift_message *ret,
                struct err *err) NODISCARD;
/* The head alone; false when there is none. What follows it is not looked at. */
bool thrift_read_head(struct str bytes, struct thrift_message *ret);

/* The field of that id and type, or NULL: one of another type counts as unknown. v may be NULL or
 * no struct. */
const struct thrift_value *thrift_get(const struct thrift_value *v, int16_t id,
                                      enum thrift_type type);
/* The same as a value, with what it is when the field is absent. */
int64_t thrift_number(const struct thrift_value *v, int16_t id, enum thrift_type type,
                      int64_t absent);
bool thrift_bool(const struct thrift_value *v, int16_t id, bool absent);
/* A copy of a string in the arena, or NULL. */
const char *thrift_text(struct arena *a, const struct thrift_value *v, int16_t id);

#endif

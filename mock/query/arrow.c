/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/query/arrow.h"

#include "base/core/arena.h"
#include "base/core/assert.h"
#include "base/text/number.h"
#include "mock/query/arrow_values_priv.h"
#include "mock/query/flat.h"
#include "mock/query/sql_result.h"

/* Numbers of Schema.fbs and Message.fbs. */
enum {
    TYPE_NULL = 1,
    TYPE_INT,
    TYPE_FLOAT,
    TYPE_BINARY,
    TYPE_UTF8,
    TYPE_BOOL,
    TYPE_DECIMAL,
    TYPE_DATE,
    TYPE_TIME,
    TYPE_TIMESTAMP
};
enum { HEADER_SCHEMA = 1, HEADER_RECORD_BATCH = 3, VERSION_V5 = 4 };
enum { FLOAT_SINGLE = 1, FLOAT_DOUBLE = 2, DATE_DAY = 0, TIME_MICROSECOND = 2, DECIMAL_BITS = 128 };
enum { BITS_PER_BYTE = 8, ALIGNMENT = 8 };

static void put_word(struct buf *out, uint32_t value)
{
    for (int i = 0; i < 4; i++) {
        buf_add_char(out, (char)(value >> (BITS_PER_BYTE * i)));
    }
}

static size_t int_type(struct flat *f, int32_t bits)
{
    flat_table_begin(f, 2);
    flat_field_int(f, 0, bits);
    flat_field_byte(f, 1, 1);
    return flat_table_end(f);
}

static size_t unit_type(struct flat *f, int16_t unit)
{
    flat_table_begin(f, 1);
    flat_field_short(f, 0, unit);
    return flat_table_end(f);
}

static size_t decimal_type(struct flat *f, struct sql_type t)
{
    flat_table_begin(f, 3);
    flat_field_int(f, 0, t.precision);
    flat_field_int(f, 1, t.scale);
    flat_field_int(f, 2, DECIMAL_BITS);
    return flat_table_end(f);
}

static size_t timestamp_type(struct flat *f)
{
    size_t zone = flat_string(f, STR("Etc/UTC"));
    flat_table_begin(f, 2);
    flat_field_place(f, 1, zone);
    flat_field_short(f, 0, TIME_MICROSECOND);
    return flat_table_end(f);
}

static size_t plain_type(struct flat *f)
{
    flat_table_begin(f, 0);
    return flat_table_end(f);
}

static size_t type_write(struct flat *f, struct sql_type t, uint8_t *ret_number)
{
    static const struct {
        uint8_t number;
        int parameter;
    } forms[] = {
        [SQL_VOID] = {TYPE_NULL, 0},
        [SQL_BOOLEAN] = {TYPE_BOOL, 0},
        [SQL_BYTE] = {TYPE_INT, 8},
        [SQL_SHORT] = {TYPE_INT, 16},
        [SQL_INT] = {TYPE_INT, 32},
        [SQL_LONG] = {TYPE_INT, 64},
        [SQL_FLOAT] = {TYPE_FLOAT, FLOAT_SINGLE},
        [SQL_DOUBLE] = {TYPE_FLOAT, FLOAT_DOUBLE},
        [SQL_DECIMAL] = {TYPE_DECIMAL, 0},
        [SQL_STRING] = {TYPE_UTF8, 0},
        [SQL_DATE] = {TYPE_DATE, DATE_DAY},
        [SQL_TIMESTAMP] = {TYPE_TIMESTAMP, 0},
    };
    *ret_number = forms[t.kind].number;
    switch (forms[t.kind].number) {
    case TYPE_INT:
        return int_type(f, forms[t.kind].parameter);
    case TYPE_FLOAT:
    case TYPE_DATE:
        return unit_type(f, (int16_t)forms[t.kind].parameter);
    case TYPE_DECIMAL:
        return decimal_type(f, t);
    case TYPE_TIMESTAMP:
        return timestamp_type(f);
    default:
        return plain_type(f);
    }
}

static size_t field_write(struct flat *f, const struct sql_result_column *c)
{
    uint8_t number;
    size_t name = flat_string(f, str_of(c->name));
    size_t children = flat_offsets(f, NULL, 0);
    size_t type = type_write(f, c->type, &number);
    flat_table_begin(f, 6);
    flat_field_place(f, 0, name);
    flat_field_place(f, 3, type);
    flat_field_place(f, 5, children);
    flat_field_byte(f, 1, 1);
    flat_field_byte(f, 2, number);
    return flat_table_end(f);
}

static void message_write(struct buf *out, struct flat *f, uint8_t kind, size_t header,
                          int64_t body_bytes)
{
    flat_table_begin(f, 4);
    flat_field_long(f, 3, body_bytes);
    flat_field_place(f, 2, header);
    flat_field_short(f, 0, VERSION_V5);
    flat_field_byte(f, 1, kind);
    struct str bytes = flat_finish(f, flat_table_end(f));
    put_word(out, UINT32_MAX);
    put_word(out, (uint32_t)bytes.len);
    buf_add_str(out, bytes);
}

void arrow_schema_write(struct buf *out, const struct sql_result *r)
{
    AUTO_FLAT struct flat f = {0};
    AUTO_ARENA struct arena *a = arena_new();
    size_t *fields = ARENA_ARRAY(a, size_t, r->column_count);
    for (size_t i = 0; i < r->column_count; i++) {
        fields[i] = field_write(&f, &r->columns[i]);
    }
    size_t list = flat_offsets(&f, fields, r->column_count);
    flat_table_begin(&f, 2);
    flat_field_place(&f, 1, list);
    flat_field_short(&f, 0, 0);
    message_write(out, &f, HEADER_SCHEMA, flat_table_end(&f), 0);
}

struct longs {
    int64_t *items;
    size_t count, capacity;
};

/* The body is written where it is to stay, behind room for the message that tells where its buffers
 * lie. */
struct batch {
    struct arena *arena;
    struct buf *out;
    size_t body;                 /* where it begins in `out` */
    struct longs nodes, buffers; /* pairs */
};

/* How many buffers a column has. */
static size_t buffers_of(enum sql_kind kind)
{
    return kind == SQL_VOID ? 0 : kind == SQL_STRING ? 3 : 2;
}

static size_t padded(size_t len)
{
    return (len + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

/* Room for buffers of so many bytes with what fills them up; NULL = there is none. */
static char *buffers_open(const struct batch *b, size_t bytes)
{
    return buf_reserve(b->out, bytes) < bytes ? NULL : b->out->ptr + b->out->len;
}

/* So many bytes of that room are the next buffer. */
static void buffer_close(struct batch *b, size_t len)
{
    *VEC_PUSH(b->arena, &b->buffers) = (int64_t)(b->out->len - b->body);
    *VEC_PUSH(b->arena, &b->buffers) = (int64_t)len;
    memset(b->out->ptr + b->out->len + len, 0, padded(len) - len);
    b->out->len += padded(len);
}

static int too_large(size_t column, struct err *err)
{
    return err_set(err, ERR_LIMIT, "the column %zu does not fit into a record batch", column);
}

static int buffer_add(struct batch *b, const struct buf *bytes, size_t column, struct err *err)
{
    char *at = buffers_open(b, padded(bytes->len));
    if (at == NULL || bytes->truncated) {
        return too_large(column, err);
    }
    if (bytes->len > 0) {
        memcpy(at, bytes->ptr, bytes->len);
    }
    buffer_close(b, bytes->len);
    return 0;
}

/* Value by value. */
static int values_add(struct batch *b, const struct sql_result *r, const struct arrow_rows *rows,
                      struct err *err)
{
    AUTO_BUF struct buf valid = {0}, offsets = {0}, data = {0};
    struct arrow_column c = {.valid = &valid, .offsets = &offsets, .data = &data};
    size_t buffers = buffers_of(r->columns[rows->column].type.kind);
    if (arrow_column_write(r, rows, &c, err) < 0) {
        return -1;
    }
    *VEC_PUSH(b->arena, &b->nodes) = rows->count;
    *VEC_PUSH(b->arena, &b->nodes) = c.nulls;
    if ((buffers > 0 && buffer_add(b, &valid, rows->column, err) < 0) ||
        (buffers > 2 && buffer_add(b, &offsets, rows->column, err) < 0)) {
        return -1;
    }
    return buffers > 0 ? buffer_add(b, &data, rows->column, err) : 0;
}

/* All at once. */
static int computed_add(struct batch *b, const struct sql_result *r, const struct arrow_rows *rows,
                        struct err *err)
{
    const struct arrow_sizes most = arrow_computed_sizes(r, rows);
    size_t valid = padded(most.valid), offsets = padded(most.offsets);
    char *at = buffers_open(b, valid + offsets + padded(most.data));
    if (at == NULL) {
        return too_large(rows->column, err);
    }
    arrow_computed_valid(at, rows->count);
    size_t data = arrow_computed_write(r, rows, at + valid, at + valid + offsets);
    *VEC_PUSH(b->arena, &b->nodes) = rows->count;
    *VEC_PUSH(b->arena, &b->nodes) = 0;
    buffer_close(b, most.valid);
    if (most.offsets > 0) {
        buffer_close(b, most.offsets);
    }
    buffer_close(b, data);
    return 0;
}

static void batch_message(struct buf *out, const struct batch *b, int64_t rows)
{
    AUTO_FLAT struct flat f = {0};
    size_t buffers = flat_longs(&f, b->buffers.items, b->buffers.count / 2, 2);
    size_t nodes = flat_longs(&f, b->nodes.items, b->nodes.count / 2, 2);
    flat_table_begin(&f, 3);
    flat_field_long(&f, 0, rows);
    flat_field_place(&f, 1, nodes);
    flat_field_place(&f, 2, buffers);
    message_write(out, &f, HEADER_RECORD_BATCH, flat_table_end(&f),
                  (int64_t)(b->out->len - b->body));
}

/* Its numbers are not known yet, its length is. */
static void batch_begin(struct batch *b, const struct sql_result *r)
{
    size_t buffers = 0;
    b->body = b->out->len;
    for (size_t i = 0; i < r->column_count; i++) {
        buffers += buffers_of(r->columns[i].type.kind);
    }
    const struct batch empty = {
        .out = b->out,
        .body = b->body,
        .nodes = {.items = ARENA_ARRAY(b->arena, int64_t, 2 * r->column_count),
                  .count = 2 * r->column_count},
        .buffers = {.items = ARENA_ARRAY(b->arena, int64_t, 2 * buffers), .count = 2 * buffers}};
    batch_message(b->out, &empty, 0);
    b->body = b->out->len;
}

static void batch_end(const struct batch *b, size_t start, int64_t rows)
{
    AUTO_BUF struct buf message = {0};
    batch_message(&message, b, rows);
    ASSERT(message.len == b->body - start);
    memcpy(b->out->ptr + start, message.ptr, message.len);
}

int arrow_batch_write(struct buf *out, const struct sql_result *r, int64_t first, int64_t count,
                      struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct batch b = {.arena = a, .out = out};
    size_t start = out->len;
    batch_begin(&b, r);
    for (size_t i = 0; i < r->column_count; i++) {
        const struct arrow_rows rows = {first, count, i};
        int added = arrow_is_computed(&r->columns[i]) ? computed_add(&b, r, &rows, err)
                                                      : values_add(&b, r, &rows, err);
        if (added < 0) {
            return -1;
        }
    }
    if (out->truncated) {
        return err_set(err, ERR_LIMIT, "%lld rows do not fit into a record batch",
                       (long long)count);
    }
    batch_end(&b, start, count);
    return 0;
}

int arrow_write(struct buf *out, const struct sql_result *r, int64_t first, int64_t count,
                struct err *err)
{
    arrow_schema_write(out, r);
    if (arrow_batch_write(out, r, first, count, err) < 0) {
        return -1;
    }
    put_word(out, UINT32_MAX);
    put_word(out, 0);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text/number.h"
#include "mock/query/arrow.h"
#include "mock/query/compress.h"
#include "mock/query/sql_result.h"
#include "mock/sql/call.h"
#include "mock/state/statement_store.h"

/* Rows as drivers get them: by columns in Thrift's own types, or as Arrow record batches. */

#define FETCH_MAX_BYTES ((int64_t)32 * 1024 * 1024)
#define FETCH_MAX_ROWS  ((int64_t)2 * 1000 * 1000)
#define BATCH_ROWS      ((int64_t)65536)

enum { BITS_PER_BYTE = 8 };

/* What a type is called in the schema, and which member of TColumn has its values, in how many
 * bytes. What Thrift has no type for goes as text. */
static const struct {
    enum tcli_type type;
    enum tcli_column column;
    enum thrift_type element;
    size_t bytes;
} forms[] = {
    [SQL_VOID] = {TCLI_NULL_TYPE, TCLI_STRING_COLUMN, THRIFT_STRING, 0},
    [SQL_BOOLEAN] = {TCLI_BOOLEAN_TYPE, TCLI_BOOL_COLUMN, THRIFT_BOOL, 1},
    [SQL_BYTE] = {TCLI_TINYINT_TYPE, TCLI_BYTE_COLUMN, THRIFT_BYTE, 1},
    [SQL_SHORT] = {TCLI_SMALLINT_TYPE, TCLI_I16_COLUMN, THRIFT_I16, 2},
    [SQL_INT] = {TCLI_INT_TYPE, TCLI_I32_COLUMN, THRIFT_I32, 4},
    [SQL_LONG] = {TCLI_BIGINT_TYPE, TCLI_I64_COLUMN, THRIFT_I64, 8},
    [SQL_FLOAT] = {TCLI_FLOAT_TYPE, TCLI_DOUBLE_COLUMN, THRIFT_DOUBLE, 8},
    [SQL_DOUBLE] = {TCLI_DOUBLE_TYPE, TCLI_DOUBLE_COLUMN, THRIFT_DOUBLE, 8},
    [SQL_DECIMAL] = {TCLI_DECIMAL_TYPE, TCLI_STRING_COLUMN, THRIFT_STRING, 0},
    [SQL_STRING] = {TCLI_STRING_TYPE, TCLI_STRING_COLUMN, THRIFT_STRING, 0},
    [SQL_DATE] = {TCLI_DATE_TYPE, TCLI_STRING_COLUMN, THRIFT_STRING, 0},
    [SQL_TIMESTAMP] = {TCLI_TIMESTAMP_TYPE, TCLI_STRING_COLUMN, THRIFT_STRING, 0},
};

struct row_span row_span_of(const struct statement *st, int64_t max_rows, int64_t max_bytes)
{
    const struct sql_result *r = st->output.rows;
    int64_t first = st->cursor.row, left = r->rows - first, each = sql_result_bytes(r, 1);
    int64_t bytes = max_bytes > 0 && max_bytes < FETCH_MAX_BYTES ? max_bytes : FETCH_MAX_BYTES;
    int64_t most = max_rows > 0 && max_rows < FETCH_MAX_ROWS ? max_rows : FETCH_MAX_ROWS;
    if (each > 0 && most > bytes / each) {
        most = bytes / each > 0 ? bytes / each : 1;
    }
    left = r->column_count > 0 ? left : 0;
    return (struct row_span){first, left < most ? left : most};
}

/* ---- the schema ---- */

/* TTypeQualifiers: the union's whole number under its name. */
static void put_qualifier(struct buf *b, const char *name, int value)
{
    thrift_raw_text(b, str_of(name));
    thrift_put_i32(b, 1, value);
    thrift_end(b);
}

static void put_type(struct buf *b, struct sql_type t)
{
    thrift_begin(b, 2);
    thrift_put_list(b, 1, THRIFT_STRUCT, 1);
    thrift_begin(b, 1);
    thrift_put_i32(b, 1, forms[t.kind].type);
    if (t.kind == SQL_DECIMAL) {
        thrift_begin(b, 2);
        thrift_put_map(b, 1, THRIFT_STRUCT, 2);
        put_qualifier(b, "precision", t.precision);
        put_qualifier(b, "scale", t.scale);
        thrift_end(b);
    }
    thrift_end(b);
    thrift_end(b);
    thrift_end(b);
}

/* TTableSchema as field 2; positions count from 1. */
static void put_schema(struct buf *b, const struct sql_result *r)
{
    thrift_begin(b, 2);
    thrift_put_list(b, 1, THRIFT_STRUCT, r->column_count);
    for (size_t i = 0; i < r->column_count; i++) {
        thrift_put_text(b, 1, str_of(r->columns[i].name));
        put_type(b, r->columns[i].type);
        thrift_put_i32(b, 3, (int32_t)i + 1);
        thrift_end(b);
    }
    thrift_end(b);
}

/* The result with the types in which its Arrow form has them. */
static struct sql_result arrow_view(struct arena *a, const struct statement *st)
{
    const struct statement_cursor *c = &st->cursor;
    struct sql_result r = *st->output.rows;
    struct sql_result_column *columns = ARENA_ARRAY(a, struct sql_result_column, r.column_count);
    for (size_t i = 0; i < r.column_count; i++) {
        columns[i] = r.columns[i];
        enum sql_kind kind = columns[i].type.kind;
        if ((kind == SQL_DECIMAL && c->decimals_as_text) ||
            (kind == SQL_TIMESTAMP && c->times_as_text) || (kind == SQL_VOID && c->nulls_as_text)) {
            columns[i].text_of = columns[i].type;
            columns[i].type = (struct sql_type){.kind = SQL_STRING};
        }
    }
    r.columns = columns;
    return r;
}

void put_result_metadata(struct buf *b, const struct statement *st)
{
    AUTO_ARENA struct arena *a = arena_new();
    put_success(b, 1);
    put_schema(b, st->output.rows);
    thrift_put_i32(b, TCLI_SPARK + 1, st->cursor.row_set);
    thrift_put_bool(b, TCLI_SPARK + 2, st->output.compressed);
    if (st->cursor.row_set == TCLI_ARROW_BASED) {
        AUTO_BUF struct buf schema = {0};
        const struct sql_result view = arrow_view(a, st);
        arrow_schema_write(&schema, &view);
        thrift_put_text(b, TCLI_SPARK + 3, buf_str(&schema));
    }
}

/* ---- columns ---- */

static int real_raw(struct buf *b, const char *text, struct err *err)
{
    double value = 0;
    if (text != NULL && parse_double(str_of(text), &value, err) < 0) {
        return -1;
    }
    thrift_raw_double(b, value);
    return 0;
}

/* Spark writes "2020-01-31 12:00:00", as CAST(... AS STRING) does. */
static void time_raw(struct buf *b, const char *text)
{
    char out[64];
    thrift_raw_text(b, sql_timestamp_text(text, out));
}

static int value_raw(struct buf *b, struct sql_type t, const char *text, struct err *err)
{
    int64_t n = 0;
    switch (forms[t.kind].element) {
    case THRIFT_BOOL:
        thrift_raw(b, text != NULL && strcmp(text, "true") == 0 ? 1 : 0, 1);
        return 0;
    case THRIFT_DOUBLE:
        return real_raw(b, text, err);
    case THRIFT_STRING:
        if (t.kind == SQL_TIMESTAMP && text != NULL) {
            time_raw(b, text);
        } else {
            thrift_raw_text(b, str_of(text != NULL ? text : ""));
        }
        return 0;
    case THRIFT_BYTE:
    case THRIFT_I16:
    case THRIFT_I32:
    case THRIFT_I64:
    case THRIFT_STOP:
    case THRIFT_STRUCT:
    case THRIFT_MAP:
    case THRIFT_SET:
    case THRIFT_LIST:
    default:
        if (text != NULL && parse_int64(str_of(text), INT64_MIN, INT64_MAX, &n, err) < 0) {
            return -1;
        }
        thrift_raw(b, (uint64_t)n, forms[t.kind].bytes);
        return 0;
    }
}

static int put_column(struct buf *b, const struct sql_result *r, size_t column,
                      struct row_span span, struct err *err)
{
    AUTO_BUF struct buf nulls = {0}, scratch = {0};
    struct sql_type t = r->columns[column].type;
    bool whole = sql_type_is_whole(t);
    thrift_begin(b, (int16_t)forms[t.kind].column);
    thrift_put_list(b, 1, forms[t.kind].element, (size_t)span.count);
    for (int64_t i = 0; i < span.count; i++) {
        int64_t row = span.first + i, n;
        if (i % BITS_PER_BYTE == 0) {
            buf_add_char(&nulls, '\0');
        }
        if (whole && sql_result_number(r, row, column, &n)) {
            thrift_raw(b, (uint64_t)n, forms[t.kind].bytes);
            continue;
        }
        const char *text = sql_result_value(r, row, column, &scratch);
        if (text == NULL) {
            nulls.ptr[nulls.len - 1] =
                (char)((unsigned char)nulls.ptr[nulls.len - 1] | 1U << (i % BITS_PER_BYTE));
        }
        if (value_raw(b, t, text, err) < 0) {
            return -1;
        }
    }
    thrift_put_text(b, 2, buf_str(&nulls));
    thrift_end(b);
    return 0;
}

static int put_columns(struct buf *b, const struct sql_result *r, struct row_span span,
                       struct err *err)
{
    thrift_put_list(b, 3, THRIFT_STRUCT, r->column_count);
    for (size_t i = 0; i < r->column_count; i++) {
        if (put_column(b, r, i, span, err) < 0) {
            return -1;
        }
        thrift_end(b);
    }
    return 0;
}

/* ---- Arrow ---- */

static int batch_make(struct buf *out, const struct statement *st, const struct sql_result *view,
                      struct row_span span, struct err *err)
{
    if (!st->output.compressed) {
        return arrow_batch_write(out, view, span.first, span.count, err);
    }
    AUTO_BUF struct buf plain = {0};
    return arrow_batch_write(&plain, view, span.first, span.count, err) < 0
               ? -1
               : lz4_frame_write(out, buf_str(&plain), err);
}

static int put_batches(struct buf *b, const struct statement *st, struct row_span span,
                       struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    const struct sql_result view = arrow_view(a, st);
    int64_t batches = (span.count + BATCH_ROWS - 1) / BATCH_ROWS;
    thrift_put_list(b, TCLI_SPARK + 1, THRIFT_STRUCT, (size_t)batches);
    for (int64_t i = 0; i < batches; i++) {
        AUTO_BUF struct buf batch = {0};
        int64_t done = i * BATCH_ROWS, left = span.count - done;
        int64_t rows = left < BATCH_ROWS ? left : BATCH_ROWS;
        const struct row_span part = {span.first + done, rows};
        if (batch_make(&batch, st, &view, part, err) < 0) {
            return -1;
        }
        thrift_put_text(b, 1, buf_str(&batch));
        thrift_put_i64(b, 2, rows);
        thrift_end(b);
    }
    return 0;
}

/* `rows` is required by the interface, and always empty. */
int put_row_set(struct buf *b, int16_t id, const struct statement *st, struct row_span span,
                struct err *err)
{
    thrift_begin(b, id);
    thrift_put_i64(b, 1, span.first);
    thrift_put_list(b, 2, THRIFT_STRUCT, 0);
    int result = st->cursor.row_set == TCLI_ARROW_BASED
                     ? put_batches(b, st, span, err)
                     : put_columns(b, st->output.rows, span, err);
    thrift_end(b);
    return result;
}

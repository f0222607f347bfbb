/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text/number.h"
#include "mock/query/apart.h"
#include "mock/query/arrow.h"
#include "mock/query/compress.h"
#include "mock/query/link.h"
#include "mock/query/result_file.h"
#include "mock/query/sql_result.h"
#include "mock/sql/call.h"
#include "mock/state/statement_store.h"
#include "mock/state/workspace_store.h"

/* Rows as drivers get them: by columns in Thrift's own types, or as Arrow record batches. */

#define FETCH_MAX_BYTES ((int64_t)16 * 1024 * 1024)
#define FETCH_MAX_ROWS  ((int64_t)2 * 1000 * 1000)
#define BATCH_ROWS      ((int64_t)65536)
#define FILE_MAX_BYTES  ((int64_t)4 * 1024 * 1024)
#define FETCH_MAX_FILES ((int64_t)16)

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

/* What is larger than an attachment of the REST interface comes as files, for drivers that can
 * fetch them. */
void choose_form(const struct call *c, int64_t version, struct statement *st)
{
    struct statement_output *o = &st->output;
    const struct thrift_value *native = thrift_get(c->req, TCLI_SPARK + 6, THRIFT_STRUCT);
    const struct scenario_sql *sql = &c->a.workspace->behaviour->sql;
    bool arrow = thrift_bool(c->req, TCLI_SPARK + 2, false) && version >= TCLI_VERSION_ARROW &&
                 c->knobs->results != THRIFT_RESULTS_COLUMNS;
    bool linked = arrow && thrift_bool(c->req, TCLI_SPARK + 3, false) &&
                  c->knobs->results == THRIFT_RESULTS_AS_ASKED && o->rows != NULL &&
                  sql_result_bytes(o->rows, o->rows->rows) > sql->attachment_limit_bytes;
    st->cursor.row_set = linked ? TCLI_URL_BASED : arrow ? TCLI_ARROW_BASED : TCLI_COLUMN_BASED;
    o->format = RESULT_ARROW;
    o->compressed = arrow && thrift_bool(c->req, TCLI_SPARK + 4, false);
    o->times_as_text = !thrift_bool(native, 1, false);
    o->decimals_as_text = !thrift_bool(native, 2, false);
    o->nulls_as_text = !thrift_bool(native, 5, false);
    int64_t each = linked ? sql_result_bytes(o->rows, 1) : 1;
    int64_t bytes = thrift_number(c->req, TCLI_SPARK + 5, THRIFT_I64, FILE_MAX_BYTES);
    bytes = bytes > 0 && bytes < FILE_MAX_BYTES ? bytes : FILE_MAX_BYTES;
    o->chunk_rows = each > 0 && bytes / each > 0 ? bytes / each : 1;
}

/* Whole files, from the one on that has the row of the cursor. */
static struct row_span span_of_files(const struct statement *st)
{
    struct result_chunks chunks = result_chunks_of(st);
    int64_t rows = st->output.rows->rows, first = st->cursor.row;
    first -= first < rows ? first % chunks.rows : 0;
    int64_t left = rows - first, most = FETCH_MAX_FILES * chunks.rows;
    return (struct row_span){first, left < most ? left : most};
}

struct row_span row_span_of(const struct statement *st, int64_t max_rows, int64_t max_bytes)
{
    if (st->cursor.row_set == TCLI_URL_BASED) {
        return span_of_files(st);
    }
    const struct sql_result *r = st->output.rows;
    int64_t first = st->cursor.row, left = r->rows - first, each = sql_result_bytes_kept(r);
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
    thrift_put_i32(b, 1, (int32_t)forms[t.kind].type);
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

void put_result_metadata(struct buf *b, const struct statement *st)
{
    AUTO_ARENA struct arena *a = arena_new();
    put_success(b, 1);
    put_schema(b, st->output.rows);
    thrift_put_i32(b, TCLI_SPARK + 1, st->cursor.row_set);
    thrift_put_bool(b, TCLI_SPARK + 2, st->output.compressed);
    if (st->cursor.row_set != TCLI_COLUMN_BASED) {
        AUTO_BUF struct buf schema = {0};
        const struct sql_result view = result_arrow_view(a, st);
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
    const struct sql_result view = result_arrow_view(a, st);
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

/* ---- files ---- */

/* TSparkArrowResultLink; drivers only write the size down. */
static int put_links(struct call *c, const struct statement *st, struct row_span span,
                     struct err *err)
{
    struct result_chunks chunks = result_chunks_of(st);
    int64_t from = span.first / chunks.rows;
    int64_t count = (span.count + chunks.rows - 1) / chunks.rows;
    thrift_put_list(c->out, TCLI_SPARK + 2, THRIFT_STRUCT, (size_t)count);
    for (int64_t i = from; i < from + count; i++) {
        struct link link;
        int64_t rows = result_chunk_rows(st, chunks, i);
        if (link_make(c->x, &c->a, st, i, &link, err) < 0) {
            return -1;
        }
        thrift_put_text(c->out, 1, str_of(link.url));
        thrift_put_i64(c->out, 2, link.expires_ms);
        thrift_put_i64(c->out, 3, i * chunks.rows);
        thrift_put_i64(c->out, 4, rows);
        thrift_put_i64(c->out, 5, sql_result_bytes(st->output.rows, rows));
        thrift_end(c->out);
    }
    return 0;
}

static int put_rows_apart(struct call *c, struct statement *st, struct row_span span,
                          struct err *err)
{
    struct statement_apart apart;
    const struct statement *seen = statement_apart_begin(c->a.state, st, &apart);
    int result = seen->cursor.row_set == TCLI_ARROW_BASED
                     ? put_batches(c->out, seen, span, err)
                     : put_columns(c->out, seen->output.rows, span, err);
    statement_apart_end(&apart);
    return result;
}

/* `rows` is required by the interface, and always empty. */
int put_row_set(struct call *c, int16_t id, struct statement *st, struct row_span span,
                struct err *err)
{
    thrift_begin(c->out, id);
    thrift_put_i64(c->out, 1, span.first);
    thrift_put_list(c->out, 2, THRIFT_STRUCT, 0);
    int result = st->cursor.row_set == TCLI_URL_BASED ? put_links(c, st, span, err)
                                                      : put_rows_apart(c, st, span, err);
    thrift_end(c->out);
    return result;
}

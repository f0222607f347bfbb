/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/query/result_file.h"

#include "base/json/json.h"
#include "mock/query/arrow.h"
#include "mock/query/compress.h"
#include "mock/state/statement_store.h"

/* A chunk is not to be larger than this, however many rows are wanted. */
#define CHUNK_MAX_BYTES ((int64_t)16 * 1024 * 1024)

struct result_chunks result_chunks_of(const struct statement *st)
{
    const struct sql_result *r = st->output.rows;
    int64_t rows = st->output.chunk_rows, each = sql_result_bytes_kept(r);
    int64_t most = each > 0 ? CHUNK_MAX_BYTES / each : rows;
    rows = rows > most ? most : rows;
    rows = rows > 0 ? rows : 1;
    return (struct result_chunks){rows, r->column_count == 0 ? 0 : (r->rows + rows - 1) / rows};
}

int64_t result_chunk_rows(const struct statement *st, struct result_chunks chunks, int64_t index)
{
    int64_t left = st->output.rows->rows - index * chunks.rows;
    return left < chunks.rows ? left : chunks.rows;
}

struct json *result_rows_json(const struct sql_result *r, int64_t first, int64_t count)
{
    AUTO_BUF struct buf scratch = {0};
    struct json *data = json_array();
    for (int64_t row = first; row < first + count; row++) {
        struct json *values = json_array();
        for (size_t i = 0; i < r->column_count; i++) {
            const char *value = sql_result_value(r, row, i, &scratch);
            json_push(values, value != NULL ? json_string(value) : json_null());
        }
        json_push(data, values);
    }
    return data;
}

/* RFC 4180 section 2: quotes around what holds a comma, a quote or a line break. */
static void csv_field(struct buf *out, const char *value)
{
    if (value[strcspn(value, ",\"\r\n")] == '\0') {
        buf_add_z(out, value);
        return;
    }
    buf_add_char(out, '"');
    for (const char *p = value; *p != '\0'; p++) {
        buf_add_z(out, *p == '"' ? "\"" : "");
        buf_add_char(out, *p);
    }
    buf_add_char(out, '"');
}

static void csv_write(struct buf *out, const struct sql_result *r, int64_t first, int64_t count)
{
    AUTO_BUF struct buf scratch = {0};
    for (size_t i = 0; first == 0 && i < r->column_count; i++) {
        csv_field(out, r->columns[i].name);
        buf_add_char(out, i + 1 < r->column_count ? ',' : '\n');
    }
    for (int64_t row = first; row < first + count; row++) {
        for (size_t i = 0; i < r->column_count; i++) {
            const char *value = sql_result_value(r, row, i, &scratch);
            csv_field(out, value != NULL ? value : "null");
            buf_add_char(out, i + 1 < r->column_count ? ',' : '\n');
        }
    }
}

static int file_make(struct buf *out, const struct statement *st, int64_t index, struct err *err)
{
    struct result_chunks chunks = result_chunks_of(st);
    const struct sql_result *r = st->output.rows;
    int64_t first = index * chunks.rows, count = result_chunk_rows(st, chunks, index);
    if (st->output.format == RESULT_ARROW) {
        AUTO_ARENA struct arena *a = arena_new();
        const struct sql_result view = result_arrow_view(a, st);
        return arrow_write(out, &view, first, count, err);
    }
    if (st->output.format == RESULT_CSV) {
        csv_write(out, r, first, count);
        return 0;
    }
    AUTO_JSON struct json *data = result_rows_json(r, first, count);
    json_write(out, data);
    return 0;
}

int result_file(struct buf *out, const struct statement *st, int64_t index, struct err *err)
{
    if (!st->output.compressed) {
        return file_make(out, st, index, err);
    }
    AUTO_BUF struct buf plain = {0};
    return file_make(&plain, st, index, err) < 0 ? -1 : lz4_frame_write(out, buf_str(&plain), err);
}

struct sql_result result_arrow_view(struct arena *a, const struct statement *st)
{
    const struct statement_output *c = &st->output;
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

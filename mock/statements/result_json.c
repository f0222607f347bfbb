/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/statements/result_json.h"

#include "base/sys/clock.h"
#include "base/text/base64.h"
#include "mock/state/statement_store.h"
#include "mock/state/workspace_store.h"
#include "mock/query/apart.h"
#include "mock/query/link.h"
#include "mock/statements/statement_request.h"

bool result_is_attached(const struct access *a, const struct statement *st)
{
    const struct sql_result *r = st->output.rows;
    return r != NULL && st->output.disposition == RESULT_EITHER &&
           st->output.format == RESULT_ARROW &&
           sql_result_bytes(r, r->rows) <= a->workspace->behaviour->sql.attachment_limit_bytes;
}

static bool is_inline(const struct access *a, const struct statement *st)
{
    const struct sql_result *r = st->output.rows;
    return st->output.format == RESULT_JSON &&
           (st->output.disposition == RESULT_INLINE ||
            (st->output.disposition == RESULT_EITHER &&
             sql_result_bytes(r, r->rows) <= a->workspace->behaviour->sql.inline_limit_bytes));
}

static void set_place(struct json *o, const struct statement *st, struct result_chunks chunks,
                      int64_t index)
{
    json_set_int(o, "chunk_index", index);
    json_set_int(o, "row_offset", index * chunks.rows);
    json_set_int(o, "row_count", result_chunk_rows(st, chunks, index));
}

static struct json *columns_make(const struct sql_result *r)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct json *list = json_array();
    for (size_t i = 0; i < r->column_count; i++) {
        const struct sql_result_column *c = &r->columns[i];
        struct json *o = json_object();
        json_set_string(o, "name", c->name);
        json_set_string(o, "type_text", sql_type_text(a, c->type));
        json_set_string(o, "type_name", sql_type_name(c->type));
        json_set_int(o, "position", (int64_t)i);
        if (c->type.kind == SQL_DECIMAL) {
            json_set_int(o, "type_precision", c->type.precision);
            json_set_int(o, "type_scale", c->type.scale);
        }
        json_push(list, o);
    }
    return list;
}

/* A statement without a result set (DDL) has no columns, no chunks and an empty result. */
struct json *result_manifest(const struct statement *st)
{
    const struct sql_result *r = st->output.rows;
    struct result_chunks chunks = result_chunks_of(st);
    struct json *schema = json_object(), *list = json_array(), *o = json_object();
    json_set_string(o, "format", statement_format_name((enum statement_format)st->output.format));
    json_set_int(schema, "column_count", (int64_t)r->column_count);
    if (st->output.compressed) {
        json_set_string(o, "result_compression", "LZ4_FRAME");
    }
    if (r->column_count > 0) {
        json_set(schema, "columns", columns_make(r));
    }
    for (int64_t i = 0; i < chunks.count; i++) {
        struct json *chunk = json_object();
        set_place(chunk, st, chunks, i);
        json_set_int(chunk, "byte_count", sql_result_bytes(r, result_chunk_rows(st, chunks, i)));
        json_push(list, chunk);
    }
    json_set(o, "schema", schema);
    json_set_int(o, "total_chunk_count", chunks.count);
    json_set(o, "chunks", list);
    json_set_int(o, "total_row_count", r->column_count > 0 ? r->rows : 0);
    json_set_int(o, "total_byte_count", sql_result_bytes(r, r->rows));
    json_set_bool(o, "truncated", r->truncated);
    return o;
}

static void set_next(struct exchange *x, struct json *o, const struct statement *st,
                     struct result_chunks chunks, int64_t index)
{
    if (index + 1 < chunks.count) {
        int64_t offset = (index + 1) * chunks.rows;
        json_set_int(o, "next_chunk_index", index + 1);
        json_set_string(
            o, "next_chunk_internal_link",
            arena_printf(x->req->arena,
                         "/api/2.0/sql/statements/%s/result/chunks/%lld?row_offset=%lld", st->id,
                         (long long)index + 1, (long long)offset));
    }
}

static struct json *linked(struct exchange *x, const struct access *a, const struct statement *st,
                           int64_t index, struct err *err)
{
    char expiration[32];
    struct link link;
    struct result_chunks chunks = result_chunks_of(st);
    if (link_make(x, a, st, index, &link, err) < 0) {
        return NULL;
    }
    struct json *o = json_object(), *list = json_array(), *result = json_object();
    set_place(o, st, chunks, index);
    json_set_int(o, "byte_count",
                 sql_result_bytes(st->output.rows, result_chunk_rows(st, chunks, index)));
    json_set_string(o, "external_link", link.url);
    json_set_string(o, "expiration",
                    format_rfc3339(link.expires_ms, expiration, sizeof(expiration)));
    set_next(x, o, st, chunks, index);
    json_push(list, o);
    json_set(result, "external_links", list);
    return result;
}

static struct json *attached(const struct statement *st, int64_t index, struct err *err)
{
    AUTO_BUF struct buf bytes = {0}, text = {0};
    if (result_file(&bytes, st, index, err) < 0) {
        return NULL;
    }
    base64_encode(&text, buf_str(&bytes), BASE64_STANDARD);
    return json_set_string(json_object(), "attachment", buf_z(&text));
}

static struct json *rows_listed(const struct statement *st, struct result_chunks chunks,
                                int64_t index)
{
    struct json *o = json_object();
    json_set(o, "data_array",
             result_rows_json(st->output.rows, index * chunks.rows,
                              result_chunk_rows(st, chunks, index)));
    return o;
}

void result_told(struct exchange *x, const struct statement *st)
{
    x->notes->statement_told =
        str_of(arena_strdup(x->req->arena, st->text != NULL ? st->text : ""));
}

struct json *result_chunk(struct exchange *x, const struct access *a, struct statement *st,
                          int64_t index, struct err *err)
{
    struct result_chunks chunks = result_chunks_of(st);
    if (chunks.count == 0) {
        result_told(x, st);
        return json_object();
    }
    if (!is_inline(a, st) && !result_is_attached(a, st)) {
        return linked(x, a, st, index, err);
    }
    bool in_line = is_inline(a, st);
    struct statement_apart apart;
    const struct statement *seen = statement_apart_begin(a->state, st, &apart);
    struct json *o = in_line ? rows_listed(seen, chunks, index) : attached(seen, index, err);
    if (o != NULL) {
        set_place(o, seen, chunks, index);
        set_next(x, o, seen, chunks, index);
    }
    statement_apart_end(&apart);
    if (index == chunks.count - 1) {
        result_told(x, st);
    }
    return o;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/xalloc.h"
#include "base/crypto/random.h"
#include "mock/access/access.h"
#include "mock/http/recorded_error.h"
#include "mock/state/mock_state.h"
#include "mock/state/principal_store.h"
#include "mock/state/statement_store.h"
#include "mock/state/workspace_store.h"
#include "mock/workspace/handlers_priv.h"
#include "mock/workspace/sql_literal.h"
#include "mock/workspace/statement_request.h"

/* The Statement Execution API. Shapes as recorded by databricks-jdbc (sqlexecapi recordings); a
 * statement's failure is a state inside HTTP 200. */

static const char state_succeeded[] = "SUCCEEDED";
static const char state_failed[] = "FAILED";
static const char state_canceled[] = "CANCELED";
static const char state_closed[] = "CLOSED";

static struct json *columns_make(const struct sql_row *row)
{
    struct json *list = json_array();
    for (size_t i = 0; i < row->count; i++) {
        const struct sql_column *c = &row->items[i];
        struct json *o = json_object();
        json_set_string(o, "name", c->name);
        json_set_string(o, "type_text", c->type_text);
        json_set_string(o, "type_name", c->type_name);
        json_set_int(o, "position", (int64_t)i);
        json_push(list, o);
    }
    return list;
}

static int64_t row_bytes(const struct sql_row *row)
{
    int64_t bytes = 0;
    for (size_t i = 0; i < row->count; i++) {
        bytes += row->items[i].value != NULL ? (int64_t)strlen(row->items[i].value) : 0;
    }
    return bytes;
}

/* A statement without a result set (DDL) has no columns, no chunks and an empty result. */
static struct json *manifest_make(const struct sql_row *row)
{
    bool rows = row->count > 0;
    struct json *schema = json_object(), *chunks = json_array(), *o = json_object();
    json_set_string(o, "format", "JSON_ARRAY");
    json_set_int(schema, "column_count", (int64_t)row->count);
    if (rows) {
        json_set(schema, "columns", columns_make(row));
        struct json *chunk = json_object();
        json_set_int(chunk, "chunk_index", 0);
        json_set_int(chunk, "row_offset", 0);
        json_set_int(chunk, "row_count", 1);
        json_set_int(chunk, "byte_count", row_bytes(row));
        json_push(chunks, chunk);
    }
    json_set(o, "schema", schema);
    json_set_int(o, "total_chunk_count", rows ? 1 : 0);
    json_set(o, "chunks", chunks);
    json_set_int(o, "total_row_count", rows ? 1 : 0);
    json_set_int(o, "total_byte_count", row_bytes(row));
    json_set_bool(o, "truncated", false);
    return o;
}

static struct json *result_make(const struct sql_row *row)
{
    struct json *o = json_object();
    if (row->count == 0) {
        return o;
    }
    struct json *values = json_array(), *data = json_array();
    for (size_t i = 0; i < row->count; i++) {
        const char *value = row->items[i].value;
        json_push(values, value != NULL ? json_string(value) : json_null());
    }
    json_push(data, values);
    json_set_int(o, "chunk_index", 0);
    json_set_int(o, "row_offset", 0);
    json_set_int(o, "row_count", 1);
    json_set(o, "data_array", data);
    return o;
}

static void end_as_failed(struct statement *st, const char *code, const char *message,
                          const char *sql_state)
{
    st->state = state_failed;
    st->error = json_object();
    json_set_string(st->error, "error_code", code != NULL ? code : "BAD_REQUEST");
    json_set_string(st->error, "message", message != NULL ? message : "The statement failed.");
    st->sql_state = sql_state != NULL ? xstrdup(sql_state) : NULL;
}

static void end_with_row(struct statement *st, const struct sql_row *row)
{
    st->state = state_succeeded;
    st->manifest = manifest_make(row);
    st->result = result_make(row);
}

/* As the scenario's rule has it; a rule that says SUCCEEDED brings no rows for a text that only a
 * real warehouse could run. */
static void end_by_rule(struct statement *st, const struct scenario_statement *rule,
                        const struct sql_row *row)
{
    st->pending_polls = rule->pending_polls;
    if (strcmp(rule->state, state_failed) == 0) {
        end_as_failed(st, rule->error_code, rule->error_message, rule->sql_state);
    } else if (strcmp(rule->state, state_canceled) == 0) {
        st->state = state_canceled;
    } else {
        end_with_row(st, row);
        if (strcmp(rule->state, state_closed) == 0) {
            json_free(st->result);
            st->result = NULL;
            st->state = state_closed;
        }
    }
}

/* Looks like the service's: time-ordered UUIDs, 01ef... */
static void id_make(struct mock_state *s, char out[37])
{
    (void)rng_uuid(&s->rng, out);
    struct str prefix = STR("01ef");
    memcpy(out, prefix.ptr, prefix.len);
}

static struct statement *start(struct exchange *x, const struct access *a,
                               const struct statement_request *q)
{
    struct err bad = {0};
    struct sql_row row = {0};
    struct statement st = {.workspace_id = a->workspace->workspace_id, .principal = a->principal};
    const struct scenario_statement *rule =
        statement_store_rule(a->state->statements, str_of(q->statement));
    int read = sql_literal_read(x->req->arena, str_of(q->statement),
                                principal_user_name(a->principal), &row, &bad);
    id_make(a->state, st.id);
    if (rule != NULL) {
        end_by_rule(&st, rule, &row);
    } else if (read == 0) {
        end_with_row(&st, &row);
    } else {
        end_as_failed(&st, "BAD_REQUEST", bad.msg, "42601");
    }
    if (q->wait_timeout_s == 0 && st.pending_polls == 0) {
        st.pending_polls = 1;
    }
    return statement_store_add(a->state->statements, &st);
}

static struct json *pending_make(const struct statement *st)
{
    struct json *o = json_object(), *status = json_object();
    json_set_string(o, "statement_id", st->id);
    json_set_string(status, "state", "PENDING");
    json_set(o, "status", status);
    return o;
}

static struct json *ended_make(const struct statement *st)
{
    struct json *o = json_object(), *status = json_object();
    json_set_string(o, "statement_id", st->id);
    json_set_string(status, "state", st->state);
    if (st->error != NULL) {
        json_set(status, "error", json_copy(st->error));
    }
    if (st->sql_state != NULL) {
        json_set_string(status, "sql_state", st->sql_state);
    }
    json_set(o, "status", status);
    if (st->manifest != NULL) {
        json_set(o, "manifest", json_copy(st->manifest));
    }
    if (st->result != NULL) {
        json_set(o, "result", json_copy(st->result));
    }
    return o;
}

/* One look at it: a pending one comes nearer to its end. */
static void reply_statement(struct exchange *x, const struct access *a, struct statement *st)
{
    bool pending = st->pending_polls > 0;
    struct json *body = pending ? pending_make(st) : ended_make(st);
    st->pending_polls -= pending ? 1 : 0;
    st->ended = !pending;
    access_reply(x, a, 200, body);
}

static void drop_result(struct statement *st, const char *state)
{
    json_free(st->manifest);
    json_free(st->result);
    json_free(st->error);
    free_str(&st->sql_state);
    st->manifest = st->result = st->error = NULL;
    st->sql_state = NULL;
    st->state = state;
    st->pending_polls = 0;
    st->ended = true;
}

int statement_execute(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    struct statement_request q;
    struct statement_fault fault;
    if (!access_enter(x, "sql", &a)) {
        return 0;
    }
    if (!statement_request_read(x->req->arena, x->req->body, &q, &fault)) {
        access_refuse(x, &a, fault.error, fault.message);
        return 0;
    }
    if (strcmp(q.warehouse_id, a.workspace->warehouse_id) != 0) {
        access_refuse(
            x, &a, "resource-does-not-exist",
            arena_printf(x->req->arena, "SQL warehouse %s does not exist.", q.warehouse_id));
        return 0;
    }
    struct statement *st = start(x, &a, &q);
    if (q.cancel_on_timeout && st->pending_polls > 0) {
        drop_result(st, state_canceled);
    }
    reply_statement(x, &a, st);
    return 0;
}

/* The caller's statement that the path names; a stranger's is as good as none. */
static struct statement *wanted(struct exchange *x, const struct access *a)
{
    struct str id = x->req->captures[0];
    struct statement *st = statement_store_find(a->state->statements, id);
    if (st != NULL && st->principal == a->principal &&
        strcmp(st->workspace_id, a->workspace->workspace_id) == 0) {
        return st;
    }
    access_refuse(x, a, "not-found",
                  arena_printf(x->req->arena, "The statement %.*s was not found.", STR_ARG(id)));
    return NULL;
}

int statement_get(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    struct statement *st = access_enter(x, "sql", &a) ? wanted(x, &a) : NULL;
    if (st != NULL) {
        reply_statement(x, &a, st);
    }
    return 0;
}

int statement_cancel(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    struct statement *st = access_enter(x, "sql", &a) ? wanted(x, &a) : NULL;
    if (st != NULL) {
        if (!st->ended) {
            drop_result(st, state_canceled);
        }
        access_reply(x, &a, 200, json_object());
    }
    return 0;
}

int statement_close(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    struct statement *st = access_enter(x, "sql", &a) ? wanted(x, &a) : NULL;
    if (st != NULL) {
        drop_result(st, st->ended ? state_closed : state_canceled);
        access_reply(x, &a, 200, json_object());
    }
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/query/sql_result.h"
#include "mock/query/timeline.h"
#include "mock/sql/call.h"
#include "mock/state/mock_state.h"
#include "mock/state/statement_store.h"
#include "mock/state/workspace_store.h"

/* Operations are found by their guid alone: drivers rebuild the rest of a handle as they like
 * (databricks-jdbc DatabricksThriftUtil). */

struct statement *call_operation(struct call *c)
{
    char id[37] = "?";
    int64_t now_ms = mock_state_now_ms(c->a.state);
    const struct thrift_value *handle = thrift_get(c->req, 1, THRIFT_STRUCT);
    const struct thrift_value *guid =
        thrift_get(thrift_get(handle, 1, THRIFT_STRUCT), 1, THRIFT_STRING);
    struct statement *st = guid != NULL && guid_read(guid->text, id)
                               ? statement_store_find(c->a.state->statements, str_of(id))
                               : NULL;
    if (st != NULL && st->cursor.session_id != NULL && st->principal == c->a.principal &&
        strcmp(st->workspace_id, c->a.workspace->workspace_id) == 0) {
        timeline_settle(st, now_ms);
        if (!timeline_is_gone(st, now_ms)) {
            return st;
        }
    }
    (void)call_refuse(c, TCLI_INVALID_HANDLE, "HY000",
                      "Invalid OperationHandle: OperationHandle [%s]", id);
    return NULL;
}

static enum tcli_operation_state state_number(const char *state)
{
    const struct {
        const char *name;
        enum tcli_operation_state number;
    } states[] = {{statement_pending, TCLI_PENDING},
                  {statement_running, TCLI_RUNNING},
                  {statement_succeeded, TCLI_FINISHED},
                  {statement_failed, TCLI_FAILED},
                  {statement_canceled, TCLI_CANCELED}};
    for (size_t i = 0; i < ARRAY_LEN(states); i++) {
        if (states[i].name == state) {
            return states[i].number;
        }
    }
    return TCLI_CLOSED;
}

void put_operation_state(struct buf *b, const struct statement *st, const char *state)
{
    put_success(b, 1);
    thrift_put_i32(b, 2, (int32_t)state_number(state));
    bool failed = state == statement_failed && st->error.message != NULL;
    if (failed) {
        struct str sql_state = str_of(st->error.sql_state != NULL ? st->error.sql_state : "HY000");
        thrift_put_text(b, 3, sql_state);
        thrift_put_i32(b, 4, 0);
        thrift_put_text(b, 5, str_of(st->error.message));
    }
    thrift_put_i64(b, 7, st->times.created_ms);
    if (st->ended) {
        thrift_put_i64(b, 8, st->times.ended_ms);
    }
    thrift_put_bool(b, 9, true);
    if (failed) {
        thrift_put_text(b, TCLI_SPARK + 1, str_of(st->error.message));
    }
}

int call_operation_status(struct call *c, struct err *err UNUSED)
{
    struct statement *st = call_operation(c);
    if (st != NULL) {
        put_operation_state(c->out, st, timeline_poll(st, mock_state_now_ms(c->a.state)));
    }
    return 0;
}

/* An operation whose rows can be had; else the refusal has been written. */
static struct statement *with_rows(struct call *c)
{
    struct statement *st = call_operation(c);
    if (st == NULL) {
        return NULL;
    }
    if (!st->ended) {
        (void)call_refuse(c, TCLI_ERROR, "HY000",
                          "Expected states: [FINISHED], but found RUNNING: OperationHandle [%s]",
                          st->id);
        return NULL;
    }
    if (st->output.rows == NULL) {
        (void)call_refuse(c, TCLI_ERROR, "HY000",
                          "Expected states: [FINISHED], but found %s: OperationHandle [%s]",
                          st->state, st->id);
        return NULL;
    }
    return st;
}

int call_result_metadata(struct call *c, struct err *err UNUSED)
{
    const struct statement *st = with_rows(c);
    if (st != NULL) {
        put_result_metadata(c->out, st);
    }
    return 0;
}

int call_fetch_results(struct call *c, struct err *err)
{
    struct statement *st = with_rows(c);
    if (st == NULL) {
        return 0;
    }
    int64_t rows = st->output.rows->rows;
    int64_t from = thrift_number(c->req, TCLI_SPARK + 2, THRIFT_I64, -1);
    bool again = thrift_number(c->req, 2, THRIFT_I32, TCLI_FETCH_NEXT) == TCLI_FETCH_FIRST;
    if (again || (from >= 0 && from <= rows)) {
        st->cursor.row = again ? 0 : from;
    }
    struct row_span span = row_span_of(st, thrift_number(c->req, 3, THRIFT_I64, 0),
                                       thrift_number(c->req, TCLI_SPARK + 1, THRIFT_I64, 0));
    put_success(c->out, 1);
    thrift_put_bool(c->out, 2, span.first + span.count < rows);
    st->cursor.row = span.first + span.count;
    const struct statement before = *st; /* others may end it while its rows are written */
    statement_store_hold(st);
    int result = put_row_set(c, 3, st, span, err);
    if (result == 0 && thrift_bool(c->req, TCLI_SPARK + 3, false)) {
        thrift_begin(c->out, TCLI_SPARK + 1);
        put_result_metadata(c->out, &before);
        thrift_end(c->out);
    }
    statement_store_release(st);
    return result;
}

/* One that was closed before, with its direct results or by another call, may be closed again. */
int call_close_operation(struct call *c, struct err *err UNUSED)
{
    struct statement *st = call_operation(c);
    if (st != NULL) {
        timeline_end(st, st->ended ? statement_closed : statement_canceled,
                     mock_state_now_ms(c->a.state));
        put_success(c->out, 1);
    }
    return 0;
}

int call_cancel_operation(struct call *c, struct err *err UNUSED)
{
    struct statement *st = call_operation(c);
    if (st == NULL) {
        return 0;
    }
    if (!st->ended && !st->cancel_ignored) {
        timeline_end(st, statement_canceled, mock_state_now_ms(c->a.state));
    }
    put_success(c->out, 1);
    return 0;
}

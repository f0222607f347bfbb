/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/statements/statements.h"

#include "base/text/number.h"
#include "mock/access/api.h"
#include "mock/state/mock_state.h"
#include "mock/state/statement_store.h"
#include "mock/state/workspace_store.h"
#include "mock/statements/handlers_priv.h"
#include "mock/statements/place.h"
#include "mock/statements/result_json.h"
#include "mock/statements/session.h"
#include "mock/statements/start.h"
#include "mock/query/timeline.h"

/* The Statement Execution API. Shapes as recorded by databricks-jdbc (sqlexecapi recordings); a
 * statement's failure is a state inside HTTP 200. */

static struct json *status_make(const struct statement *st, const char *state)
{
    struct json *status = json_set_string(json_object(), "state", state);
    if (state == st->state && st->error.message != NULL) {
        struct json *error = json_object();
        json_set_string(error, "error_code", st->error.code);
        json_set_string(error, "message", st->error.message);
        json_set(status, "error", error);
        if (st->error.sql_state != NULL) {
            json_set_string(status, "sql_state", st->error.sql_state);
        }
    }
    return status;
}

static int reply_statement(struct exchange *x, const struct access *a, struct statement *st,
                           const char *state, struct err *err)
{
    AUTO_JSON struct json *o = json_object();
    json_set_string(o, "statement_id", st->id);
    json_set(o, "status", status_make(st, state));
    bool told = state == st->state && st->output.rows != NULL;
    if (told) {
        json_set(o, "manifest", result_manifest(st));
    }
    if (told && state == statement_succeeded) {
        struct json *result = result_chunk(x, a, st, 0, err);
        if (result == NULL) {
            return -1;
        }
        json_set(o, "result", result);
    }
    return api_reply(x, a, TAKE_PTR(o));
}

int statement_execute(struct exchange *x, struct err *err)
{
    struct access a;
    struct statement_request q;
    struct statement_fault fault;
    if (!api_enter(x, API_SQL, &a)) {
        return 0;
    }
    const struct statement_place place = statement_place_of(x);
    if (!statement_request_read(x->req->arena, x->req->body, &place, &q, &fault)) {
        access_refuse(x, &a, fault.error, fault.message);
        return 0;
    }
    struct statement *st = statement_start(x, &a, &q);
    if (st == NULL) {
        return 0;
    }
    const char *state =
        timeline_wait(st, q.wait_timeout_ms, q.cancel_on_timeout, mock_state_now_ms(a.state));
    return reply_statement(x, &a, st, state, err);
}

/* The caller's statement that the path names; a stranger's is as good as none. */
static struct statement *wanted(struct exchange *x, struct access *a)
{
    const struct statement_place place = statement_place_of(x);
    struct str id = place.statement_id;
    if (!api_enter(x, API_SQL, a) ||
        (place.session_id != NULL &&
         session_wanted(x, a, place.session_id, place.warehouse_id) == NULL)) {
        return NULL;
    }
    int64_t now_ms = mock_state_now_ms(a->state);
    struct statement *st = statement_store_find(a->state->statements, id);
    if (st != NULL && st->principal == a->principal &&
        strcmp(st->workspace_id, a->workspace->workspace_id) == 0) {
        timeline_settle(st, now_ms);
        if (!timeline_is_gone(st, now_ms)) {
            return st;
        }
    }
    access_refuse(x, a, "not-found",
                  arena_printf(x->req->arena, "The statement %.*s was not found.", STR_ARG(id)));
    return NULL;
}

int statement_get(struct exchange *x, struct err *err)
{
    struct access a;
    struct statement *st = wanted(x, &a);
    return st != NULL
               ? reply_statement(x, &a, st, timeline_poll(st, mock_state_now_ms(a.state)), err)
               : 0;
}

/* What databricks-jdbc asks to see whether a statement is still there. */
int statement_status(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    struct statement *st = wanted(x, &a);
    if (st == NULL) {
        return 0;
    }
    struct json *o = json_set_string(json_object(), "statement_id", st->id);
    json_set(o, "status", status_make(st, timeline_poll(st, mock_state_now_ms(a.state))));
    return api_reply(x, &a, o);
}

int statement_chunk(struct exchange *x, struct err *err)
{
    struct access a;
    struct err bad = {0};
    int64_t index;
    struct statement *st = wanted(x, &a);
    if (st == NULL) {
        return 0;
    }
    if (!st->ended || st->state != statement_succeeded || st->output.rows == NULL) {
        return api_refuse(x, &a, 404, "NOT_FOUND", "The statement %s has no result.", st->id);
    }
    int64_t count = result_chunks_of(st).count;
    struct str chunk = statement_place_of(x).chunk;
    if (parse_int64(chunk, 0, count - 1, &index, &bad) < 0) {
        return api_refuse(x, &a, 400, "INVALID_PARAMETER_VALUE",
                          "The chunk_index %.*s is out of range: there are %lld chunks.",
                          STR_ARG(chunk), (long long)count);
    }
    struct json *result = result_chunk(x, &a, st, index, err);
    return result != NULL ? api_reply(x, &a, result) : -1;
}

int statement_cancel(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    struct statement *st = wanted(x, &a);
    if (st == NULL) {
        return 0;
    }
    if (!st->ended && !st->cancel_ignored) {
        timeline_end(st, statement_canceled, mock_state_now_ms(a.state));
    }
    return api_done(x, &a);
}

int statement_close(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    struct statement *st = wanted(x, &a);
    if (st == NULL) {
        return 0;
    }
    timeline_end(st, st->ended ? statement_closed : statement_canceled, mock_state_now_ms(a.state));
    return api_done(x, &a);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto/random.h"
#include "mock/query/begin.h"
#include "mock/query/sql_result.h"
#include "mock/query/timeline.h"
#include "mock/sql/call.h"
#include "mock/state/mock_state.h"
#include "mock/state/statement_store.h"
#include "mock/state/workspace_store.h"

/* What begins an operation answers at once if it can: a driver that asks for direct results gets
 * state, schema, first rows and the word that the operation is closed in one answer. */

enum { WAIT_MS = 5000, MAX_PARAMETERS = 256 };

/* TSparkParameter: 2 name, 3 type, 4 value {1 text, 2 double, 3 bool}. */
static const char *parameter_value(struct arena *a, const struct thrift_value *value)
{
    const struct thrift_value *real = thrift_get(value, 2, THRIFT_DOUBLE);
    const struct thrift_value *truth = thrift_get(value, 3, THRIFT_BOOL);
    if (real != NULL) {
        return arena_printf(a, "%.17g", real->real);
    }
    return truth != NULL ? (truth->number != 0 ? "true" : "false") : thrift_text(a, value, 1);
}

static bool parameters_read(const struct call *c, struct sql_parameters *ret)
{
    struct arena *arena = c->x->req->arena;
    const struct thrift_value *list = thrift_get(c->req, TCLI_SPARK + 8, THRIFT_LIST);
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        const struct thrift_value *given = &list->items[i].value;
        const char *name = thrift_text(arena, given, 2), *type = thrift_text(arena, given, 3);
        struct sql_parameter p = {.name = name, .type = {.kind = SQL_STRING}};
        p.value = parameter_value(arena, thrift_get(given, 4, THRIFT_STRUCT));
        bool typed =
            type == NULL || strcmp(type, "VOID") == 0 || sql_type_read(str_of(type), &p.type);
        if (i == MAX_PARAMETERS || name == NULL || !typed) {
            return false;
        }
        *VEC_PUSH(arena, ret) = p;
    }
    return true;
}

int call_execute_statement(struct call *c, struct err *err)
{
    struct sql_parameters parameters = {0};
    struct json *session = call_session(c);
    if (session == NULL) {
        return 0;
    }
    if (!parameters_read(c, &parameters)) {
        return call_refuse(c, TCLI_ERROR, "42000",
                           "Parameters have a name and a type, and there are at most %d.",
                           MAX_PARAMETERS);
    }
    const struct statement_order order = {
        .text = thrift_text(c->x->req->arena, c->req, 2),
        .catalog = json_get_string(session, "catalog", NULL),
        .schema = json_get_string(session, "schema", NULL),
        .parameters = &parameters,
        .settings = json_get(session, SESSION_SETTINGS),
        .row_limit = thrift_number(c->req, TCLI_SPARK + 7, THRIFT_I64, -1),
        .byte_limit = -1,
        .whole_limit_bytes = -1,
        .ready_ms = c->ready_ms,
    };
    struct statement *st = statement_begin(&c->a, &order);
    statement_change_keep(st, session);
    st->cursor.operation = TCLI_EXECUTE_STATEMENT;
    choose_form(c, session_version(session), st);
    return call_begun(c, st, session, err);
}

static int put_direct_rows(struct call *c, struct statement *st, struct err *err)
{
    const struct thrift_value *asked = thrift_get(c->req, TCLI_SPARK + 1, THRIFT_STRUCT);
    struct row_span span = row_span_of(st, thrift_number(asked, 1, THRIFT_I64, 0),
                                       thrift_number(asked, 2, THRIFT_I64, 0));
    bool all = span.count == st->output.rows->rows;
    bool linked = st->cursor.row_set == TCLI_URL_BASED; /* its files go with it */
    thrift_begin(c->out, 2);
    put_result_metadata(c->out, st);
    thrift_end(c->out);
    thrift_begin(c->out, 3);
    put_success(c->out, 1);
    thrift_put_bool(c->out, 2, !all);
    st->cursor.row = span.count;
    statement_store_hold(st);
    int result = put_row_set(c, 3, st, span, err);
    thrift_end(c->out);
    if (result == 0 && all && !linked) {
        thrift_begin(c->out, 4);
        put_success(c->out, 1);
        thrift_end(c->out);
        timeline_end(st, statement_closed, mock_state_now_ms(c->a.state));
    }
    statement_store_release(st);
    return result;
}

/* TSparkDirectResults: 1 state, 2 schema, 3 rows, 4 closed. */
static int put_direct_results(struct call *c, struct statement *st, const char *state,
                              struct err *err)
{
    thrift_begin(c->out, TCLI_SPARK + 1);
    thrift_begin(c->out, 1);
    put_operation_state(c->out, st, state);
    thrift_end(c->out);
    bool rows = state == statement_succeeded && st->output.rows != NULL &&
                c->knobs->direct_results == THRIFT_DIRECT_COMPLETE;
    if (rows && put_direct_rows(c, st, err) < 0) {
        return -1;
    }
    thrift_end(c->out);
    return 0;
}

/* A client that neither waits nor asks for direct results learns of a failure by the status. */
static bool fails_at_once(const struct call *c, const struct statement *st, const char *state)
{
    bool direct = thrift_get(c->req, TCLI_SPARK + 1, THRIFT_STRUCT) != NULL;
    return state == statement_failed && st->error.message != NULL && !direct &&
           st->cursor.operation == TCLI_EXECUTE_STATEMENT && !thrift_bool(c->req, 4, false);
}

int call_begun(struct call *c, struct statement *st, const struct json *session, struct err *err)
{
    rng_bytes(&c->a.state->rng, st->cursor.secret, sizeof(st->cursor.secret));
    st->cursor.session_id = arena_strdup(st->arena, json_get_string(session, "compute", ""));
    const char *state = timeline_wait(st, WAIT_MS, false, mock_state_now_ms(c->a.state));
    if (fails_at_once(c, st, state)) {
        return call_refuse(c, TCLI_ERROR, st->error.sql_state, "%s", st->error.message);
    }
    put_success(c->out, 1);
    put_operation_handle(c->out, 2, st);
    bool direct = thrift_get(c->req, TCLI_SPARK + 1, THRIFT_STRUCT) != NULL &&
                  c->knobs->direct_results != THRIFT_DIRECT_NONE;
    return direct ? put_direct_results(c, st, state, err) : 0;
}

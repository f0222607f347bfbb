/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_SQL_CALL_H
#define MOCK_SQL_CALL_H

/* One call of a driver: what it asks, who asks, where the answer goes. A handler writes the fields
 * of the response struct, each with its status first; what the interface requires is always there.
 *
 *     static int cancel(struct call *c, struct err *err) { ... put_success(c->out, 1); return 0; }
 *
 * Ownership: all of a call lives in the request's arena. Errors (-1): a bug or a lack of
 * resources, as in route handlers. */

#include "mock/access/api.h"
#include "mock/sql/tcli.h"
#include "mock/sql/thrift_value.h"
#include "mock/sql/thrift_write.h"

struct scenario_thrift;
struct sql_result;
struct statement;

struct call {
    struct exchange *x;
    struct access a;
    const struct scenario_thrift *knobs;
    const char *compute; /* which warehouse or cluster the path names: "warehouses/abc" */
    int64_t ready_ms;    /* when that is running */
    struct thrift_message message;
    const struct thrift_value *req; /* the one argument, or NULL */
    struct buf *out;                /* the response struct, but for its end */
};

typedef int call_handler(struct call *c, struct err *err);

/* session.c */
call_handler call_open_session, call_close_session, call_get_info;
/* execute.c */
call_handler call_execute_statement;
/* operation.c */
call_handler call_operation_status, call_result_metadata, call_fetch_results, call_close_operation,
    call_cancel_operation;
/* metadata.c */
call_handler call_get_catalogs, call_get_schemas, call_get_tables, call_get_table_types,
    call_get_columns, call_get_type_info, call_get_functions, call_get_primary_keys,
    call_get_cross_reference;

/* ---- status and handles: reply.c ---- */

struct tcli_status {
    enum tcli_status_code code;
    const char *sql_state, *message; /* NULL = none */
};
void put_status(struct buf *b, int16_t id, const struct tcli_status *s);
void put_success(struct buf *b, int16_t id);
/* The status alone, as field 1; returns 0. */
int call_refuse(struct call *c, enum tcli_status_code code, const char *sql_state,
                const char *format, ...) PRINTF_LIKE(4, 5);

/* A UUID as text and as the 16 bytes of a handle. */
bool guid_read(struct str bytes, char out[37]);
void put_guid(struct buf *b, int16_t id, const char *uuid);
/* THandleIdentifier, TOperationHandle. */
void put_handle(struct buf *b, int16_t id, const char *uuid, const unsigned char secret[16]);
void put_operation_handle(struct buf *b, int16_t id, const struct statement *st);

/* ---- sessions: session.c ---- */

/* The session that the request names, if it is the caller's and lives; else the refusal has been
 * written. */
struct json *call_session(struct call *c);
/* The protocol version of a session, from 1. */
int64_t session_version(const struct json *session);

/* ---- operations: operation.c ---- */

/* The operation that the request names, or NULL after the refusal. */
struct statement *call_operation(struct call *c);
void put_operation_state(struct buf *b, const struct statement *st, const char *state);

/* ---- results: row_set.c, execute.c ---- */

struct row_span {
    int64_t first, count;
};
/* How many rows from its cursor on go into so many rows and bytes. */
struct row_span row_span_of(const struct statement *st, int64_t max_rows, int64_t max_bytes);
/* TRowSet as field `id`, in the form its cursor says. */
int put_row_set(struct call *c, int16_t id, struct statement *st, struct row_span span,
                struct err *err) NODISCARD;
/* The form that the request and the session allow: sets the statement's output and cursor. */
void choose_form(const struct call *c, int64_t version, struct statement *st);
/* The fields of TGetResultSetMetadataResp. */
void put_result_metadata(struct buf *b, const struct statement *st);

/* The response of everything that begins an operation: status, handle, direct results as asked
 * for. */
int call_begun(struct call *c, struct statement *st, const struct json *session,
               struct err *err) NODISCARD;

#endif

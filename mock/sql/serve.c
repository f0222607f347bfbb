/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/sql/serve.h"

#include "base/core/xalloc.h"
#include "mock/http/recorded_error.h"
#include "mock/query/warehouse.h"
#include "mock/sql/call.h"
#include "mock/state/mock_state.h"
#include "mock/state/workspace_store.h"

/* One POST, one call: the door, the compute that the path names, the message, the handler. */

#define REPLY_MAX_BYTES ((size_t)256 * 1024 * 1024)
#define CONTENT_TYPE    "application/x-thrift"

enum { MAX_REQUIRED = 4, CLUSTER_ID_MAX = 64, RETRY_MAX_S = 5, MS_PER_S = 1000 };

struct required {
    int16_t id;
    enum thrift_type type;
    const char *name;
};
#define SESSION                           \
    {                                     \
        1, THRIFT_STRUCT, "sessionHandle" \
    }
#define OPERATION                           \
    {                                       \
        1, THRIFT_STRUCT, "operationHandle" \
    }

static const struct {
    const char *name;
    call_handler *handler;
    struct required required[MAX_REQUIRED]; /* up to the first without a name */
} methods[] = {
    {"OpenSession", call_open_session, {{0}}},
    {"CloseSession", call_close_session, {SESSION}},
    {"GetInfo", call_get_info, {SESSION, {2, THRIFT_I32, "infoType"}}},
    {"ExecuteStatement", call_execute_statement, {SESSION, {2, THRIFT_STRING, "statement"}}},
    {"GetTypeInfo", call_get_type_info, {SESSION}},
    {"GetCatalogs", call_get_catalogs, {SESSION}},
    {"GetSchemas", call_get_schemas, {SESSION}},
    {"GetTables", call_get_tables, {SESSION}},
    {"GetTableTypes", call_get_table_types, {SESSION}},
    {"GetColumns", call_get_columns, {SESSION}},
    {"GetFunctions", call_get_functions, {SESSION, {4, THRIFT_STRING, "functionName"}}},
    {"GetPrimaryKeys", call_get_primary_keys, {SESSION}},
    {"GetCrossReference", call_get_cross_reference, {SESSION}},
    {"GetOperationStatus", call_operation_status, {OPERATION}},
    {"CancelOperation", call_cancel_operation, {OPERATION}},
    {"CloseOperation", call_close_operation, {OPERATION}},
    {"GetResultSetMetadata", call_result_metadata, {OPERATION}},
    {"FetchResults",
     call_fetch_results,
     {OPERATION, {2, THRIFT_I32, "orientation"}, {3, THRIFT_I64, "maxRows"}}},
};

/* ---- where it runs ---- */

static bool is_cluster_id(struct str id)
{
    for (size_t i = 0; i < id.len; i++) {
        char ch = id.ptr[i];
        if (!((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch == '-' || ch == '_')) {
            return false;
        }
    }
    return id.len > 0 && id.len <= CLUSTER_ID_MAX;
}

/* Clusters are not counted here: one that is named is there, and running. */
static bool cluster_enter(struct call *c, struct str org, struct str id)
{
    if ((!str_eq_z(org, "0") && !str_eq_z(org, c->a.workspace->workspace_id)) ||
        !is_cluster_id(id)) {
        (void)api_refuse(c->x, &c->a, 404, "RESOURCE_DOES_NOT_EXIST", "Cluster %.*s does not exist",
                         STR_ARG(str_slice(id, 0, CLUSTER_ID_MAX)));
        return false;
    }
    c->compute = arena_printf(c->x->req->arena, "clusters/%.*s", STR_ARG(id));
    c->ready_ms = mock_state_now_ms(c->a.state);
    return true;
}

/* Drivers are told to come again while a warehouse starts, and do by themselves. */
static bool warehouse_enter(struct call *c, struct str captured)
{
    struct arena *arena = c->x->req->arena;
    const char *id = arena_strndup(arena, captured.ptr, captured.len);
    struct json *warehouse = warehouse_wanted(c->x, &c->a, id);
    if (warehouse == NULL) {
        return false;
    }
    c->compute = arena_printf(arena, "warehouses/%s", id);
    c->ready_ms = warehouse_ready_ms(&c->a, warehouse);
    int64_t wait_ms = c->ready_ms - mock_state_now_ms(c->a.state);
    if (wait_ms <= 0) {
        return true;
    }
    int64_t wait_s = (wait_ms + MS_PER_S - 1) / MS_PER_S;
    (void)api_refuse(c->x, &c->a, 503, "TEMPORARILY_UNAVAILABLE", "SQL warehouse %s is starting.",
                     id);
    http_reply_header(
        c->x->req, c->x->reply, "retry-after",
        arena_printf(arena, "%lld", (long long)(wait_s < RETRY_MAX_S ? wait_s : RETRY_MAX_S)));
    return false;
}

static bool compute_enter(struct call *c)
{
    const struct str *captures = c->x->req->captures;
    bool cluster = str_starts(c->x->req->path, STR(SQL_CLUSTERS_PATH));
    return cluster ? cluster_enter(c, captures[0], captures[1]) : warehouse_enter(c, captures[0]);
}

/* ---- the message ---- */

static int reply(struct call *c)
{
    if (c->out->truncated) {
        return api_refuse(c->x, &c->a, 500, "INTERNAL_ERROR", "The answer is too large.");
    }
    http_reply_take(c->x->req, c->x->reply, 200, CONTENT_TYPE, c->out);
    http_reply_header(c->x->req, c->x->reply, "x-databricks-org-id", c->a.workspace->workspace_id);
    access_service_headers(c->x);
    return 0;
}

/* TApplicationException. */
static int refuse(struct call *c, enum tcli_exception type, const char *message)
{
    buf_reset(c->out);
    thrift_put_message(c->out, THRIFT_EXCEPTION, c->message.name, c->message.seqid);
    thrift_put_text(c->out, 1, str_of(message));
    thrift_put_i32(c->out, 2, (int32_t)type);
    thrift_end(c->out);
    return reply(c);
}

static const struct required *missing(const struct call *c, const struct required *required)
{
    for (size_t i = 0; i < MAX_REQUIRED && required[i].name != NULL; i++) {
        if (thrift_get(c->req, required[i].id, required[i].type) == NULL) {
            return &required[i];
        }
    }
    return NULL;
}

static int answer(struct call *c, size_t method, struct err *err)
{
    const struct required *absent = missing(c, methods[method].required);
    if (absent != NULL) {
        return refuse(
            c, TCLI_PROTOCOL_ERROR,
            arena_printf(c->x->req->arena, "Required field '%s' was not present!", absent->name));
    }
    thrift_put_message(c->out, THRIFT_REPLY, c->message.name, c->message.seqid);
    thrift_begin(c->out, 0);
    if (methods[method].handler(c, err) < 0) {
        return -1;
    }
    thrift_end(c->out);
    thrift_end(c->out);
    return reply(c);
}

static int dispatch(struct call *c, struct err *err)
{
    struct err bad = {0};
    struct arena *arena = c->x->req->arena;
    if (thrift_read(arena, c->x->req->body, &c->message, &bad) < 0) {
        return api_refuse(c->x, &c->a, 400, "BAD_REQUEST", "Invalid Thrift message: %s.", bad.msg);
    }
    c->req = thrift_get(&c->message.arguments, 1, THRIFT_STRUCT);
    if (c->message.kind != THRIFT_CALL) {
        return refuse(c, TCLI_INVALID_MESSAGE_TYPE, "This is not a call.");
    }
    for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
        if (str_eq_z(c->message.name, methods[i].name)) {
            return answer(c, i, err);
        }
    }
    return refuse(c, TCLI_UNKNOWN_METHOD,
                  arena_printf(arena, "Invalid method name: '%.*s'",
                               STR_ARG(str_slice(c->message.name, 0, 64))));
}

int thrift_serve(struct exchange *x, struct err *err)
{
    AUTO_BUF struct buf out = {0};
    struct call c = {.x = x, .out = &out};
    buf_init(&out, REPLY_MAX_BYTES);
    if (!api_enter(x, API_SQL, &c.a) || !compute_enter(&c)) {
        return 0;
    }
    c.knobs = &c.a.workspace->behaviour->sql.thrift;
    return dispatch(&c, err);
}

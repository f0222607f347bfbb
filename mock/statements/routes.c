/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/attrs.h"
#include "mock/statements/handlers_priv.h"
#include "mock/query/link.h"
#include "mock/statements/statements.h"

#define STATEMENTS        "/api/2.0/sql/statements"
#define SESSIONS          "/api/2.0/sql/sessions"
#define WAREHOUSES        "/api/2.0/sql/warehouses"
#define STATEMENTS_SOURCE "databricks-jdbc sqlexecapi recordings; Statement Execution API reference"
#define WAREHOUSES_SOURCE "databricks-sdk-py service/sql"

#define API(name, method, pattern, handler, doc, source)       \
    {                                                          \
        name, method, pattern, ROUTE_API, handler, doc, source \
    }

#define STATEMENT_ROUTES(path)                                                                    \
    API("sql.statement.execute", "POST", path "[/]", statement_execute,                           \
        "Runs a SQL statement; SELECT of literals and ranges, SHOW and DESCRIBE are understood.", \
        STATEMENTS_SOURCE),                                                                       \
        API("sql.statement.get", "GET", path "/{statement_id}[/]", statement_get,                 \
            "State and first chunk of a statement.", STATEMENTS_SOURCE),                          \
        API("sql.statement.status", "GET", path "/{statement_id}/status[/]", statement_status,    \
            "State of a statement, without its result.", STATEMENTS_SOURCE),                      \
        API("sql.statement.chunk", "GET", path "/{statement_id}/result/chunks/{chunk_index}[/]",  \
            statement_chunk, "A chunk of a result, inline or by link.", STATEMENTS_SOURCE),       \
        API("sql.statement.cancel", "POST", path "/{statement_id}/cancel[/]", statement_cancel,   \
            "Cancels a statement that has not ended.", STATEMENTS_SOURCE),                        \
        API("sql.statement.close", "DELETE", path "/{statement_id}[/]", statement_close,          \
            "Closes a statement and drops its result.", STATEMENTS_SOURCE)
#define SESSION_ROUTES(path)                                                         \
    API("sql.session.create", "POST", path "[/]", session_create,                    \
        "Opens a session on a warehouse.", STATEMENTS_SOURCE),                       \
        API("sql.session.delete", "DELETE", path "/{session_id}[/]", session_delete, \
            "Closes a session.", STATEMENTS_SOURCE)

static const struct route routes[] = {
    STATEMENT_ROUTES(STATEMENTS),
    STATEMENT_ROUTES(WAREHOUSES "/{id}/sessions/{session_id}/statements"),
    SESSION_ROUTES(SESSIONS),
    SESSION_ROUTES(WAREHOUSES "/{id}/sessions"),
    API("sql.warehouses.list", "GET", WAREHOUSES, warehouses_list, "The SQL warehouses.",
        WAREHOUSES_SOURCE),
    API("sql.warehouse.get", "GET", WAREHOUSES "/{id}", warehouse_get,
        "A warehouse, with its state by the mock's clock.", WAREHOUSES_SOURCE),
    API("sql.warehouse.start", "POST", WAREHOUSES "/{id}/start", warehouse_start,
        "Starts a warehouse.", WAREHOUSES_SOURCE),
    API("sql.warehouse.stop", "POST", WAREHOUSES "/{id}/stop", warehouse_stop, "Stops a warehouse.",
        WAREHOUSES_SOURCE),
    {"storage.result", "GET", LINK_FOLDER "/{workspace_id}/{statement_id}/{chunk_index}",
     ROUTE_OTHER, storage_get,
     "A chunk of a result at its presigned URL; refused with an Authorization header.",
     "Statement Execution API reference; Azure Storage REST API"},
};

const struct route_table statements_routes = {"statements", routes, ARRAY_LEN(routes)};

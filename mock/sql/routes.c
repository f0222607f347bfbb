/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/attrs.h"
#include "mock/sql/serve.h"
#include "mock/sql/sql.h"

#define SOURCE     "TCLIService of databricks-sql-python, databricks-sql-go, databricks-sql-nodejs"
#define WAREHOUSES "/sql/1.0/warehouses/{warehouse_id}"
#define ENDPOINTS  "/sql/1.0/endpoints/{warehouse_id}"
#define CLUSTERS   SQL_CLUSTERS_PATH "{workspace_id}/{cluster_id}"

/* A call has the same name wherever it is made. */
#define CALL(path, call, doc)                                                           \
    {                                                                                   \
        "sql.thrift." call, "POST", path "#" call, ROUTE_API, thrift_serve, doc, SOURCE \
    }
#define CALLS(path)                                                                                \
    CALL(path, "OpenSession", "Opens a session."),                                                 \
        CALL(path, "CloseSession", "Closes a session."),                                           \
        CALL(path, "ExecuteStatement", "Runs a statement; direct results if they are asked for."), \
        CALL(path, "GetOperationStatus", "The state of an operation."),                            \
        CALL(path, "GetResultSetMetadata", "The columns of a result and its form."),               \
        CALL(path, "FetchResults", "The next rows, by columns or in Arrow batches."),              \
        CALL(path, "CloseOperation", "Drops a result."),                                           \
        CALL(path, "CancelOperation", "Cancels an operation that has not ended."),                 \
        CALL(path, "GetInfo", "What the server tells of itself."),                                 \
        CALL(path, "GetTypeInfo", "The types of SQL, as a result."),                               \
        CALL(path, "GetCatalogs", "The catalogs, as a result."),                                   \
        CALL(path, "GetSchemas", "The schemas, as a result."),                                     \
        CALL(path, "GetTables", "The tables, as a result."),                                       \
        CALL(path, "GetTableTypes", "The types of tables, as a result."),                          \
        CALL(path, "GetColumns", "The columns of tables, as a result."),                           \
        CALL(path, "GetFunctions", "An empty result."),                                            \
        CALL(path, "GetPrimaryKeys", "An empty result."),                                          \
        CALL(path, "GetCrossReference", "An empty result."),                                       \
    {                                                                                              \
        "sql.thrift", "POST", path "[/]", ROUTE_API, thrift_serve,                                 \
            "Any other call: UNKNOWN_METHOD; no Thrift at all: 400.", SOURCE                       \
    }

static const struct route routes[] = {CALLS(WAREHOUSES), CALLS(ENDPOINTS), CALLS(CLUSTERS)};

const struct route_table sql_routes = {"sql", routes, ARRAY_LEN(routes)};

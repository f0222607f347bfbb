/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/workspace/workspace.h"

#include "base/core/attrs.h"
#include "mock/workspace/handlers_priv.h"

#define STATEMENTS        "/api/2.0/sql/statements"
#define STATEMENTS_SOURCE "databricks-jdbc sqlexecapi recordings; Statement Execution API reference"
#define NOISE_SOURCE      "databricks-sql-python common/feature_flag.py, telemetry_client.py"

static const struct route routes[] = {
    {"scim.me", "GET", "/api/2.0/preview/scim/v2/Me", ROUTE_API, identity_me,
     "Who the credential stands for.", "databricks-sdk-go service/iam; RFC 7643 section 4.1"},
    {"tokens.introspect", "GET", "/api/2.0/tokens/introspect", ROUTE_API, identity_introspect,
     "Account and workspace of the credential.", "databricks/cli libs/auth"},
    {"uc.table.get", "GET", "/api/2.1/unity-catalog/tables/{full_name}", ROUTE_API,
     catalog_table_get, "A table of Unity Catalog; its table_id is new with each scenario.",
     "databricks-sdk-go service/catalog; the wording of the 404 is assumed"},
    {"sql.statement.execute", "POST", STATEMENTS "[/]", ROUTE_API, statement_execute,
     "Runs a SQL statement; SELECT of literals is understood.", STATEMENTS_SOURCE},
    {"sql.statement.get", "GET", STATEMENTS "/{statement_id}[/]", ROUTE_API, statement_get,
     "State and result of a statement.", STATEMENTS_SOURCE},
    {"sql.statement.cancel", "POST", STATEMENTS "/{statement_id}/cancel[/]", ROUTE_API,
     statement_cancel, "Cancels a statement that has not ended.", STATEMENTS_SOURCE},
    {"sql.statement.close", "DELETE", STATEMENTS "/{statement_id}[/]", ROUTE_API, statement_close,
     "Closes a statement and drops its result.", STATEMENTS_SOURCE},
    {"settings.feature_flags", "GET", "/api/2.0/connector-service/feature-flags/{client}/{version}",
     ROUTE_NOISE, noise_feature_flags, "Flags for SQL drivers: none is set.", NOISE_SOURCE},
    {"telemetry.sink", "POST", "/telemetry-ext", ROUTE_NOISE, noise_telemetry,
     "Takes telemetry and forgets it.", NOISE_SOURCE},
    {"telemetry.sink", "POST", "/telemetry-unauth", ROUTE_NOISE, noise_telemetry_unauthenticated,
     "The same from clients that are not authenticated yet.", NOISE_SOURCE},
};

const struct route_table workspace_routes = {"workspace", routes, ARRAY_LEN(routes)};

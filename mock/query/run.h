/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_QUERY_RUN_H
#define MOCK_QUERY_RUN_H

/* Runs what sql_read() understood against the workspace's Unity Catalog. A table of the scenario
 * has three rows.
 *
 * Errors: ERR_INVALID with the service's message, "[TABLE_OR_VIEW_NOT_FOUND] ... SQLSTATE: 42P01".
 * Source of the texts: Spark's error conditions, common/utils error-conditions.json; the denial:
 * databricks-apps-cookbook#18. */

#include "base/core/attrs.h"
#include "base/core/err.h"
#include "mock/access/access.h"
#include "mock/query/sql_read.h"
#include "mock/query/sql_result.h"

int run_query(struct arena *a, const struct access *access, const struct sql_context *context,
              const struct sql_query *q, struct sql_result *ret, struct err *err) NODISCARD;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_QUERY_RUN_H
#define MOCK_QUERY_RUN_H

/* Runs what sql_read() understood against the workspace's Unity Catalog. A table of the scenario
 * has three rows; one that was made by a statement has those that it was made with.
 *
 * Errors: ERR_INVALID with the service's message, "[TABLE_OR_VIEW_NOT_FOUND] ... SQLSTATE: 42P01".
 * Source of the texts: Spark's error conditions, common/utils error-conditions.json; the denial:
 * databricks-apps-cookbook#18. */

#include "base/core/arena.h"
#include "base/core/attrs.h"
#include "base/core/err.h"

struct access;
struct sql_context;
struct sql_query;
struct sql_result;
struct statement_change;

struct runner {
    struct arena *arena; /* of the result */
    const struct access *access;
    const struct sql_context *context;
    struct statement_change *change; /* what it changes in its session; texts of the arena */
    int depth;                       /* 0; views in views */
};

int run_query(const struct runner *r, const struct sql_query *q, struct sql_result *ret,
              struct err *err) NODISCARD;

#endif

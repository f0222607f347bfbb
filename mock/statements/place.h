/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATEMENTS_PLACE_H
#define MOCK_STATEMENTS_PLACE_H

/* What the path of a request names. There are two forms, and the first
 * leaves it to a body or a query to name the warehouse:
 *
 *     /api/2.0/sql/statements/{statement_id}...   /api/2.0/sql/sessions/{session_id}
 *     /api/2.0/sql/warehouses/{id}/sessions/{session_id}/statements/{statement_id}...
 *
 * databricks-jdbc 3.4 speaks the second (PathConstants.WAREHOUSE_STATEMENT_PATH_WITH_ID).
 *
 * Ownership: texts live in the request's arena, views in its path. */

#include "base/core/str.h"
#include "mock/http/route.h"

struct statement_place {
    const char *warehouse_id, *session_id; /* NULL = the path does not say */
    struct str statement_id, chunk;        /* empty = it has none */
};

struct statement_place statement_place_of(const struct exchange *x);

#endif

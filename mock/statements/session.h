/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATEMENTS_SESSION_H
#define MOCK_STATEMENTS_SESSION_H

/* SQL sessions, as the JDBC driver and others open them before their statements (databricks-jdbc
 * sqlexecapi recordings): bound to a warehouse and a principal, with a catalog and a schema. */

#include "mock/access/api.h"

/* The caller's session on that warehouse, or a refusal. */
struct json *session_wanted(struct exchange *x, const struct access *a, const char *id,
                            const char *warehouse_id);

#endif

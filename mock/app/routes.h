/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_APP_ROUTES_H
#define MOCK_APP_ROUTES_H

/* The list of API families, and its printed forms. Adding a family is adding a line in routes.c. */

#include "base/core/attrs.h"
#include "base/core/buf.h"

struct router;

struct router *routes_router_new(void) NODISCARD;

/* OpenAPI 3.1 has the families of Databricks itself: a path stands for one thing there, and other
 * services have paths of their own at other hosts. */
enum routes_format { ROUTES_TABLE, ROUTES_JSON, ROUTES_MARKDOWN, ROUTES_OPENAPI };
void routes_write(struct buf *out, enum routes_format format);

#endif

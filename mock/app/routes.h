/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_APP_ROUTES_H
#define MOCK_APP_ROUTES_H

/* The list of API families, and its printed forms. Adding a family is adding a line in routes.c. */

#include "base/core/attrs.h"
#include "base/core/buf.h"

struct router;

struct router *routes_router_new(void) NODISCARD;

enum routes_format { ROUTES_TABLE, ROUTES_JSON, ROUTES_MARKDOWN };
void routes_write(struct buf *out, enum routes_format format);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_APP_OPENAPI_H
#define MOCK_APP_OPENAPI_H

/* An OpenAPI 3.1 document made from route tables: which paths there are, with which methods, what
 * they are for, which credential they ask for and how errors look. It says nothing of bodies beyond
 * that they are JSON: the tables do not know more. */

#include "base/core/attrs.h"
#include "base/json/json.h"
#include "mock/http/route.h"

/* Later tables do not replace what an earlier one has for the same path and method. */
struct json *openapi_make(const struct route_table *const *tables, size_t count) NODISCARD;

#endif

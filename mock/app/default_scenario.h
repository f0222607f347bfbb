/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_APP_DEFAULT_SCENARIO_H
#define MOCK_APP_DEFAULT_SCENARIO_H

/* The scenario the mock starts with: a file's, or without one a workspace that any Host reaches, a
 * service principal and a user with a personal access token. */

#include "base/core/arena.h"
#include "base/core/err.h"
#include "base/wire/scenario.h"

/* path NULL = the default. doc has to outlive *ret. */
int scenario_load(struct arena *a, const char *path, struct json_doc *ret_doc, struct scenario *ret,
                  struct err *err) NODISCARD;

#endif

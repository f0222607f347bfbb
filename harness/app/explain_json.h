/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_APP_EXPLAIN_JSON_H
#define HARNESS_APP_EXPLAIN_JSON_H

/* What `assay explain --json' prints: one object for a case, a check or a clause. */

#include "base/json/json.h"
#include "harness/judge/check.h"
#include "harness/spec/case.h"

struct json *explain_case_json(const struct case_spec *c) NODISCARD;
struct json *explain_check_json(const struct case_set *set, const struct check_row *row) NODISCARD;
struct json *explain_clause_json(const struct case_set *set, const struct clause *clause) NODISCARD;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_APP_RUN_DESCRIBE_H
#define HARNESS_APP_RUN_DESCRIBE_H

/* The header of a run's event stream: who, by what, how, and which part of the plan. */

#include "harness/app/suite_run.h"

struct run_record *run_describe(struct arena *a, const struct suite_run_options *o) NODISCARD;

/* What the manifest's expected failures say of EXPECTED_ONE_PRODUCT; today as YYYY-MM-DD. */
struct product_excuse product_excuse_of(const struct manifest *m, const char *today);

#endif

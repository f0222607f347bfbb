/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_JUDGE_FAMILIES_H
#define HARNESS_JUDGE_FAMILIES_H

/* The families of checks, one file each; registry.c lists them. */

#include "harness/judge/check.h"

extern const struct check_family family_concurrency;
extern const struct check_family family_identity;
extern const struct check_family family_isolation;
extern const struct check_family family_oauth;
extern const struct check_family family_outcome;
extern const struct check_family family_probe;
extern const struct check_family family_request;
extern const struct check_family family_secrets;
extern const struct check_family family_spark;
extern const struct check_family family_token;
extern const struct check_family family_u2m;
extern const struct check_family family_user_agent;
extern const struct check_family family_wire;

extern const struct check_family *const check_families[];
extern const size_t check_family_count;

/* The row of that name, or NULL. */
const struct check_row *check_find(const char *name);

#endif

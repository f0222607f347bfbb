/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_HARNESS_SPEC_FAKE_CHECKS_H
#define TESTS_UNIT_HARNESS_SPEC_FAKE_CHECKS_H

/* Three checks: one without parameters, one with a required one, one with optional ones only. */

#include "harness/spec/case.h"

const struct check_catalog *fake_checks(void);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_FAULT_FAULT_MATCH_PRIV_H
#define MOCK_FAULT_FAULT_MATCH_PRIV_H

/* Whether a rule is about a request, and whether its window is open. */

#include "mock/fault/fault_rules.h"

bool fault_match(const struct scenario_fault *f, const struct fault_subject *subject);
/* rule->matched counts this request already. true: the window is open; it is counted. */
bool fault_window_take(struct fault_rule *rule, int64_t now_ms);
/* A number that seed, count and purpose give, evenly spread over 0 <= x < 1. */
double fault_draw(const struct fault_rule *rule, uint64_t purpose);

#endif

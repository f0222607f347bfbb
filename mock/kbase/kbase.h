/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_KBASE_KBASE_H
#define MOCK_KBASE_KBASE_H

/* KBase Auth2 (github.com/kbase/auth2): API V2 at /api/V2 and /services/auth/api/V2, and its test
 * mode. Tokens travel raw in Authorization, without a scheme. The handlers' exchange->state is a
 * struct mock_state. */

#include "mock/http/route.h"

extern const struct route_site kbase_site;

#endif

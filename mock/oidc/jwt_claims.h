/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_OIDC_JWT_CLAIMS_H
#define MOCK_OIDC_JWT_CLAIMS_H

/* What the registered claims of somebody else's JWT say (RFC 7519 section 4.1). */

#include "base/json/json.h"

#include <stdbool.h>
#include <stdint.h>

/* aud is that string or an array that has it. */
bool jwt_has_audience(const struct json *claims, const char *audience);
enum jwt_time { JWT_IN_TIME, JWT_EXPIRED, JWT_NOT_YET, JWT_WITHOUT_EXP };
/* exp is required and excluded; nbf is optional; fractions are legal (section 2). ret_exp_ms is set
 * when there is an exp. */
enum jwt_time jwt_time_of(const struct json *claims, int64_t now_ms, int64_t *ret_exp_ms);

#endif

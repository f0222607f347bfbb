/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_MOCK_DESK_SIGNED_INPUT_H
#define TESTS_UNIT_MOCK_DESK_SIGNED_INPUT_H

/* For the fuzzers of JWTs that others sign: a key that the mock trusts, and inputs signed with it.
 */

#include "base/core/buf.h"
#include "base/core/str.h"
#include "base/json/json.h"

#include <stdbool.h>

/* The public half, as JSON; to be freed. */
char *signed_input_jwk(void);
/* Input that begins with '{' is the claims of a JWT that the right key signs; all other input is
 * the token itself, and *ret_claims stays as it is. Returns false when there is no token in it. */
bool signed_input_token(struct str input, struct json **ret_claims, struct buf *out);

#endif

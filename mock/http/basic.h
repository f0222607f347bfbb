/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_HTTP_BASIC_H
#define MOCK_HTTP_BASIC_H

/* "Authorization: Basic ..." (RFC 7617) as OAuth clients use it: RFC 6749 section 2.3.1 has both
 * halves form-encoded first, and not all clients do that. */

#include "base/core/arena.h"
#include "base/core/attrs.h"
#include "base/core/str.h"

#include <stdbool.h>

struct basic_pair {
    struct str id, secret; /* as they were sent; in the arena */
};

/* The header's scheme, "" when it is empty. */
struct str basic_scheme(struct str header);
/* False: another scheme, no base64, or no colon. */
bool basic_read(struct arena *a, struct str header, struct basic_pair *ret);
/* A half decoded; as it is when it is no form encoding. Ends with '\0'. */
struct str basic_half(struct arena *a, struct str half);

#endif

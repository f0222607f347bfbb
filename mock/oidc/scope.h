/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_OIDC_SCOPE_H
#define MOCK_OIDC_SCOPE_H

/* Scope lists as OAuth writes them: scope-tokens with one space between (RFC 6749 section 3.3), at
 * most 4096 bytes of it. */

#include "base/core/str.h"

#include <stdbool.h>

struct arena;
struct principal;

bool scope_is_well_formed(struct str scope);
/* Each scope of `part` occurs in `whole`. Both are well formed or empty. */
bool scope_is_within(struct str part, struct str whole);
/* All that may be granted to the principal, as one list. */
const char *scope_of_principal(struct arena *a, const struct principal *p);

#endif

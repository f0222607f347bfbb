/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_OIDC_SCOPE_H
#define MOCK_OIDC_SCOPE_H

/* Scope lists as OAuth writes them: scope-tokens with one space between (RFC 6749 section 3.3), at
 * most 4096 bytes of it. */

#include "base/core/attrs.h"
#include "base/core/str.h"

#include <stdbool.h>

struct arena;
struct json;
struct oauth_app;
struct principal;

bool scope_is_well_formed(struct str scope);
/* Each scope of `part` occurs in `whole`. Both are well formed or empty. */
bool scope_is_within(struct str part, struct str whole);
/* All that may be granted to the principal, as one list. */
const char *scope_of_principal(struct arena *a, const struct principal *p);
/* What the principal and (unless NULL) the application may both have. */
const char *scope_of_both(struct arena *a, const struct principal *p, const struct oauth_app *app);
/* The claims about the principal that the scopes open (OpenID Connect Core section 5.4): with
 * profile name, family_name, given_name, preferred_username; with email email, email_verified. */
struct json *scope_claims(const struct principal *p, struct str scope) NODISCARD;

#endif

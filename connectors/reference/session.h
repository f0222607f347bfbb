/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_SESSION_H
#define REFERENCE_SESSION_H

/* A user's session: one sign-in, then access tokens by refresh token (RFC 6749 section 6), over
 * restarts as well (token_cache.h).
 *
 * A refresh token goes to the token endpoint of the host that it came from and nowhere else. One
 * that comes with a refresh replaces the old one; when none comes, the old one stays. A session
 * that the server has ended is forgotten, and the user is asked once more; that is tried once. */

#include "auth.h"

#include <cjson/cJSON.h>

/* Another access token into s: from the cache, by refreshing, or by asking the user. */
int session_renew(struct token_source *s, int64_t deadline_ms, struct failure *f);
/* What else a token answer brings to a session; nothing for other kinds of sources. */
void session_take(struct token_source *s, const cJSON *answer, int64_t ends_at_ms);

#endif

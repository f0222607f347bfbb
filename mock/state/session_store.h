/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATE_SESSION_STORE_H
#define MOCK_STATE_SESSION_STORE_H

/* Who is signed in at the authorization server, by the value of the browser's cookie. At most
 * SESSIONS_MAX: then the oldest are forgotten and have to sign in again.
 *
 * Ownership: the store owns everything; what it returns lives until the next _add. Threads: one at
 * a time. */

#include "base/core/attrs.h"
#include "base/core/str.h"

#include <stddef.h>

struct principal;
struct rng;

enum { SESSIONS_MAX = 1000 };

struct session {
    char id[33];         /* in the cookie */
    char form_token[33]; /* in each form: what another site cannot know */
    const struct principal *user;
};

struct session_store;

struct session_store *session_store_new(void) NODISCARD;
void session_store_free(struct session_store *s); /* accepts NULL */
const struct session *session_store_add(struct session_store *s, struct rng *rng,
                                        const struct principal *user);
const struct session *session_store_find(const struct session_store *s,
                                         struct str id); /* or NULL */
void session_store_remove(struct session_store *s, struct str id);
size_t session_store_count(const struct session_store *s);

#endif

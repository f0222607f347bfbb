/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_GRANT_H
#define REFERENCE_GRANT_H

/* The requests by which tokens are asked for, one per way to authenticate. What a token is for:
 * the workspace; what goes along beside it (Azure, where the application is no user of the
 * workspace: its management; Google: what the workspace does there); or the machine, which asks for
 * another. */

#include "config.h"
#include "http.h"

enum grant_purpose { FOR_WORKSPACE, FOR_SECOND, FOR_MACHINE };

struct grant {
    struct text url, body, username, password;
    const char *headers[2];
    struct http_request request; /* borrows what is above */
};

/* Which are asked for at the workspace's token endpoint; then url is that. */
bool grant_is_of_workspace(enum auth_type auth);
/* To be given to grant_done in any case. url: of the token endpoint, or NULL. */
int grant_make(const struct config *c, enum grant_purpose purpose, const char *url,
               struct grant *ret, struct failure *f);
void grant_done(struct grant *g);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_SIGN_IN_H
#define REFERENCE_SIGN_IN_H

/* The user's part: their own browser is opened at the authorization server and comes back to a
 * listener on loopback with a code (RFC 8252, RFC 7636). */

#include "config.h"

#include <stdint.h>

/* What the code is exchanged with. Ownership: authorization_done. */
struct authorization {
    char *code, *verifier, *redirect_uri;
};
void authorization_done(struct authorization *a);

int sign_in(const struct config *c, int64_t deadline_ms, struct authorization *ret,
            struct failure *f);

/* What is asked for: the API, and to go on without the user. */
#define SIGN_IN_SCOPE "all-apis offline_access"

#endif

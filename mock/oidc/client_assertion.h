/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_OIDC_CLIENT_ASSERTION_H
#define MOCK_OIDC_CLIENT_ASSERTION_H

/* A client's signed word for itself: client_assertion (RFC 7523 sections 2.2 and 3; the
 * private_key_jwt of OpenID Connect Core section 9). iss and sub are the client id, aud names the
 * token endpoint or the issuer, exp is to come, jti has not been seen; the signature is by one of
 * the client's registered keys. */

#include "base/text/url.h"
#include "mock/http/route.h"

#include <stdbool.h>

struct oidc_place;

struct client_assertion {
    const char *client_id; /* whom it names, when it can be read; else "" */
    enum credential_state state;
};

/* The form has a client_assertion. LIVE in ret_state = it proves the client. */
void client_assertion_check(struct exchange *x, const struct oidc_place *place,
                            const struct url_params *form, struct client_assertion *ret);

#endif

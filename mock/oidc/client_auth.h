/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_OIDC_CLIENT_AUTH_H
#define MOCK_OIDC_CLIENT_AUTH_H

/* Who is asking at the token endpoint (RFC 6749 sections 2.3 and 3.2.1).
 *
 * Taken: HTTP Basic, whose halves may be percent-encoded (Go) or raw (Python, Java); client_id and
 * client_secret in the body; a JWT signed with the client's own key (private_key_jwt, RFC 7523);
 * client_id alone for public applications.
 * Two ways at once, a wrong secret, a secret of a public application and an unknown client are 401
 * invalid_client, with WWW-Authenticate when the Authorization header was used (RFC 6749
 * section 5.2). */

#include "base/text/url.h"
#include "mock/http/route.h"

#include <stdbool.h>

struct oauth_app;
struct oidc_place;
struct principal;

struct oidc_client {
    const char *id;                    /* in the state; "" = nobody was named */
    const struct principal *principal; /* the service principal it is, or NULL */
    const struct oauth_app *app;       /* the application it is, or NULL */
    bool proven;                       /* by a secret or an assertion */
};

/* How much a grant wants to know. */
enum client_need {
    CLIENT_PROVEN, /* authenticated, or a public application's name */
    CLIENT_NAMED   /* a name will do, and none will do as well; credentials have to be right */
};

/* Fills the notes. false: the answer has been written. */
bool client_authenticate(struct exchange *x, const struct oidc_place *place,
                         const struct url_params *form, enum client_need need,
                         struct oidc_client *ret);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_OIDC_CLIENT_AUTH_H
#define MOCK_OIDC_CLIENT_AUTH_H

/* Who is asking at the token endpoint (RFC 6749 sections 2.3 and 3.2.1).
 *
 * Taken: HTTP Basic, whose halves may be percent-encoded (Go) or raw (Python, Java); client_id and
 * client_secret in the body; client_id alone for the public clients that Databricks builds in.
 * Both ways at once, a wrong secret and an unknown client are 401 invalid_client, with
 * WWW-Authenticate when the Authorization header was used (RFC 6749 section 5.2). */

#include "base/text/url.h"
#include "mock/http/route.h"

#include <stdbool.h>

struct principal;

struct oidc_client {
    const char *id;                    /* in the state, or static */
    const struct principal *principal; /* the service principal it is; NULL = a public client */
};

/* Fills the notes. false: the answer has been written. */
bool client_authenticate(struct exchange *x, const struct url_params *form,
                         struct oidc_client *ret);

#endif

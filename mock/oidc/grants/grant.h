/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_OIDC_GRANTS_GRANT_H
#define MOCK_OIDC_GRANTS_GRANT_H

/* What a grant is to the token endpoint: a row. The endpoint has read the form, found no fault in
 * its shape and authenticated the client; the grant decides and answers. */

#include "base/core/str.h"
#include "base/text/url.h"
#include "mock/http/route.h"
#include "mock/oidc/client_auth.h"
#include "mock/oidc/place.h"

#include <stdbool.h>

struct credential;
struct mock_state;

struct token_call {
    struct exchange *x;
    struct mock_state *state;
    const struct url_params *form; /* without duplicates */
    const struct oidc_place *place;
    struct oidc_client client;
};

/* As a route_handler: 0 when answered, whatever the answer; -1 for our own failures. */
typedef int grant_handler(struct token_call *call, struct err *err);

struct grant {
    const char *grant_type;
    bool advertised; /* in grant_types_supported */
    grant_handler *handle;
    const char *source;
};

const struct grant *grant_find(struct str grant_type); /* or NULL */
const struct grant *grant_at(size_t index);            /* NULL at the end */

grant_handler grant_client_credentials; /* RFC 6749 section 4.4 */
grant_handler grant_refresh_token;      /* RFC 6749 section 6 */

/* Mints an access token for the principal at the call's place and notes its name. */
struct access_grant {
    const struct principal *principal;
    const char *scope;
    int64_t lifetime_ms;
    int64_t family;
};
int grant_issue_access_token(struct token_call *call, const struct access_grant *what,
                             struct str *ret_value, struct err *err) NODISCARD;

#endif

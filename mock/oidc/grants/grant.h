/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_OIDC_GRANTS_GRANT_H
#define MOCK_OIDC_GRANTS_GRANT_H

/* What a grant is to the token endpoint: a row. The endpoint has read the form, found no fault in
 * its shape and authenticated the client; the grant decides and answers. */

#include "base/core/str.h"
#include "base/json/json.h"
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
    bool advertised;                               /* in grant_types_supported */
    bool (*is_served)(const struct mock_state *s); /* NULL = always */
    enum client_need client;
    grant_handler *handle;
    const char *source;
};

/* Among those that are served. */
const struct grant *grant_find(const struct mock_state *s, struct str grant_type); /* or NULL */
const struct grant *grant_at(size_t index); /* NULL at the end; also those not served */

grant_handler grant_client_credentials; /* RFC 6749 section 4.4 */
grant_handler grant_authorization_code; /* RFC 6749 section 4.1.3, RFC 7636 section 4.6 */
grant_handler grant_refresh_token;      /* RFC 6749 section 6 */
grant_handler grant_token_exchange;     /* RFC 8693 */
grant_handler grant_jwt_bearer;         /* RFC 7523 section 2.1, for the data plane */
grant_handler grant_device_code;        /* RFC 8628 section 3.4 */

/* What a grant gives. */
struct granted {
    const struct principal *principal;
    const char *scope;
    int64_t access_ms;      /* life of the access token */
    int64_t family;         /* 0 = none */
    bool new_refresh_token; /* with life refresh_ms, not beyond session_end_ms (0 = no end) */
    int64_t refresh_ms, session_end_ms;
    const char *refresh_scope;     /* NULL = scope */
    struct str refresh_token;      /* one to be repeated in the answer; "" = none */
    const char *nonce;             /* of an ID token; NULL = no ID token, "" = without nonce */
    const char *issued_token_type; /* RFC 8693 section 2.2.1, or NULL */
    const struct json *details;    /* authorization_details, or NULL */
};
/* Mints and answers. */
int grant_answer(struct token_call *call, const struct granted *g, struct err *err) NODISCARD;

/* The lives that the client's application or else the principal has. */
int64_t grant_access_ms(const struct token_call *call, const struct principal *p);
int64_t grant_refresh_ms(const struct token_call *call, const struct principal *p);
/* What is asked for, within what the principal (and the application, if any) may have; without
 * asking: all-apis, or all there is. NULL: the answer (invalid_scope) has been written. */
const char *grant_scope(struct token_call *call, const struct principal *p);
/* The parameter authorization_details (RFC 9396), an array of objects with a type; NULL when it is
 * absent. false: the answer has been written. The tree belongs to the caller. */
bool grant_details_take(struct token_call *call, struct json **ret_details);
/* Notes which secret was used and whose it is; c may be NULL. */
void grant_note(struct token_call *call, const struct credential *c, struct str value,
                enum credential_state state);

#endif

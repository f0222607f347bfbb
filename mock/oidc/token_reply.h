/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_OIDC_TOKEN_REPLY_H
#define MOCK_OIDC_TOKEN_REPLY_H

/* The token endpoint's answers (RFC 6749 sections 5.1 and 5.2): JSON, never cached, errors with the
 * service's own error_id. A fault rule may have a success told in another way (its token_response).
 * Also the reading of a form's value. */

#include "base/json/json.h"
#include "base/text/url.h"
#include "base/wire/scenario_oidc.h"
#include "mock/http/route.h"

struct token_answer {
    struct str access_token;
    const char *scope;
    int64_t lifetime_ms;           /* expires_in is its whole seconds */
    struct str refresh_token;      /* "" = none */
    struct str id_token;           /* "" = none */
    const char *issued_token_type; /* NULL = not said */
    const struct json *details;    /* authorization_details, or NULL */
};

void token_reply(struct exchange *x, const struct token_answer *answer);
/* An error by its recorded name; message NULL = the usual one. */
void token_reply_error(struct exchange *x, const char *error, const char *message);
/* Any other answer of these endpoints, body taken: with the headers above. */
void token_reply_json(struct exchange *x, int status, struct json *body_take);

/* How the fault rule that acts wants a success to be told. */
enum token_response token_response_of(const struct exchange *x);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_OIDC_TOKEN_H
#define MOCK_OIDC_TOKEN_H

/* POST /oidc/v1/token: reads the form strictly, finds the grant, authenticates the client and lets
 * the grant answer (RFC 6749 sections 3.2 and 5). */

#include "base/text/url.h"
#include "mock/http/route.h"

#include <stdbool.h>

route_handler token_request;
route_handler token_account_request;
/* The form of a POST, strictly read; fills the notes' grant. false: the answer has been written. */
bool token_form_take(struct exchange *x, struct url_params *ret_form);
/* The form of the body alone, whatever it says; nothing is answered. */
bool token_form_read(struct exchange *x, struct url_params *ret_form);
route_handler token_wrong_method; /* 405: RFC 6749 section 3.2 has POST only */

#endif

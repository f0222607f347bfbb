/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_OIDC_AUTHORIZE_H
#define MOCK_OIDC_AUTHORIZE_H

/* GET /oidc/v1/authorize: the user has signed in and consents at once (RFC 6749 sections 4.1.1 and
 * 4.1.2, RFC 7636 section 4.3, RFC 9207). An unknown client and a redirect URI that is not
 * registered are told on a page, never by redirect (recorded: dbt-databricks#582, #1067); all other
 * errors go back to the application.
 *
 * login.databricks.com: GET /?destination_url=/oidc/v1/authorize?... chooses the first workspace
 * (with target=ACCOUNT: its account) and authorizes there; the callback names it in iss. */

#include "mock/http/route.h"

#include <stdbool.h>

struct oidc_place;
struct url_params;

route_handler authorize_request;
route_handler authorize_account_request;
route_handler authorize_login_page;

/* The request after the place is known. with_iss: the callback says the issuer. */
int authorize_at(struct exchange *x, const struct oidc_place *place,
                 const struct url_params *params, bool with_iss, struct err *err) NODISCARD;

#endif

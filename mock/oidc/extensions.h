/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_OIDC_EXTENSIONS_H
#define MOCK_OIDC_EXTENSIONS_H

/* Endpoints that Databricks does not document, served when the scenario has oidc.extensions:
 * introspection (RFC 7662), revocation (RFC 7009), userinfo (OpenID Connect Core section 5.3) and
 * end_session (OpenID Connect RP-Initiated Logout). They tell the truth about this server. */

#include "mock/http/route.h"

route_handler extension_introspect, extension_account_introspect;
route_handler extension_revoke, extension_account_revoke;
route_handler extension_userinfo, extension_account_userinfo;
route_handler extension_end_session, extension_account_end_session;

#endif

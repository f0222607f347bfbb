/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_OIDC_OIDC_H
#define MOCK_OIDC_OIDC_H

/* The authorization server of a workspace (/oidc) and of an account (/oidc/accounts/ID).
 * The handlers' exchange->state is a struct mock_state. */

#include "mock/http/route.h"

extern const struct route_table oidc_routes;
/* login.databricks.com. */
extern const struct route_site oidc_login_site;

#endif

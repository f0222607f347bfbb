/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_OIDC_ACCOUNT_ACCOUNT_H
#define MOCK_OIDC_ACCOUNT_ACCOUNT_H

/* The part of the account API that is about OAuth: custom and published applications, secrets of
 * service principals, federation policies. Every call needs an access token of the account, with
 * scope all-apis, of an account admin. Shapes: databricks-sdk-go service/oauth2.
 * The handlers' exchange->state is a struct mock_state. */

#include "mock/http/route.h"

extern const struct route_table account_routes;

#endif

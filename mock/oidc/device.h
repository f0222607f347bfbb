/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_OIDC_DEVICE_H
#define MOCK_OIDC_DEVICE_H

/* POST /oidc/v1/device_authorization (RFC 8628 sections 3.1 and 3.2), served when the scenario has
 * a device_flow. The user's page, /oidc/device, only says what the scenario has planned. */

#include "mock/http/route.h"

route_handler device_authorization;
route_handler device_account_authorization;
route_handler device_user_page;

#endif

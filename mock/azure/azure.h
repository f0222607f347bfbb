/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_AZURE_AZURE_H
#define MOCK_AZURE_AZURE_H

/* What Azure puts around a workspace. The handlers' exchange->state is a struct mock_state.
 *
 *   entra_site              Microsoft Entra ID, at the login hosts of each cloud
 *   imds_site               the instance metadata service at 169.254.169.254
 *   arm_site                Azure Resource Manager
 *   azure_workspace_routes  what an Azure workspace serves itself: /aad/auth and the redirector */

#include "mock/http/route.h"

extern const struct route_site entra_site, imds_site, arm_site;
extern const struct route_table azure_workspace_routes;

#endif

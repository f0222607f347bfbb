/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_WORKSPACE_WORKSPACE_H
#define MOCK_WORKSPACE_WORKSPACE_H

/* The REST APIs of a workspace. The handlers' exchange->state is a struct mock_state. */

#include "mock/http/route.h"

extern const struct route_table workspace_routes;

#endif

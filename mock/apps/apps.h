/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_APPS_APPS_H
#define MOCK_APPS_APPS_H

/* The hosts of Databricks Apps: the gate in front of an app, and a small app behind it.
 *
 * Routes under /api/ take a Databricks OAuth token of a principal that CAN USE the app; personal
 * access tokens and tokens of Entra ID are refused with 401. Everything else is sent to the
 * sign-in page (Databricks documentation, connect to an app with token authentication; a user's
 * report for the PAT). The bodies of the refusals are assumed.
 * The handlers' exchange->state is a struct mock_state. */

#include "mock/http/route.h"

extern const struct route_site apps_site;

#endif

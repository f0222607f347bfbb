/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_OIDC_DISCOVERY_H
#define MOCK_OIDC_DISCOVERY_H

/* The documents that tell a client where things are. URLs are absolute and start with the origin
 * the client used. Sources: databricks-jdbc sqlexecapi/m2mauthintegrationtests (recorded metadata,
 * slashes written as "\/"), databricks-sdk-go config/host_metadata.go, RFC 8414, RFC 7517. */

#include "mock/http/route.h"

route_handler discovery_databricks_config;
route_handler discovery_metadata;
route_handler discovery_account_metadata;
route_handler discovery_keys;
route_handler discovery_account_keys;
route_handler discovery_no_account;

#endif

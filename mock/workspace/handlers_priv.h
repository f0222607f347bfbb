/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_WORKSPACE_HANDLERS_PRIV_H
#define MOCK_WORKSPACE_HANDLERS_PRIV_H

/* The handlers behind the rows in routes.c, by file. */

#include "mock/http/route.h"

/* identity.c */
route_handler identity_me;
route_handler identity_introspect;

/* catalog.c */
route_handler catalog_table_get;

/* statements.c */
route_handler statement_execute;
route_handler statement_get;
route_handler statement_cancel;
route_handler statement_close;

/* noise.c */
route_handler noise_feature_flags;
route_handler noise_telemetry;
route_handler noise_telemetry_unauthenticated;

#endif

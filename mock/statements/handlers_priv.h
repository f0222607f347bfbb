/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATEMENTS_HANDLERS_PRIV_H
#define MOCK_STATEMENTS_HANDLERS_PRIV_H

/* The handlers behind the rows in routes.c, by file. */

#include "mock/http/route.h"

/* statements.c */
route_handler statement_execute;
route_handler statement_get;
route_handler statement_status;
route_handler statement_chunk;
route_handler statement_cancel;
route_handler statement_close;

/* storage.c */
route_handler storage_get;

/* session.c */
route_handler session_create;
route_handler session_delete;

/* warehouse.c */
route_handler warehouses_list;
route_handler warehouse_get;
route_handler warehouse_start;
route_handler warehouse_stop;

#endif

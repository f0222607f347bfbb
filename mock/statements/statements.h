/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATEMENTS_STATEMENTS_H
#define MOCK_STATEMENTS_STATEMENTS_H

/* SQL over REST: the Statement Execution API with its sessions, results and their storage, and SQL
 * warehouses. The handlers' exchange->state is a struct mock_state. */

#include "mock/http/route.h"

extern const struct route_table statements_routes;

#endif

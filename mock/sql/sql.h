/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_SQL_SQL_H
#define MOCK_SQL_SQL_H

/* SQL as drivers speak it: TCLIService in Thrift's binary protocol over HTTP, at the HTTP path of a
 * warehouse or a cluster. The handlers' exchange->state is a struct mock_state. */

#include "mock/http/route.h"

extern const struct route_table sql_routes;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_SQL_SERVE_H
#define MOCK_SQL_SERVE_H

/* The handler of all calls, whatever they are. */

#include "mock/http/route.h"

#define SQL_CLUSTERS_PATH "/sql/protocolv1/o/"

route_handler thrift_serve;

#endif

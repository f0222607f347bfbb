/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_QUERY_WAREHOUSE_H
#define MOCK_QUERY_WAREHOUSE_H

/* SQL warehouses: STOPPED, STARTING, RUNNING, STOPPING over the mock's clock. A statement starts
 * one that is stopped (Statement Execution API reference). */

#include "mock/access/api.h"

/* The caller's warehouse of that id with its state of this moment, or a refusal (404). */
struct json *warehouse_wanted(struct exchange *x, const struct access *a, const char *id);
/* Starts it if need be; when it is running. */
int64_t warehouse_ready_ms(const struct access *a, struct json *warehouse);

#endif

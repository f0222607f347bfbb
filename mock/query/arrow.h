/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_QUERY_ARROW_H
#define MOCK_QUERY_ARROW_H

/* Rows of a result as an Apache Arrow IPC stream: a schema message, one record batch, the end mark
 * (Arrow columnar format, "Encapsulated message format" and "IPC Streaming Format"; Schema.fbs and
 * Message.fbs, metadata version V5). Not compressed. Types as the service maps them: BIGINT is
 * Int64, DECIMAL is Decimal128, DATE is Date32, TIMESTAMP is microseconds in UTC.
 *
 * Pure. Errors: ERR_INVALID when a value is not of its column's type. */

#include "base/core/attrs.h"
#include "base/core/buf.h"
#include "base/core/err.h"

#include <stdint.h>

struct sql_result;

/* The messages one by one. */
void arrow_schema_write(struct buf *out, const struct sql_result *r);
int arrow_batch_write(struct buf *out, const struct sql_result *r, int64_t first, int64_t count,
                      struct err *err) NODISCARD;
/* Appends the stream of the rows [first, first + count). */
int arrow_write(struct buf *out, const struct sql_result *r, int64_t first, int64_t count,
                struct err *err) NODISCARD;

#endif

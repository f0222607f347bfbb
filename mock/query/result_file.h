/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_QUERY_RESULT_FILE_H
#define MOCK_QUERY_RESULT_FILE_H

/* A result cut into chunks, and each as the bytes at the end of a presigned URL or of an
 * attachment: JSON, CSV or an Arrow stream, compressed if that was asked for. CSV follows RFC 4180
 * with null as "null" and names in the first chunk only (Statement Execution API reference). */

#include "base/core/arena.h"
#include "base/core/attrs.h"
#include "base/core/buf.h"
#include "base/core/err.h"
#include "mock/query/sql_result.h"

struct json;
struct statement;

enum statement_format { RESULT_JSON, RESULT_ARROW, RESULT_CSV };

/* How a result is cut. */
struct result_chunks {
    int64_t rows; /* of each but the last */
    int64_t count;
};
/* By the statement's output.chunk_rows; a chunk is never larger than 16 MiB. */
struct result_chunks result_chunks_of(const struct statement *st);
/* The rows of that chunk. */
int64_t result_chunk_rows(const struct statement *st, struct result_chunks chunks, int64_t index);

int result_file(struct buf *out, const struct statement *st, int64_t index,
                struct err *err) NODISCARD;
/* Rows as a JSON array of arrays of texts. */
struct json *result_rows_json(const struct sql_result *r, int64_t first, int64_t count) NODISCARD;
/* The result with the types in which its Arrow form has them: some clients want DECIMAL, TIMESTAMP
 * or VOID as text. */
struct sql_result result_arrow_view(struct arena *a, const struct statement *st);

#endif

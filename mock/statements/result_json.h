/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATEMENTS_RESULT_JSON_H
#define MOCK_STATEMENTS_RESULT_JSON_H

/* A result as the API hands it out: the manifest, the chunks, and what a presigned URL leads to.
 * Shapes as recorded by databricks-jdbc (sqlexecapi recordings) and documented in the Statement
 * Execution API reference: all values are text, CSV follows RFC 4180 with null as "null" and names
 * in the first chunk only.
 *
 * JSON_ARRAY with INLINE puts the rows into the answer; with INLINE_OR_EXTERNAL_LINKS a small Arrow
 * result comes whole, in base64, as `attachment` (drivers read no second one), a large one and
 * everything else by links. With result_compression LZ4_FRAME files and attachments are LZ4 frames,
 * as the kernel of the SQL drivers asks for. */

#include "mock/access/access.h"
#include "mock/query/result_file.h"

struct statement;

/* Whether it comes as `attachment`: then it is one chunk. */
bool result_is_attached(const struct access *a, const struct statement *st);
struct json *result_manifest(const struct statement *st) NODISCARD;
/* `result` of a statement or the answer to .../result/chunks/N, which has to exist unless the
 * result is empty. NULL when it cannot be made (err), which is not the client's fault. */
struct json *result_chunk(struct exchange *x, const struct access *a, struct statement *st,
                          int64_t index, struct err *err) NODISCARD;

/* Notes that the answer has the last of the result. */
void result_told(struct exchange *x, const struct statement *st);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATEMENTS_STATEMENT_REQUEST_H
#define MOCK_STATEMENTS_STATEMENT_REQUEST_H

/* Reads the body of POST /api/2.0/sql/statements and checks what the service's reference asks of it
 * (Statement Execution API, executeStatement): types, required members, wait_timeout "0s" or 5 to
 * 50 s, formats that go with a disposition, parameters that can be cast. Unknown members are
 * ignored, as the service does. INLINE_OR_EXTERNAL_LINKS, session_id and result_compression are
 * what SQL drivers send (databricks-jdbc sqlexecapi recordings). */

#include "base/core/arena.h"
#include "base/core/attrs.h"
#include "base/core/str.h"
#include "mock/query/result_file.h"
#include "mock/query/sql_read.h"

#include <stdbool.h>
#include <stdint.h>

enum statement_disposition { RESULT_INLINE, RESULT_LINKS, RESULT_EITHER };
const char *statement_format_name(enum statement_format f);

struct statement_request {
    const char *warehouse_id, *statement;
    const char *catalog, *schema, *session_id; /* NULL = not given */
    int64_t wait_timeout_ms;
    bool cancel_on_timeout;
    enum statement_disposition disposition;
    enum statement_format format;
    bool compressed;               /* result_compression: LZ4_FRAME */
    int64_t row_limit, byte_limit; /* -1 = none */
    struct sql_parameters parameters;
};

/* What is wrong with a request: the recorded error to answer with and its message. */
struct statement_fault {
    const char *error, *message;
};

struct statement_place;

/* false: *ret_fault says what is wrong. Strings live in the arena. Warehouse and session are those
 * of the place, where it names them. */
bool statement_request_read(struct arena *a, struct str body, const struct statement_place *place,
                            struct statement_request *ret, struct statement_fault *ret_fault);

#endif

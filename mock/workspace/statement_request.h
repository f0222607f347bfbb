/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_WORKSPACE_STATEMENT_REQUEST_H
#define MOCK_WORKSPACE_STATEMENT_REQUEST_H

/* Reads the body of POST /api/2.0/sql/statements and checks what the service's reference asks of it
 * (Statement Execution API, executeStatement): types, required members, wait_timeout "0s" or 5 to
 * 50 s, formats that go with a disposition. Unknown members are ignored, as the service does.
 *
 * This mock returns results inline as JSON_ARRAY only; a request for anything else is refused as
 * an invalid parameter. */

#include "base/core/arena.h"
#include "base/core/attrs.h"
#include "base/core/str.h"

#include <stdbool.h>
#include <stdint.h>

struct statement_request {
    const char *warehouse_id, *statement;
    int64_t wait_timeout_s;
    bool cancel_on_timeout;
};

/* What is wrong with a request: the recorded error to answer with and its message. */
struct statement_fault {
    const char *error, *message;
};

/* false: *ret_fault says what is wrong. Strings live in the arena. */
bool statement_request_read(struct arena *a, struct str body, struct statement_request *ret,
                            struct statement_fault *ret_fault);

#endif

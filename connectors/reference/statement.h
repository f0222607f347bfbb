/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_STATEMENT_H
#define REFERENCE_STATEMENT_H

/* How a SQL statement is sent to the warehouse (the Statement Execution API). */

#include "workspace.h"

#include <cjson/cJSON.h>

struct statement_request {
    const char *wait_timeout;    /* how long the answer may take, "10s" */
    const char *on_wait_timeout; /* what happens to the statement then: "CONTINUE", "CANCEL" */
    const char *disposition;     /* where the result goes; NULL = into the answer */
    int64_t deadline_ms;
};

/* Runs CONNECTOR_STATEMENT; *ret is the first answer, which need not be the last. */
int statement_post(struct workspace *w, const struct statement_request *request, cJSON **ret,
                   struct failure *f);

#endif

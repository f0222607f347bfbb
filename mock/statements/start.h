/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATEMENTS_START_H
#define MOCK_STATEMENTS_START_H

/* Starts a statement: how it will end is decided now, by the scenario's rule for its text or by
 * running it; when it ends is the timeline's. */

#include "mock/access/access.h"
#include "mock/statements/statement_request.h"

/* NULL: refused (no such warehouse, no such session), and the answer is written. */
struct statement *statement_start(struct exchange *x, const struct access *a,
                                  const struct statement_request *q);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATEMENTS_START_H
#define MOCK_STATEMENTS_START_H

/* Starts a statement of the API on its warehouse, in its session if it names one. */

#include "mock/access/access.h"
#include "mock/statements/statement_request.h"

/* NULL: refused (no such warehouse, no such session), and the answer is written. */
struct statement *statement_start(struct exchange *x, const struct access *a,
                                  const struct statement_request *q);

#endif

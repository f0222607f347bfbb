/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_QUERY_TIMELINE_H
#define MOCK_QUERY_TIMELINE_H

/* The states of a statement over the mock's clock (Statement Execution API reference, limits):
 *
 *   PENDING, RUNNING   for as many polls and as long as the scenario says, and while the warehouse
 *                      starts; nobody asking for 15 minutes cancels it
 *   SUCCEEDED, FAILED, CANCELED, CLOSED   for an hour; then it is not found any more
 *
 * Pure but for the statement. */

#include "mock/state/statement_store.h"

#include <stdbool.h>
#include <stdint.h>

#define STATEMENT_IDLE_MS ((int64_t)15 * 60 * 1000)
#define STATEMENT_KEPT_MS ((int64_t)60 * 60 * 1000)

extern const char statement_succeeded[], statement_failed[], statement_canceled[],
    statement_closed[], statement_pending[], statement_running[];

/* The state at that time without asking for it: a look that changes nothing but what time does. */
void timeline_settle(struct statement *st, int64_t now_ms);
bool timeline_is_gone(const struct statement *st, int64_t now_ms);
/* One poll: the state to tell, which brings it a poll nearer to its end. */
const char *timeline_poll(struct statement *st, int64_t now_ms);
/* Its end, in that state; what it had is dropped. */
void timeline_end(struct statement *st, const char *state, int64_t now_ms);
/* The first answer's state when the caller waits for so long. The mock's clock does not move
 * meanwhile: what would be over within that time is over at once. */
const char *timeline_wait(struct statement *st, int64_t wait_ms, bool cancel, int64_t now_ms);

#endif

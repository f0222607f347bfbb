/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/query/apart.h"

#include "mock/query/sql_result.h"
#include "mock/state/mock_state.h"

/* Less is written in the time that letting go and coming back take. */
#define SMALL_BYTES ((int64_t)64 * 1024)

const struct statement *statement_apart_begin(const struct mock_state *s, struct statement *st,
                                              struct statement_apart *ret)
{
    const struct sql_result *r = st->output.rows;
    bool small = r == NULL || sql_result_bytes(r, r->rows) <= SMALL_BYTES;
    *ret = (struct statement_apart){.seen = *st, .held = st};
    statement_store_hold(st);
    ret->pause = small ? NULL : mock_state_leave(s);
    return &ret->seen;
}

void statement_apart_end(struct statement_apart *apart)
{
    mock_state_enter(apart->pause);
    statement_store_release(apart->held);
}

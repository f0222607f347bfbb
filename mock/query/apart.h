/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_QUERY_APART_H
#define MOCK_QUERY_APART_H

/* Writing out a large result takes longer than all else that a request does, and others are not to
 * wait for it: it is done of a copy of the statement, with its rows held, while they go on.
 *
 *     struct statement_apart apart;
 *     const struct statement *seen = statement_apart_begin(state, st, &apart);
 *     ... write rows of `seen`; no change of the state ...
 *     statement_apart_end(&apart);
 *
 * What others do to the statement meanwhile (cancel, close, forget it) does not show in the copy. A
 * small result is written without letting go. Once in a handler. */

#include "mock/state/statement_store.h"

struct mock_state;
struct mock_state_pause;

struct statement_apart {
    struct statement seen;
    struct statement *held;
    const struct mock_state_pause *pause; /* NULL = nobody went on */
};

const struct statement *statement_apart_begin(const struct mock_state *s, struct statement *st,
                                              struct statement_apart *ret);
void statement_apart_end(struct statement_apart *apart);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATE_MOCK_STATE_PRIV_H
#define MOCK_STATE_MOCK_STATE_PRIV_H

/* What the files of this folder share of struct mock_state. */

#include "mock/state/mock_state.h"

struct mock_counters {
    int64_t pat, access_token, refresh_token, id_token, code, family;
};

/* Makes room when there are too many credentials: forgets the dead and the oldest access tokens,
 * and builds the canary set anew without theirs. ERR_LIMIT when nothing can be forgotten. */
/* Builds the canary set anew without those of forgotten tokens and codes. */
void mock_state_canaries_renew(struct mock_state *s);
int mock_state_make_room(struct mock_state *s, struct err *err) NODISCARD;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_ACCESS_NOTE_H
#define MOCK_ACCESS_NOTE_H

/* What the journal notes of the credential that came with a request. Names are copied: the state
 * may forget a credential before the journal has taken its notes. */

#include "mock/http/route.h"

struct canary;
struct credential_answer;

/* All that was found out: the credential, its life, whose it is. */
void note_credential(struct exchange *x, const struct credential_answer *answer);
/* Where credentials are told otherwise: which secret was sent (NULL = none that is known). */
void note_secret(struct exchange *x, struct str scheme, const struct canary *sent,
                 enum credential_state state);

#endif

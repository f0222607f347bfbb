/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_APP_WHO_H
#define MOCK_APP_WHO_H

/* Who sent a request and with which credential, for the journal when no handler gets to see the
 * request, and for fault rules that ask. Handlers note the same in more detail. */

#include "mock/fault/fault_rules.h"
#include "mock/http/route.h"

/* Fills the notes (credential, principal) without an answer. */
void who_look(struct exchange *x, const struct route *route);
/* The same, and the subject's client, principal and token. */
void who_tell(struct exchange *x, const struct route *route, struct fault_subject *subject);

#endif

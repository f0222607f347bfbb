/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_OIDC_CLIENT_LOOK_H
#define MOCK_OIDC_CLIENT_LOOK_H

/* Who is asking at a token endpoint, only for the notes: for requests that no grant gets to see,
 * because a fault answers or the endpoint refused them before. An assertion is not looked at: it
 * can be used once, and a look must not use it. */

#include "mock/http/route.h"

void client_look(struct exchange *x);

#endif

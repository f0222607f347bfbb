/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_OIDC_UNSERVED_H
#define MOCK_OIDC_UNSERVED_H

/* Endpoints that are there only when the scenario says so answer otherwise as unknown paths do. */

#include "mock/http/route.h"

void unserved_reply(struct exchange *x);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_MOCK_OIDC_OIDC_JWT_H
#define TESTS_UNIT_MOCK_OIDC_OIDC_JWT_H

/* JWTs of somebody else: signed with the well-known ES256 test key, whose key set a scenario may
 * name. Texts live in the arena given. */

#include "base/core/arena.h"
#include "base/crypto/key.h"
#include "base/json/json.h"

#include <stdint.h>

/* {"keys":[...]} as text, for a scenario's jwks. */
const char *other_jwks(struct arena *a, enum key_alg alg);

struct other_claims {
    const char *iss, *sub, *aud, *jti; /* NULL = absent */
    int64_t exp_s;                     /* 0 = absent */
    int64_t nbf_s;
};
const char *other_jwt(struct arena *a, enum key_alg alg, const struct other_claims *claims);

#endif

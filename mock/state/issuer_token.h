/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATE_ISSUER_TOKEN_H
#define MOCK_STATE_ISSUER_TOKEN_H

/* Workload identity tokens: JWTs (RFC 7519) of the scenario's issuers, RS256, canaries
 * "<issuer>_id_token_N" of kind assertion. They open nothing by themselves: they are what token
 * exchange (RFC 8693) and federated credentials take.
 *
 * Ownership: the value belongs to the canary set. Errors: ERR_LIMIT beyond the bound of
 * service_count_one(), ERR_INTERNAL. Threads: as the state. */

#include "base/core/attrs.h"
#include "base/core/err.h"
#include "base/core/str.h"
#include "base/json/json.h"

struct crypto_key;
struct mock_state;
struct token_issuer;

/* The issuer's claim iss: as the scenario has it, else the kind's own; NULL for a generic one
 * without: it is where it is asked. */
const char *token_issuer_iss(const struct token_issuer *issuer);

struct issuer_token_request {
    const struct token_issuer *issuer;
    const char *iss;           /* NULL = token_issuer_iss() */
    struct str audience;       /* "" = the issuer's default */
    const struct json *claims; /* of the kind; the scenario's own replace them */
};
int issuer_token_mint(struct mock_state *s, const struct issuer_token_request *r,
                      const char **ret_name, struct str *ret_value, struct err *err) NODISCARD;

/* The key that signs for an issuer of the scenario: Entra's tenants and the issuers above; NULL for
 * any other. What verifies subject tokens may use it instead of fetching the key set. */
const struct crypto_key *issuer_key_find(const struct mock_state *s, struct str iss);

#endif

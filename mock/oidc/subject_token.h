/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_OIDC_SUBJECT_TOKEN_H
#define MOCK_OIDC_SUBJECT_TOKEN_H

/* Judges a subject token of a token exchange by the federation policies (RFC 8693 section 2.1;
 * RFC 7519 section 7.2): one of the policies names its issuer, audience and subject, the policy's
 * keys made its RS256 or ES256 signature, and it is in time. A policy without keys trusts those of
 * the issuers that this mock plays: its own, Entra ID's and the workload issuers'.
 *
 * Strings live in the exchange's arena. */

#include "base/core/str.h"
#include "base/wire/journal.h"
#include "mock/http/route.h"

#include <stdint.h>

struct oidc_place;
struct principal;

struct subject_token {
    const struct principal *principal; /* whom it stands for; NULL unless state is LIVE */
    enum credential_state state;
    int64_t expires_ms;
    const char *issuer, *subject, *audience; /* as far as they could be read, for the refusal */
};

/* client: the service principal that was named; NULL = account-wide policies. */
void subject_token_judge(struct exchange *x, const struct oidc_place *place,
                         const struct principal *client, struct str token,
                         struct subject_token *ret);

#endif

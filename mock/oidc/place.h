/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_OIDC_PLACE_H
#define MOCK_OIDC_PLACE_H

/* Which authorization server a request addresses: a workspace's, or an account's. Both live at
 * the same hosts' paths; issuer and audience differ, and neither takes the other's tokens.
 *
 * Strings live in the exchange's arena or the state. */

#include "mock/http/route.h"

#include <stdbool.h>

struct workspace;

struct oidc_place {
    const char *issuer;   /* as the client addressed us: "https://HOST/oidc[/accounts/ID]" */
    const char *audience; /* workspace id or account id */
    const struct workspace *workspace; /* whose account it is, for an account's place */
};

/* Console hosts: accounts.cloud.databricks.com and its likes. */
bool host_is_account_console(struct str host);

/* From the Host, and for account routes the account id in the first capture. false: the answer has
 * been written. */
bool oidc_place_of_workspace(struct exchange *x, struct oidc_place *ret);
bool oidc_place_of_account(struct exchange *x, struct oidc_place *ret);

#endif

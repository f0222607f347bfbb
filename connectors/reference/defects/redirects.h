/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_DEFECTS_REDIRECTS_H
#define REFERENCE_DEFECTS_REDIRECTS_H

/* What sabotage/redirects.c can do. */
/*    name, as CONNECTOR_DEFECT has it, what the connector does */
#define DEFECTS_REDIRECTS(X)                                                    \
    X(FOLLOWS_REDIRECT, "follows-redirect", "follows redirects with its token") \
    X(FOLLOWS_TOKEN_REDIRECT, "follows-token-redirect", "follows redirects of the token endpoint")

#endif

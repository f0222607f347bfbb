/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_CLOUD_ID_ISSUE_H
#define MOCK_CLOUD_ID_ISSUE_H

/* What the issuers share. */

#include "base/core/err.h"
#include "base/core/str.h"
#include "mock/http/route.h"

#include <stdbool.h>

struct token_issuer;
struct issuer_token_request;

/* The issuer of that kind; NULL: 404 has been written, the scenario has none. */
const struct token_issuer *issue_of_kind(struct exchange *x, int kind);
/* Whether the request carries the issuer's secret as Bearer; fills the notes. */
bool issue_bearer_is_right(struct exchange *x, const struct token_issuer *issuer);
/* Fills the notes for a secret that came another way. */
void issue_note(struct exchange *x, const struct token_issuer *issuer, const char *scheme,
                struct str sent);
/* Mints and notes. The token lives as long as the state's canaries; NULL on failure. */
const char *issue_token(struct exchange *x, const struct issuer_token_request *r, struct err *err);

struct str issue_query(const struct exchange *x, const char *name); /* "" when absent */
/* The documents of an issuer: OpenID Connect Discovery 1.0 section 3, RFC 7517 section 5. */
void issue_metadata(struct exchange *x, const char *issuer, const char *jwks_uri,
                    const char *token_endpoint);

/* Routes, by file. */
route_handler github_token, github_metadata; /* github.c */
route_handler devops_token, devops_metadata; /* azure_devops.c */
route_handler gcp_identity, google_metadata; /* gcp.c */
route_handler idp_token, idp_metadata;       /* idp.c */
route_handler issuer_keys;                   /* issue.c */

#endif

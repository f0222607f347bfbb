/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_MOCK_OIDC_OIDC_FLOW_H
#define TESTS_UNIT_MOCK_OIDC_OIDC_FLOW_H

/* The steps of OAuth flows against a desk, for the tests of the identity provider.
 *
 * Texts returned live in the flow's arena until flow_free(). */

#include "tests/unit/mock/desk/desk.h"

/* The pair of RFC 7636 appendix B. */
#define FLOW_VERIFIER  "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define FLOW_CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
#define FLOW_FORM      "application/x-www-form-urlencoded"

#define FLOW_WEB_SECRET "doseaabbccddeeff00112233445566778899"
#define FLOW_LOOPBACK   "http://localhost:8080/callback"
#define FLOW_WEB        "https://app.example.com/cb"

/* Beside the desk's principals (robot, user@example.com) an admin-robot, and the applications
 * public-app (FLOW_LOOPBACK), single-app (the same, single-use refresh tokens, sessions of a day),
 * web-app (confidential, FLOW_WEB) and sql-app (public, scopes sql and offline_access). `more` is
 * further YAML, such as "oidc: {extensions: true}\n". */
void flow_load(struct desk *d, const char *more);

struct flow {
    struct desk *desk;
    struct arena *arena;
};
void flow_init(struct flow *f, const char *more);
void flow_done(struct flow *f);

/* GET target; POST of a form to the workspace's token endpoint; POST with a Basic header. */
const struct desk_reply *flow_get(struct flow *f, const char *target);
const struct desk_reply *flow_token(struct flow *f, const char *body);
const struct desk_reply *flow_post(struct flow *f, const char *target, const char *body);

/* /oidc/v1/authorize of that client with its redirect URI and `more` ("&scope=..."). */
const struct desk_reply *flow_authorize(struct flow *f, const char *client_id, const char *more);
/* A parameter of the last answer's Location, decoded; "" without one. */
const char *flow_callback_param(struct flow *f, const char *name);
/* A code; the challenge is FLOW_CHALLENGE. scope "" = none is asked for. */
const char *flow_code(struct flow *f, const char *client_id, const char *scope);
/* Redeems it: the reply. */
const struct desk_reply *flow_redeem(struct flow *f, const char *client_id, const char *code);
/* A member of the last answer, kept. */
const char *flow_kept(struct flow *f, const char *member);
/* A refresh token by code flow with scope "all-apis offline_access". */
const char *flow_refresh_token(struct flow *f, const char *client_id);
/* The status of GET /api/2.0/preview/scim/v2/Me with that bearer token. */
int flow_api_status(struct flow *f, const char *token);
const char *flow_redirect_of(const char *client_id);

#endif

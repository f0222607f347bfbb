/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_AZURE_ENTRA_H
#define MOCK_AZURE_ENTRA_H

/* A request to a tenant of Microsoft Entra ID, and what its handlers share. Strings live in the
 * exchange's arena or the state. */

#include "base/text/url.h"
#include "mock/azure/aadsts.h"
#include "mock/http/route.h"
#include "mock/state/entra_token.h"

#include <stdbool.h>

struct entra_app;
struct entra_code;
struct principal;
struct tenant;

#define ENTRA_FORM "application/x-www-form-urlencoded"

struct entra_call {
    struct exchange *x;
    struct mock_state *state;
    const struct entra_cloud *cloud;
    const struct tenant *tenant;
    const char *tenant_name; /* as addressed */
    bool v1;                 /* `resource` instead of `scope`, numbers as strings */
    struct url_params form;  /* of the body, without duplicates; the query at authorize */
    const struct entra_app *app;
};

/* The value as a copy; "" when it is absent or empty. */
const char *entra_param(const struct entra_call *call, const char *name);
/* false: the answer has been written (AADSTS90002). The tenant is the route's first capture. */
bool entra_tenant_take(struct exchange *x, bool v1, struct entra_call *ret);
/* Refuses with what the call is about filled in. */
void entra_refuse(struct entra_call *call, int code, const char *value);

/* Who asks: client_secret in the body or by Basic, or client_assertion (RFC 7523), of one of the
 * application's keys or of a federated issuer. Fills call->app and the notes. need_proof: public
 * clients are refused. false: the answer has been written. */
bool entra_client_authenticate(struct entra_call *call, bool need_proof);

/* What is asked for on behalf of a user. */
struct entra_wish {
    struct entra_resource resource;
    const char *scope; /* without the resource, as the claim scp has it */
    bool offline, openid;
};
/* Of v1's `resource` or of a scope list that names one resource at most (none: Microsoft Graph).
 * false: the answer has been written. */
bool entra_wish_read(struct entra_call *call, const char *scope, struct entra_wish *ret);
/* "<resource>/.default" and nothing else, or v1's `resource`. */
bool entra_default_scope_read(struct entra_call *call, const char *scope,
                              struct entra_resource *ret);

/* Mints what the wish is for and answers; family 0 = a new one when there is a refresh token. */
struct entra_issue {
    const struct principal *user; /* NULL = the application itself */
    struct entra_wish wish;
    const char *nonce;
    int64_t family;
};
int entra_issue(struct entra_call *call, const struct entra_issue *what, struct err *err) NODISCARD;

/* Grants: as a route_handler, the client is not authenticated yet. */
typedef int entra_grant(struct entra_call *call, struct err *err);
entra_grant entra_grant_client_credentials, entra_grant_on_behalf_of, entra_grant_code,
    entra_grant_refresh;

/* Routes, by file. */
route_handler entra_token_v1, entra_token_v2, entra_token_wrong_method; /* entra_token.c */
route_handler entra_authorize_v1, entra_authorize_v2;                   /* entra_authorize.c */
route_handler entra_metadata_v1, entra_metadata_v2, entra_keys, entra_instance; /* metadata.c */
route_handler imds_token;                                                       /* imds.c */
route_handler arm_workspace;                                                    /* arm.c */
route_handler azure_aad_auth, azure_authorize_redirect; /* azure_workspace.c */

#endif

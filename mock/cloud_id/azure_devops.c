/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/attrs.h"
#include "mock/cloud_id/issue.h"
#include "mock/state/issuer_token.h"
#include "mock/state/service_store.h"

/* Azure DevOps pipelines (Azure DevOps REST, Oidctoken - Create; databricks-sdk-py
 * credentials_provider, azure_devops_oidc). The audience is fixed. */

#define API_VERSION "7.2-preview.1"

int devops_token(struct exchange *x, struct err *err)
{
    const struct token_issuer *issuer = issue_of_kind(x, ISSUER_AZURE_DEVOPS);
    if (issuer == NULL) {
        return 0;
    }
    x->notes->grant = "azure_devops";
    if (!issue_bearer_is_right(x, issuer)) {
        http_reply_json(x->req, x->reply, 401,
                        json_set_string(json_object(), "message",
                                        "TF400813: The user is not authorized to access this "
                                        "resource."));
        return 0;
    }
    if (!str_eq_z(issue_query(x, "api-version"), API_VERSION)) {
        http_reply_json(x->req, x->reply, 400,
                        json_set_string(json_object(), "message",
                                        "No api-version was supplied for the request, or it is "
                                        "not one of: " API_VERSION));
        return 0;
    }
    const struct issuer_token_request r = {.issuer = issuer};
    const char *value = issue_token(x, &r, err);
    if (value == NULL) {
        return -1;
    }
    http_reply_json(x->req, x->reply, 200, json_set_string(json_object(), "oidcToken", value));
    return 0;
}

int devops_metadata(struct exchange *x, struct err *err UNUSED)
{
    const struct token_issuer *issuer = issue_of_kind(x, ISSUER_AZURE_DEVOPS);
    if (issuer != NULL) {
        issue_metadata(x, token_issuer_iss(issuer),
                       arena_printf(x->req->arena, "%s/%.*s/.well-known/jwks",
                                    http_req_origin(x->req), STR_ARG(x->req->captures[0])),
                       NULL);
    }
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/attrs.h"
#include "mock/cloud_id/issue.h"
#include "mock/state/issuer_token.h"
#include "mock/state/service_store.h"

/* GitHub Actions (GitHub documentation, OpenID Connect reference; actions/toolkit oidc-utils).
 * ACTIONS_ID_TOKEN_REQUEST_URL has a query already; clients append "&audience=". */

static struct json *claims_make(const struct token_issuer *issuer)
{
    static const char *const claims[][2] = {
        {"repository", "octo-org/octo-repo"},
        {"repository_owner", "octo-org"},
        {"ref", "refs/heads/main"},
        {"ref_type", "branch"},
        {"event_name", "push"},
        {"workflow", "conformance"},
        {"actor", "octocat"},
        {"run_id", "1"},
        {"runner_environment", "github-hosted"},
    };
    struct json *o = json_object();
    for (size_t i = 0; i < ARRAY_LEN(claims); i++) {
        json_set_string(o, claims[i][0], claims[i][1]);
    }
    return json_set_string(o, "sub", issuer->spec.subject);
}

int github_token(struct exchange *x, struct err *err)
{
    const struct token_issuer *issuer = issue_of_kind(x, ISSUER_GITHUB);
    if (issuer == NULL) {
        return 0;
    }
    x->notes->grant = "github_actions";
    if (!issue_bearer_is_right(x, issuer)) {
        http_reply_json(x->req, x->reply, 401,
                        json_set_string(json_object(), "message", "Bad credentials"));
        return 0;
    }
    AUTO_JSON struct json *claims = claims_make(issuer);
    const struct issuer_token_request r = {
        .issuer = issuer, .audience = issue_query(x, "audience"), .claims = claims};
    const char *value = issue_token(x, &r, err);
    if (value == NULL) {
        return -1;
    }
    http_reply_json(x->req, x->reply, 200, json_set_string(json_object(), "value", value));
    return 0;
}

int github_metadata(struct exchange *x, struct err *err UNUSED)
{
    const struct token_issuer *issuer = issue_of_kind(x, ISSUER_GITHUB);
    if (issuer != NULL) {
        issue_metadata(x, token_issuer_iss(issuer),
                       arena_printf(x->req->arena, "%s/.well-known/jwks", http_req_origin(x->req)),
                       NULL);
    }
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/assert.h"
#include "base/core/xalloc.h"
#include "tests/unit/mock/desk/desk.h"
#include "tests/unit/mock/desk/signed_input.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ISSUER "https://idp.example.com"
#define GRANT  "urn:ietf:params:oauth:grant-type:token-exchange"
#define TYPE   "urn:ietf:params:oauth:token-type:jwt"

static char *scenario_new(void)
{
    AUTO_FREE char *jwk = signed_input_jwk();
    return xasprintf("workspaces: [{host: ws.example.com}]\n"
                     "principals: [{name: user@example.com}]\n"
                     "federation_policies: [{issuer: \"" ISSUER "\",\n"
                     "  audiences: [here], jwks: {keys: [%s]}}]\n",
                     jwk);
}

static void check_issued(const struct json *claims)
{
    ASSERT(claims != NULL);
    ASSERT(strcmp(json_get_string(claims, "iss", ""), ISSUER) == 0);
    ASSERT(strcmp(json_get_string(claims, "sub", ""), "user@example.com") == 0);
    ASSERT(json_number_or(json_get(claims, "exp"), 0) > 1.0e9);
    ASSERT(json_get(claims, "aud") != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct desk_lease lease;
    static char *scenario;
    scenario = scenario != NULL ? scenario : scenario_new();
    struct desk *desk = desk_lease(&lease, scenario);
    AUTO_JSON struct json *claims = NULL;
    AUTO_BUF struct buf token = {0}, body = {0};
    if (!signed_input_token(str_n((const char *)data, size), &claims, &token)) {
        return 0;
    }
    buf_add_z(&body, "grant_type=" GRANT "&subject_token_type=" TYPE "&subject_token=");
    form_encode(&body, buf_str(&token));
    const struct desk_reply *r =
        desk_send(desk, &(struct desk_request){.method = "POST",
                                               .target = "/oidc/v1/token",
                                               .content_type = "application/x-www-form-urlencoded",
                                               .body = buf_z(&body),
                                               .body_len = body.len});
    ASSERT(r->reply.status == 200 || r->reply.status == 400);
    ASSERT((r->notes.issued.count > 0) == (r->reply.status == 200));
    ASSERT(r->json != NULL || r->reply.body.len == 0);
    if (r->reply.status == 200) {
        check_issued(claims);
    }
    return 0;
}

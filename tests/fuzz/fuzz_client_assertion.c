/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/assert.h"
#include "base/core/xalloc.h"
#include "tests/unit/mock/desk/desk.h"
#include "tests/unit/mock/desk/signed_input.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CLIENT "12345678-9abc-4def-8012-3456789abcdf"
#define TYPE   "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

static char *scenario_new(void)
{
    AUTO_FREE char *jwk = signed_input_jwk();
    return xasprintf("workspaces: [{host: ws.example.com}]\n"
                     "principals: [{name: r, kind: service-principal,\n"
                     "  client_id: " CLIENT ", jwks: {keys: [%s]}}]\n",
                     jwk);
}

/* Who gets a token has said its own name twice, and a jti. */
static void check_issued(const struct json *claims)
{
    ASSERT(claims != NULL);
    ASSERT(strcmp(json_get_string(claims, "iss", ""), CLIENT) == 0);
    ASSERT(strcmp(json_get_string(claims, "sub", ""), CLIENT) == 0);
    ASSERT(json_get_string(claims, "jti", "")[0] != '\0');
    ASSERT(json_get(claims, "exp") != NULL && json_get(claims, "aud") != NULL);
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
    buf_add_z(&body,
              "grant_type=client_credentials&client_assertion_type=" TYPE "&client_assertion=");
    form_encode(&body, buf_str(&token));
    const struct desk_reply *r =
        desk_send(desk, &(struct desk_request){.method = "POST",
                                               .target = "/oidc/v1/token",
                                               .content_type = "application/x-www-form-urlencoded",
                                               .body = buf_z(&body),
                                               .body_len = body.len});
    ASSERT(r->reply.status == 200 || r->reply.status == 401);
    ASSERT((r->notes.issued.count > 0) == (r->reply.status == 200));
    if (r->reply.status == 200) {
        check_issued(claims);
    }
    return 0;
}

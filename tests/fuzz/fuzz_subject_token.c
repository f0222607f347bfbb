/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/assert.h"
#include "base/core/xalloc.h"
#include "base/crypto/jwt.h"
#include "base/crypto/test_keys.h"
#include "base/json/json_read.h"
#include "tests/unit/mock/desk/desk.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { RENEW_AFTER = 1000 };

#define ISSUER "https://idp.example.com"
#define GRANT  "urn:ietf:params:oauth:grant-type:token-exchange"
#define TYPE   "urn:ietf:params:oauth:token-type:jwt"

static struct crypto_key *key_new(void)
{
    struct err err = {0};
    struct crypto_key *key = crypto_key_from_pem(crypto_test_key_pem(KEY_ES256), &err);
    ASSERT(key != NULL);
    return key;
}

static char *jwk_text(const struct crypto_key *key)
{
    AUTO_JSON struct json *jwk = crypto_key_jwk(key);
    AUTO_BUF struct buf text = {0};
    size_t len;
    json_write(&text, jwk);
    return buf_take(&text, &len);
}

/* Input that begins with '{' is the claims of a JWT that the right key signs; all other input is
 * the token itself. Returns false when there is no token in it. */
static bool token_of(const struct crypto_key *key, struct str input, struct json **ret_claims,
                     struct buf *out)
{
    struct err ignored = {0};
    AUTO_JSON_DOC struct json_doc doc = {0};
    if (input.len == 0 || input.ptr[0] != '{') {
        buf_add_str(out, input);
        return true;
    }
    if (json_read(input, "claims", NULL, &doc, &ignored) < 0) {
        return false;
    }
    *ret_claims = json_doc_take_root(&doc);
    return jwt_sign(key, "JWT", *ret_claims, out, &ignored) == 0;
}

static struct desk *desk_with(const struct crypto_key *key)
{
    struct desk *desk = desk_new();
    AUTO_FREE char *jwk = jwk_text(key);
    AUTO_FREE char *yaml = xasprintf("workspaces: [{host: ws.example.com}]\n"
                                     "principals: [{name: user@example.com}]\n"
                                     "federation_policies: [{issuer: \"" ISSUER "\",\n"
                                     "  audiences: [here], jwks: {keys: [%s]}}]\n",
                                     jwk);
    desk_load(desk, yaml);
    return desk;
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
    static struct crypto_key *key;
    static struct desk *desk;
    static int runs;
    if (runs++ % RENEW_AFTER == 0) {
        key = key != NULL ? key : key_new();
        desk_free(desk);
        desk = desk_with(key);
    }
    AUTO_JSON struct json *claims = NULL;
    AUTO_BUF struct buf token = {0}, body = {0};
    if (!token_of(key, str_n((const char *)data, size), &claims, &token)) {
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

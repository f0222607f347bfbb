/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/mock/desk/signed_input.h"

#include "base/core/assert.h"
#include "base/crypto/jwt.h"
#include "base/crypto/test_keys.h"
#include "base/json/json_read.h"

/* One for the whole program: reading it for each input would be most of the work. */
static const struct crypto_key *key_get(void)
{
    static struct crypto_key *key;
    struct err err = {0};
    if (key == NULL) {
        key = crypto_key_from_pem(crypto_test_key_pem(KEY_ES256), &err);
        ASSERT(key != NULL);
    }
    return key;
}

char *signed_input_jwk(void)
{
    AUTO_JSON struct json *jwk = crypto_key_jwk(key_get());
    AUTO_BUF struct buf text = {0};
    size_t len;
    json_write(&text, jwk);
    return buf_take(&text, &len);
}

bool signed_input_token(struct str input, struct json **ret_claims, struct buf *out)
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
    return jwt_sign(key_get(), "JWT", *ret_claims, out, &ignored) == 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a token: parsing must be safe, what parses must be written back to the same bytes,
 * and nothing but the seed's own signature may verify. */
#include "base/crypto/jwt.h"

#include "base/core/assert.h"
#include "base/crypto/test_keys.h"
#include "base/json/json.h"
#include "base/text/base64.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void verify_check(const struct jwt *jwt, enum key_alg alg, const char *name)
{
    struct err err = {0};
    struct crypto_key *key = crypto_key_from_pem(crypto_test_key_pem(alg), &err);
    ASSERT(key != NULL);
    bool valid = jwt_verify(jwt, key);
    ASSERT(!valid || strcmp(json_get_string(jwt->header, "alg", ""), name) == 0);
    ASSERT(!valid ||
           crypto_verify(key, jwt->signing_input, str_n(jwt->signature, jwt->signature_len)));
    crypto_key_free(key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = {0};
    struct str text = str_n((const char *)data, size);
    AUTO_JWT struct jwt jwt = {0};
    AUTO_BUF struct buf again = {0};
    if (jwt_parse(text, &jwt, &err) < 0) {
        ASSERT(err.code != ERR_NONE && jwt.header == NULL);
        return 0;
    }
    ASSERT(json_type(jwt.header) == JSON_OBJECT && json_type(jwt.claims) == JSON_OBJECT);
    buf_add_str(&again, jwt.signing_input);
    buf_add_char(&again, '.');
    base64_encode(&again, str_n(jwt.signature, jwt.signature_len), BASE64_URL);
    ASSERT(str_eq(buf_str(&again), text));
    verify_check(&jwt, KEY_RS256, "RS256");
    verify_check(&jwt, KEY_ES256, "ES256");
    return 0;
}

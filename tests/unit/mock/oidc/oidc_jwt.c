/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/mock/oidc/oidc_jwt.h"

#include "base/crypto/jwt.h"
#include "base/crypto/test_keys.h"

#include <criterion/criterion.h>

static struct crypto_key *other_key(enum key_alg alg)
{
    struct err err = {0};
    struct crypto_key *key = crypto_key_from_pem(crypto_test_key_pem(alg), &err);
    cr_assert_not_null(key, "%s", err.msg);
    return key;
}

const char *other_jwks(struct arena *a, enum key_alg alg)
{
    struct crypto_key *key = other_key(alg);
    AUTO_JSON struct json *set = json_object();
    AUTO_BUF struct buf text = {0};
    json_set(set, "keys", json_array());
    json_push(json_get_mutable(set, "keys"), crypto_key_jwk(key));
    json_write(&text, set);
    crypto_key_free(key);
    return arena_strdup(a, buf_z(&text));
}

static void set_text(struct json *o, const char *key, const char *value)
{
    if (value != NULL) {
        json_set_string(o, key, value);
    }
}

const char *other_jwt(struct arena *a, enum key_alg alg, const struct other_claims *claims)
{
    struct err err = {0};
    struct crypto_key *key = other_key(alg);
    AUTO_JSON struct json *o = json_object();
    AUTO_BUF struct buf text = {0};
    set_text(o, "iss", claims->iss);
    set_text(o, "sub", claims->sub);
    set_text(o, "aud", claims->aud);
    set_text(o, "jti", claims->jti);
    if (claims->exp_s != 0) {
        json_set_int(o, "exp", claims->exp_s);
    }
    if (claims->nbf_s != 0) {
        json_set_int(o, "nbf", claims->nbf_s);
    }
    cr_assert_eq(jwt_sign(key, "JWT", o, &text, &err), 0, "%s", err.msg);
    crypto_key_free(key);
    return arena_strdup(a, buf_z(&text));
}

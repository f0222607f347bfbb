/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto/jwt.h"

#include "base/crypto/test_keys.h"
#include "base/json/json_read.h"
#include "base/text/base64.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

/* RFC 7515 appendices A.2 and A.3: the same claims signed with RS256 and with ES256. */
#define RFC_CLAIMS                                                                                 \
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl" \
    "fQ"
#define RS256_SIGNATURE                                                                            \
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5" \
    "jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb" \
    "1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QO" \
    "YEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
#define ES256_SIGNATURE \
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
#define RS256_HEADER "eyJhbGciOiJSUzI1NiJ9"
#define ES256_HEADER "eyJhbGciOiJFUzI1NiJ9"
#define RS256_JWK                                                                                  \
    "{\"kty\":\"RSA\",\"n\":"                                                                      \
    "\"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0B" \
    "m4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5" \
    "rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhy" \
    "xXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ\",\"e\":\"AQAB\"}"
#define ES256_JWK                                                                              \
    "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\"," \
    "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}"

static const struct {
    const char *jwk, *token;
} rfc[] = {
    {RS256_JWK, RS256_HEADER "." RFC_CLAIMS "." RS256_SIGNATURE},
    {ES256_JWK, ES256_HEADER "." RFC_CLAIMS "." ES256_SIGNATURE},
};

static struct crypto_key *key_of_jwk_text(const char *text)
{
    struct err err = {0};
    AUTO_JSON_DOC struct json_doc doc = {0};
    cr_assert_eq(json_read(str_of(text), "jwk", NULL, &doc, &err), 0, "%s", err.msg);
    struct crypto_key *key = crypto_key_from_jwk(doc.root, &err);
    cr_assert_not_null(key, "%s", err.msg);
    return key;
}

static bool token_verifies(struct str text, const struct crypto_key *key)
{
    struct err err = {0};
    AUTO_JWT struct jwt jwt = {0};
    return jwt_parse(text, &jwt, &err) == 0 && jwt_verify(&jwt, key);
}

Test(jwt, the_examples_of_rfc_7515_verify)
{
    for (size_t i = 0; i < ARRAY_LEN(rfc); i++) {
        struct err err = {0};
        struct crypto_key *key = key_of_jwk_text(rfc[i].jwk);
        AUTO_JWT struct jwt jwt = {0};
        cr_assert_eq(jwt_parse(str_of(rfc[i].token), &jwt, &err), 0, "%s", err.msg);
        cr_assert(jwt_verify(&jwt, key));
        cr_assert_str_eq(json_get_string(jwt.claims, "iss", ""), "joe");
        cr_assert_eq(json_get_int(jwt.claims, "exp", 0), 1300819380);
        crypto_key_free(key);
    }
}

Test(jwt, a_change_of_any_character_is_refused)
{
    for (size_t i = 0; i < ARRAY_LEN(rfc); i++) {
        struct crypto_key *key = key_of_jwk_text(rfc[i].jwk);
        char *text = strdup(rfc[i].token);
        size_t len = strlen(text);
        for (size_t at = 0; at < len; at++) {
            char was = text[at];
            text[at] = was == 'A' ? 'B' : 'A';
            cr_assert_not(token_verifies(str_n(text, len), key), "character %zu", at);
            text[at] = was;
        }
        cr_assert(token_verifies(str_n(text, len), key));
        free(text);
        crypto_key_free(key);
    }
}

Test(jwt, the_key_of_another_is_refused)
{
    struct crypto_key *rsa = key_of_jwk_text(RS256_JWK), *ec = key_of_jwk_text(ES256_JWK);
    cr_assert_not(token_verifies(str_of(rfc[0].token), ec));
    cr_assert_not(token_verifies(str_of(rfc[1].token), rsa));
    crypto_key_free(rsa);
    crypto_key_free(ec);
}

static void forge(struct buf *out, const char *header, const struct crypto_key *key)
{
    struct err err = {0};
    AUTO_BUF struct buf sig = {0};
    base64_encode(out, str_of(header), BASE64_URL);
    buf_add_z(out, "." RFC_CLAIMS);
    if (key) {
        cr_assert_eq(crypto_sign(key, buf_str(out), &sig, &err), 0);
    }
    buf_add_char(out, '.');
    base64_encode(out, buf_str(&sig), BASE64_URL);
}

Test(jwt, alg_none_and_alg_confusion_are_refused)
{
    struct err err = {0};
    struct crypto_key *key = crypto_key_from_pem(crypto_test_key_pem(KEY_RS256), &err);
    static const struct {
        const char *header;
        bool has_signature, valid;
    } rows[] = {
        {"{\"alg\":\"RS256\"}", true, true},
        {"{\"alg\":\"RS256\"}", false, false},
        {"{\"alg\":\"none\"}", false, false},
        {"{\"alg\":\"none\"}", true, false},
        {"{\"alg\":\"HS256\"}", true, false},
        {"{\"alg\":\"ES256\"}", true, false},
        {"{\"alg\":\"rs256\"}", true, false},
        {"{\"alg\":[\"RS256\"]}", true, false},
        {"{}", true, false},
        {"{\"alg\":\"RS256\",\"crit\":[\"exp\"]}", true, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO_BUF struct buf text = {0};
        forge(&text, rows[i].header, rows[i].has_signature ? key : NULL);
        cr_assert_eq(token_verifies(buf_str(&text), key), rows[i].valid, "row %zu", i);
    }
    crypto_key_free(key);
}

Test(jwt, malformed_tokens_are_refused)
{
    static const char *const rows[] = {
        "",
        ".",
        "..",
        "a.b.c",
        RS256_HEADER "." RFC_CLAIMS,
        RS256_HEADER "." RFC_CLAIMS "." ES256_SIGNATURE ".",
        RS256_HEADER "." RFC_CLAIMS "." ES256_SIGNATURE "=",
        RS256_HEADER "=." RFC_CLAIMS "." ES256_SIGNATURE,
        RS256_HEADER "." RFC_CLAIMS ". " ES256_SIGNATURE,
        RS256_HEADER ".W10." ES256_SIGNATURE,                                     /* [] */
        RS256_HEADER ".eyJhIjoxLCJhIjoyfQ." ES256_SIGNATURE,                      /* a twice */
        "eyJhbGciOiJSUzI1NiIsImFsZyI6Im5vbmUifQ." RFC_CLAIMS "." ES256_SIGNATURE, /* alg twice */
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err = {0};
        struct jwt jwt = {0};
        cr_assert_eq(jwt_parse(str_of(rows[i]), &jwt, &err), -1, "row %zu", i);
        cr_assert_neq(err.code, ERR_NONE);
        cr_assert_null(jwt.header);
    }
}

Test(jwt, an_oversized_token_is_refused)
{
    struct err err = {0};
    struct jwt jwt = {0};
    AUTO_BUF struct buf text = {0};
    buf_add_z(&text, rfc[0].token);
    while (text.len <= JWT_MAX_BYTES) {
        buf_add_z(&text, "AAAAAAAAAAAAAAAA");
    }
    cr_assert_eq(jwt_parse(buf_str(&text), &jwt, &err), -1);
    cr_assert_eq(err.code, ERR_LIMIT);
}

Test(jwt, a_signed_token_parses_back_and_verifies)
{
    static const enum key_alg algs[] = {KEY_RS256, KEY_ES256};
    for (size_t i = 0; i < ARRAY_LEN(algs); i++) {
        struct err err = {0};
        struct crypto_key *key = crypto_key_from_pem(crypto_test_key_pem(algs[i]), &err);
        AUTO_JSON struct json *claims = json_object();
        AUTO_BUF struct buf out = {0};
        AUTO_JWT struct jwt jwt = {0};
        json_set_int(json_set_string(claims, "sub", "some\"body"), "iat", 1700000000);
        buf_add_z(&out, "Bearer ");
        cr_assert_eq(jwt_sign(key, "at+jwt", claims, &out, &err), 0, "%s", err.msg);
        struct str token = str_slice(buf_str(&out), 7, out.len);
        cr_assert_eq(jwt_parse(token, &jwt, &err), 0, "%s", err.msg);
        cr_assert(jwt_verify(&jwt, key));
        cr_assert(json_equal(jwt.claims, claims));
        cr_assert_str_eq(json_get_string(jwt.header, "kid", ""), crypto_key_id(key));
        cr_assert_str_eq(json_get_string(jwt.header, "typ", ""), "at+jwt");
        cr_assert_eq(json_count(jwt.header), 3u);
        crypto_key_free(key);
    }
}

Test(jwt, a_token_that_does_not_fit_leaves_the_output_as_it_was)
{
    struct err err = {0};
    struct crypto_key *key = crypto_key_from_pem(crypto_test_key_pem(KEY_ES256), &err);
    AUTO_JSON struct json *claims = json_object();
    AUTO_BUF struct buf out;
    buf_init(&out, 100);
    buf_add_z(&out, "before");
    cr_assert_eq(jwt_sign(key, NULL, claims, &out, &err), -1);
    cr_assert_eq(err.code, ERR_LIMIT);
    cr_assert_str_eq(buf_z(&out), "before");
    crypto_key_free(key);
}

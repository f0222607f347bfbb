/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto/key.h"

#include "base/core/buf.h"
#include "base/crypto/test_keys.h"
#include "base/json/json_read.h"

#include <criterion/criterion.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static const enum key_alg algs[] = {KEY_RS256, KEY_ES256};

static struct crypto_key *test_key(enum key_alg alg)
{
    struct err err = {0};
    struct crypto_key *key = crypto_key_from_pem(crypto_test_key_pem(alg), &err);
    cr_assert_not_null(key, "%s", err.msg);
    return key;
}

static struct crypto_key *key_of_jwk_text(const char *text, struct err *err)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    cr_assert_eq(json_read(str_of(text), "jwk", NULL, &doc, err), 0, "%s", err->msg);
    return crypto_key_from_jwk(doc.root, err);
}

Test(key, id_is_the_thumbprint_of_rfc_7638)
{
    struct err err = {0};
    struct crypto_key *key = key_of_jwk_text(
        "{\"kty\":\"RSA\",\"n\":"
        "\"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu"
        "1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6"
        "Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbIS"
        "D08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awap"
        "JzKnqDKgw\",\"e\":\"AQAB\",\"alg\":\"RS256\",\"kid\":\"2011-04-29\"}",
        &err);
    cr_assert_not_null(key, "%s", err.msg);
    cr_assert_str_eq(crypto_key_id(key), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    cr_assert_eq(crypto_key_alg(key), KEY_RS256);
    crypto_key_free(key);
}

Test(key, a_signature_verifies_and_its_tampered_forms_do_not)
{
    for (size_t i = 0; i < ARRAY_LEN(algs); i++) {
        struct err err = {0};
        struct crypto_key *key = test_key(algs[i]);
        AUTO_BUF struct buf sig = {0};
        cr_assert_eq(crypto_sign(key, STR("data"), &sig, &err), 0);
        cr_assert_eq(sig.len, algs[i] == KEY_RS256 ? 256u : 64u);
        cr_assert(crypto_verify(key, STR("data"), buf_str(&sig)));
        cr_assert_not(crypto_verify(key, STR("dat4"), buf_str(&sig)));
        cr_assert_not(crypto_verify(key, STR(""), buf_str(&sig)));
        cr_assert_not(crypto_verify(key, STR("data"), STR("")));
        cr_assert_not(crypto_verify(key, STR("data"), str_slice(buf_str(&sig), 0, sig.len - 1)));
        for (size_t at = 0; at < sig.len; at += 9) {
            sig.ptr[at] ^= 1;
            cr_assert_not(crypto_verify(key, STR("data"), buf_str(&sig)), "byte %zu", at);
            sig.ptr[at] ^= 1;
        }
        crypto_key_free(key);
    }
}

Test(key, an_es256_signature_of_zeroes_is_refused)
{
    struct crypto_key *key = test_key(KEY_ES256);
    char zeroes[64] = {0}; /* CVE-2022-21449: r = s = 0 */
    cr_assert_not(crypto_verify(key, STR("data"), str_n(zeroes, sizeof(zeroes))));
    crypto_key_free(key);
}

Test(key, public_half_goes_through_jwk_and_verifies)
{
    for (size_t i = 0; i < ARRAY_LEN(algs); i++) {
        struct err err = {0};
        struct crypto_key *key = test_key(algs[i]);
        AUTO_JSON struct json *jwk = crypto_key_jwk(key);
        AUTO_BUF struct buf sig = {0};
        cr_assert_eq(crypto_sign(key, STR("data"), &sig, &err), 0);
        cr_assert_null(json_get(jwk, "d"));
        cr_assert_str_eq(json_get_string(jwk, "kid", ""), crypto_key_id(key));
        cr_assert_str_eq(json_get_string(jwk, "use", ""), "sig");
        struct crypto_key *public_half = crypto_key_from_jwk(jwk, &err);
        cr_assert_not_null(public_half, "%s", err.msg);
        cr_assert_str_eq(crypto_key_id(public_half), crypto_key_id(key));
        cr_assert(crypto_verify(public_half, STR("data"), buf_str(&sig)));
        cr_assert_eq(crypto_sign(public_half, STR("data"), &sig, &err), -1);
        cr_assert_eq(crypto_key_pem(public_half, &sig, &err), -1);
        crypto_key_free(public_half);
        crypto_key_free(key);
    }
}

Test(key, private_half_goes_through_pem)
{
    for (size_t i = 0; i < ARRAY_LEN(algs); i++) {
        struct err err = {0};
        struct crypto_key *key = crypto_key_generate(algs[i], &err);
        cr_assert_not_null(key, "%s", err.msg);
        AUTO_BUF struct buf pem = {0}, sig = {0};
        cr_assert_eq(crypto_key_pem(key, &pem, &err), 0);
        cr_assert(str_starts(buf_str(&pem), STR("-----BEGIN PRIVATE KEY-----\n")));
        struct crypto_key *again = crypto_key_from_pem(buf_str(&pem), &err);
        cr_assert_not_null(again, "%s", err.msg);
        cr_assert_str_eq(crypto_key_id(again), crypto_key_id(key));
        cr_assert_eq(crypto_sign(again, STR("x"), &sig, &err), 0);
        cr_assert(crypto_verify(key, STR("x"), buf_str(&sig)));
        crypto_key_free(again);
        crypto_key_free(key);
    }
}

#define P256_X "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\""
#define P256_Y "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\""

Test(key, unfit_jwks_are_refused)
{
    static const char *const rows[] = {
        "{}",
        "[]",
        "{\"kty\":\"oct\",\"k\":\"AAAAAAAAAAAAAAAAAAAAAA\"}",
        "{\"kty\":\"RSA\",\"e\":\"AQAB\"}",
        "{\"kty\":\"RSA\",\"n\":\"not base64\",\"e\":\"AQAB\"}",
        "{\"kty\":\"RSA\",\"n\":\"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbf\","
        "\"e\":\"AQAB\"}", /* far too short a modulus */
        "{\"kty\":\"EC\",\"crv\":\"P-384\"," P256_X "," P256_Y "}",
        "{\"kty\":\"EC\",\"crv\":\"P-256\"," P256_X "}",
        "{\"kty\":\"EC\",\"crv\":\"P-256\"," P256_X ",\"y\":\"AAAA\"}",
        "{\"kty\":\"EC\",\"crv\":\"P-256\"," P256_Y
        ",\"x\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}", /* not on the curve */
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"alg\":\"RS256\"," P256_X "," P256_Y "}",
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"use\":\"enc\"," P256_X "," P256_Y "}",
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err = {0};
        cr_assert_null(key_of_jwk_text(rows[i], &err), "row %zu", i);
        cr_assert_neq(err.code, ERR_NONE, "row %zu", i);
    }
    struct err err = {0};
    struct crypto_key *good =
        key_of_jwk_text("{\"kty\":\"EC\",\"crv\":\"P-256\"," P256_X "," P256_Y "}", &err);
    cr_assert_not_null(good, "%s", err.msg);
    crypto_key_free(good);
}

Test(key, unfit_pem_is_refused_without_asking_for_a_password)
{
    static const char *const rows[] = {
        "",
        "hello",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"
        "DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\nAAAA\n"
        "-----END EC PRIVATE KEY-----\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err = {0};
        cr_assert_null(crypto_key_from_pem(str_of(rows[i]), &err), "row %zu", i);
        cr_assert_eq(err.code, ERR_INVALID, "row %zu", i);
    }
}

static void *sign_often(void *argument)
{
    const struct crypto_key *key = argument;
    for (int i = 0; i < 20; i++) {
        struct err err = {0};
        AUTO_BUF struct buf sig = {0};
        if (crypto_sign(key, STR("data"), &sig, &err) < 0 ||
            !crypto_verify(key, STR("data"), buf_str(&sig))) {
            return NULL;
        }
    }
    return argument;
}

Test(key, several_threads_may_use_one_key)
{
    for (size_t i = 0; i < ARRAY_LEN(algs); i++) {
        struct crypto_key *key = test_key(algs[i]);
        pthread_t threads[4];
        for (size_t t = 0; t < ARRAY_LEN(threads); t++) {
            cr_assert_eq(pthread_create(&threads[t], NULL, sign_often, key), 0);
        }
        for (size_t t = 0; t < ARRAY_LEN(threads); t++) {
            void *result = NULL;
            pthread_join(threads[t], &result);
            cr_assert_eq(result, key);
        }
        crypto_key_free(key);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Keys from outside: PEM and JWK. */
#include "base/crypto/key.h"

#include "base/core/buf.h"
#include "base/crypto/key_priv.h"
#include "base/crypto/openssl_err_priv.h"
#include "base/text/base64.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include <limits.h>
#include <string.h>

/* Without a callback OpenSSL would ask at the terminal. */
static int no_password(char *out, int size, int writing, void *context)
{
    (void)writing;
    (void)context;
    if (size > 0) {
        out[0] = '\0';
    }
    return -1;
}

struct crypto_key *crypto_key_from_pem(struct str pem, struct err *err)
{
    BIO *bio = pem.len > 0 && pem.len <= INT_MAX ? BIO_new_mem_buf(pem.ptr, (int)pem.len) : NULL;
    if (!bio) {
        err_set(err, ERR_INVALID, "an empty or oversized PEM text");
        return NULL;
    }
    bool has_private = true;
    EVP_PKEY *pkey = PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL);
    if (!pkey) {
        openssl_err_forget();
        has_private = false;
        if (BIO_reset(bio) == 1) {
            pkey = PEM_read_bio_PUBKEY(bio, NULL, no_password, NULL);
        }
    }
    BIO_free(bio);
    if (!pkey) {
        openssl_err(err, ERR_INVALID, "no unencrypted private or public key in the PEM text");
        return NULL;
    }
    return crypto_key_of_pkey(pkey, has_private, err);
}

static int member_bytes(const struct json *jwk, const char *name, struct buf *out, struct err *err)
{
    const char *text = json_get_string(jwk, name, NULL);
    if (!text || !text[0]) {
        return err_set(err, ERR_INVALID, "the JWK has no string member '%s'", name);
    }
    if (strlen(text) > (size_t)RSA_MAX_BITS / 4) {
        return err_set(err, ERR_LIMIT, "the JWK's member '%s' is too long", name);
    }
    if (base64_decode(out, str_of(text), BASE64_URL, err) < 0) {
        return err_set(err, ERR_INVALID, "the JWK's member '%s' is not base64url", name);
    }
    return 0;
}

/* Hands the parameters to the provider, which checks for example that a point is on its curve. */
static EVP_PKEY *pkey_of_params(const char *type, OSSL_PARAM_BLD *build, struct err *err)
{
    EVP_PKEY *pkey = NULL;
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    if (!params || !ctx || EVP_PKEY_fromdata_init(ctx) != 1 ||
        EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1) {
        openssl_err(err, ERR_INVALID, "the JWK's numbers are not a key");
    }
    OSSL_PARAM_free(params);
    EVP_PKEY_CTX_free(ctx);
    return pkey;
}

static BIGNUM *number_of(const struct buf *b)
{
    return BN_bin2bn((const unsigned char *)buf_z(b), (int)b->len, NULL);
}

static EVP_PKEY *pkey_of_rsa_jwk(const struct json *jwk, struct err *err)
{
    AUTO_BUF struct buf n_bytes = {0}, e_bytes = {0};
    if (member_bytes(jwk, "n", &n_bytes, err) < 0 || member_bytes(jwk, "e", &e_bytes, err) < 0) {
        return NULL;
    }
    EVP_PKEY *pkey = NULL;
    BIGNUM *n = number_of(&n_bytes), *e = number_of(&e_bytes);
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    if (n && e && build && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1) {
        pkey = pkey_of_params("RSA", build, err);
    } else {
        openssl_err(err, ERR_INTERNAL, "cannot take over the JWK's numbers");
    }
    OSSL_PARAM_BLD_free(build);
    BN_free(n);
    BN_free(e);
    return pkey;
}

static EVP_PKEY *pkey_of_ec_jwk(const struct json *jwk, struct err *err)
{
    AUTO_BUF struct buf point = {0};
    if (strcmp(json_get_string(jwk, "crv", ""), "P-256") != 0) {
        err_set(err, ERR_INVALID, "the JWK's curve is not P-256");
        return NULL;
    }
    buf_add_char(&point, 4); /* uncompressed, SEC 1 section 2.3.3 */
    if (member_bytes(jwk, "x", &point, err) < 0) {
        return NULL;
    }
    size_t x_end = point.len;
    if (member_bytes(jwk, "y", &point, err) < 0) {
        return NULL;
    }
    if (x_end != 1 + P256_COORDINATE_SIZE || point.len != x_end + P256_COORDINATE_SIZE) {
        err_set(err, ERR_INVALID, "a coordinate of the JWK is not of 32 bytes");
        return NULL;
    }
    EVP_PKEY *pkey = NULL;
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    if (build &&
        OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point.ptr, point.len) ==
            1) {
        pkey = pkey_of_params("EC", build, err);
    } else {
        openssl_err(err, ERR_INTERNAL, "cannot take over the JWK's numbers");
    }
    OSSL_PARAM_BLD_free(build);
    return pkey;
}

struct crypto_key *crypto_key_from_jwk(const struct json *jwk, struct err *err)
{
    const char *kty = json_get_string(jwk, "kty", "");
    bool rsa = strcmp(kty, "RSA") == 0;
    if (!rsa && strcmp(kty, "EC") != 0) {
        err_set(err, ERR_INVALID, "the JWK's kty is neither RSA nor EC");
        return NULL;
    }
    const char *alg = rsa ? "RS256" : "ES256";
    if (strcmp(json_get_string(jwk, "alg", alg), alg) != 0) {
        err_set(err, ERR_INVALID, "the JWK's alg is not %s", alg);
        return NULL;
    }
    if (strcmp(json_get_string(jwk, "use", "sig"), "sig") != 0) {
        err_set(err, ERR_INVALID, "the JWK is not for signatures");
        return NULL;
    }
    EVP_PKEY *pkey = rsa ? pkey_of_rsa_jwk(jwk, err) : pkey_of_ec_jwk(jwk, err);
    return pkey ? crypto_key_of_pkey(pkey, false, err) : NULL;
}

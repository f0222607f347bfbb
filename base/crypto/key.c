/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto/key.h"

#include "base/core/assert.h"
#include "base/core/buf.h"
#include "base/core/thread_slot.h"
#include "base/core/xalloc.h"
#include "base/crypto/digest.h"
#include "base/crypto/key_priv.h"
#include "base/crypto/openssl_err_priv.h"
#include "base/text/base64.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <stdlib.h>
#include <string.h>

enum {
    P256_SIGNATURE_SIZE = 2 * P256_COORDINATE_SIZE,
    P256_DER_MAX = 72, /* SEQUENCE of two INTEGERs of at most 33 bytes */
    RSA_SIGNATURE_MAX = RSA_MAX_BITS / 8
};

/* A public number of the key as base64url; width 0 = without leading zeros (RFC 7518 section 2). */
static char *number_text(const EVP_PKEY *pkey, const char *param, int width, struct err *err)
{
    unsigned char raw[RSA_MAX_BITS / 8];
    BIGNUM *bn = NULL;
    AUTO_BUF struct buf text = {0};
    if (EVP_PKEY_get_bn_param(pkey, param, &bn) != 1) {
        openssl_err(err, ERR_INVALID, "the key lacks a public number");
        return NULL;
    }
    int len = BN_bn2binpad(bn, raw, width > 0 ? width : BN_num_bytes(bn));
    BN_free(bn);
    if (len <= 0) {
        openssl_err(err, ERR_INVALID, "a public number of the key has the wrong size");
        return NULL;
    }
    base64_encode(&text, str_n((const char *)raw, (size_t)len), BASE64_URL);
    return buf_take(&text, NULL);
}

static int numbers_read(struct crypto_key *key, struct err *err)
{
    bool rsa = key->alg == KEY_RS256;
    int width = rsa ? 0 : P256_COORDINATE_SIZE;
    key->first =
        number_text(key->pkey, rsa ? OSSL_PKEY_PARAM_RSA_N : OSSL_PKEY_PARAM_EC_PUB_X, width, err);
    if (!key->first) {
        return -1;
    }
    key->second =
        number_text(key->pkey, rsa ? OSSL_PKEY_PARAM_RSA_E : OSSL_PKEY_PARAM_EC_PUB_Y, width, err);
    return key->second ? 0 : -1;
}

/* RFC 7638 section 3: the required members in lexicographic order, without white space. */
static void thumbprint(struct crypto_key *key)
{
    AUTO_BUF struct buf canonical = {0}, text = {0};
    unsigned char sum[SHA256_SIZE];
    if (key->alg == KEY_RS256) {
        buf_printf(&canonical, "{\"e\":\"%s\",\"kty\":\"RSA\",\"n\":\"%s\"}", key->second,
                   key->first);
    } else {
        buf_printf(&canonical, "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\"}",
                   key->first, key->second);
    }
    sha256(buf_str(&canonical), sum);
    base64_encode(&text, str_n((const char *)sum, sizeof(sum)), BASE64_URL);
    ASSERT(text.len == THUMBPRINT_CHARS);
    memcpy(key->id, text.ptr, THUMBPRINT_CHARS + 1);
}

static EVP_PKEY_CTX *context_new(const struct crypto_key *key, EVP_PKEY *pkey,
                                 int (*init)(EVP_PKEY_CTX *ctx))
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
    if (!ctx || init(ctx) != 1 ||
        (key->alg == KEY_RS256 && EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) != 1) ||
        EVP_PKEY_CTX_set_signature_md(ctx, key->sha256) != 1) {
        EVP_PKEY_CTX_free(ctx);
        return NULL;
    }
    return ctx;
}

static int contexts_prepare(struct crypto_key *key, struct err *err)
{
    key->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    if (key->sha256) {
        key->verifier = context_new(key, key->pkey, EVP_PKEY_verify_init);
    }
    if (key->verifier && key->has_private) {
        key->lanes = xcalloc(SIGNING_LANES, sizeof(*key->lanes));
        key->lanes[0].signer = context_new(key, key->pkey, EVP_PKEY_sign_init);
    }
    if (!key->verifier || (key->has_private && !key->lanes[0].signer)) {
        return openssl_err(err, ERR_INTERNAL, "cannot prepare the key for signatures");
    }
    return 0;
}

static int rsa_check(const EVP_PKEY *pkey, struct err *err)
{
    int bits = EVP_PKEY_get_bits(pkey);
    if (bits < RSA_MIN_BITS || bits > RSA_MAX_BITS) {
        return err_set(err, ERR_INVALID, "an RSA key of %d bits; %d to %d are accepted", bits,
                       RSA_MIN_BITS, RSA_MAX_BITS);
    }
    BIGNUM *n = NULL, *e = NULL;
    bool sound = EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_N, &n) == 1 &&
                 EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_E, &e) == 1 && BN_is_odd(n) &&
                 BN_is_odd(e) && !BN_is_one(e) && BN_num_bits(e) <= 64;
    BN_free(n);
    BN_free(e);
    openssl_err_forget();
    return sound ? 0 : err_set(err, ERR_INVALID, "not a sound RSA key: bad modulus or exponent");
}

static int alg_of_pkey(const EVP_PKEY *pkey, enum key_alg *ret_alg, struct err *err)
{
    char group[64] = "";
    if (EVP_PKEY_is_a(pkey, "RSA")) {
        *ret_alg = KEY_RS256;
        return rsa_check(pkey, err);
    }
    if (EVP_PKEY_is_a(pkey, "EC") &&
        EVP_PKEY_get_group_name(pkey, group, sizeof(group), NULL) == 1 &&
        strcmp(group, "prime256v1") == 0) {
        *ret_alg = KEY_ES256;
        return 0;
    }
    openssl_err_forget();
    return err_set(err, ERR_INVALID, "neither an RSA nor a P-256 key");
}

struct crypto_key *crypto_key_of_pkey(EVP_PKEY *pkey_take, bool has_private, struct err *err)
{
    enum key_alg alg = KEY_RS256;
    if (alg_of_pkey(pkey_take, &alg, err) < 0) {
        EVP_PKEY_free(pkey_take);
        return NULL;
    }
    struct crypto_key *key = xcalloc(1, sizeof(*key));
    key->alg = alg;
    key->has_private = has_private;
    key->pkey = pkey_take;
    if (numbers_read(key, err) < 0 || contexts_prepare(key, err) < 0) {
        crypto_key_free(key);
        return NULL;
    }
    thumbprint(key);
    return key;
}

struct crypto_key *crypto_key_generate(enum key_alg alg, struct err *err)
{
    EVP_PKEY *pkey = alg == KEY_RS256 ? EVP_RSA_gen(RSA_MIN_BITS) : EVP_EC_gen("P-256");
    if (!pkey) {
        openssl_err(err, ERR_INTERNAL, "cannot generate a key");
        return NULL;
    }
    return crypto_key_of_pkey(pkey, true, err);
}

void crypto_key_free(struct crypto_key *key)
{
    if (!key) {
        return;
    }
    for (size_t i = 0; key->lanes && i < SIGNING_LANES; i++) {
        EVP_PKEY_CTX_free(key->lanes[i].signer);
    }
    free(key->lanes);
    EVP_PKEY_CTX_free(key->verifier);
    EVP_MD_free(key->sha256);
    EVP_PKEY_free(key->pkey);
    free(key->first);
    free(key->second);
    free(key);
}

void crypto_key_free_ptr(struct crypto_key **key)
{
    crypto_key_free(*key);
    *key = NULL;
}

enum key_alg crypto_key_alg(const struct crypto_key *key)
{
    return key->alg;
}

const char *crypto_key_id(const struct crypto_key *key)
{
    return key->id;
}

struct json *crypto_key_jwk(const struct crypto_key *key)
{
    bool rsa = key->alg == KEY_RS256;
    struct json *jwk = json_object();
    json_set_string(jwk, "kty", rsa ? "RSA" : "EC");
    json_set_string(jwk, "use", "sig");
    json_set_string(jwk, "alg", rsa ? "RS256" : "ES256");
    json_set_string(jwk, "kid", key->id);
    if (!rsa) {
        json_set_string(jwk, "crv", "P-256");
    }
    json_set_string(jwk, rsa ? "n" : "x", key->first);
    return json_set_string(jwk, rsa ? "e" : "y", key->second);
}

int crypto_key_pem(const struct crypto_key *key, struct buf *out, struct err *err)
{
    if (!key->has_private) {
        return err_set(err, ERR_INVALID, "the key has no private half");
    }
    BIO *bio = BIO_new(BIO_s_mem());
    if (!bio || PEM_write_bio_PKCS8PrivateKey(bio, key->pkey, NULL, NULL, 0, NULL, NULL) != 1) {
        BIO_free(bio);
        return openssl_err(err, ERR_INTERNAL, "cannot write the key as PEM");
    }
    char *text;
    long len = BIO_get_mem_data(bio, &text);
    buf_add(out, text, (size_t)len);
    BIO_free(bio);
    return 0;
}

/* DER, as OpenSSL has it, to R||S of fixed width and back. */
static int raw_of_der(const unsigned char *der, size_t der_len, unsigned char *out)
{
    ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &der, (long)der_len);
    if (!sig) {
        return -1;
    }
    bool ok =
        BN_bn2binpad(ECDSA_SIG_get0_r(sig), out, P256_COORDINATE_SIZE) > 0 &&
        BN_bn2binpad(ECDSA_SIG_get0_s(sig), out + P256_COORDINATE_SIZE, P256_COORDINATE_SIZE) > 0;
    ECDSA_SIG_free(sig);
    return ok ? 0 : -1;
}

static size_t der_of_raw(const unsigned char *raw, unsigned char *out)
{
    ECDSA_SIG *sig = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(raw, P256_COORDINATE_SIZE, NULL);
    BIGNUM *s = BN_bin2bn(raw + P256_COORDINATE_SIZE, P256_COORDINATE_SIZE, NULL);
    ASSERT(sig && r && s && ECDSA_SIG_set0(sig, r, s) == 1);
    int len = i2d_ECDSA_SIG(sig, &out);
    ECDSA_SIG_free(sig);
    ASSERT(len > 0 && len <= P256_DER_MAX);
    return (size_t)len;
}

/* A thread comes back to the lane that it had before, as long as nobody else is there. */
static struct signing_lane *lane_take(const struct crypto_key *key)
{
    size_t first = thread_slot(SIGNING_LANES);
    for (size_t i = 0; i < SIGNING_LANES; i++) {
        struct signing_lane *lane = &key->lanes[(first + i) % SIGNING_LANES];
        if (!atomic_exchange_explicit(&lane->busy, true, memory_order_acquire)) {
            return lane;
        }
    }
    return NULL;
}

static int lane_prepare(const struct crypto_key *key, struct signing_lane *lane)
{
    if (!lane->signer) {
        EVP_PKEY *copy = EVP_PKEY_dup(key->pkey);
        lane->signer = copy ? context_new(key, copy, EVP_PKEY_sign_init) : NULL;
        EVP_PKEY_free(copy); /* the context holds it */
    }
    return lane->signer ? 1 : 0;
}

static int lane_sign(const struct crypto_key *key, const unsigned char sum[SHA256_SIZE],
                     unsigned char *out, size_t *len)
{
    struct signing_lane *lane = lane_take(key);
    if (!lane) { /* more threads than lanes: a context of its own, on the key itself */
        EVP_PKEY_CTX *ctx = context_new(key, key->pkey, EVP_PKEY_sign_init);
        int ok = ctx ? EVP_PKEY_sign(ctx, out, len, sum, SHA256_SIZE) : 0;
        EVP_PKEY_CTX_free(ctx);
        return ok;
    }
    int ok = lane_prepare(key, lane);
    ok = ok == 1 ? EVP_PKEY_sign(lane->signer, out, len, sum, SHA256_SIZE) : ok;
    atomic_store_explicit(&lane->busy, false, memory_order_release);
    return ok;
}

static int sign_into(const struct crypto_key *key, const unsigned char sum[SHA256_SIZE],
                     unsigned char *out, size_t *ret_len)
{
    size_t len = RSA_SIGNATURE_MAX;
    if (lane_sign(key, sum, out, &len) != 1) {
        return -1;
    }
    if (key->alg == KEY_ES256) {
        unsigned char raw[P256_SIGNATURE_SIZE];
        if (raw_of_der(out, len, raw) < 0) {
            return -1;
        }
        memcpy(out, raw, sizeof(raw));
        len = sizeof(raw);
    }
    *ret_len = len;
    return 0;
}

static bool sum_of(const struct crypto_key *key, struct str data, unsigned char out[SHA256_SIZE])
{
    return EVP_Digest(data.ptr ? data.ptr : "", data.len, out, NULL, key->sha256, NULL) == 1;
}

int crypto_sign(const struct crypto_key *key, struct str data, struct buf *out, struct err *err)
{
    unsigned char sum[SHA256_SIZE], signature[RSA_SIGNATURE_MAX];
    size_t len;
    if (!key->lanes) {
        return err_set(err, ERR_INVALID, "cannot sign with a public key");
    }
    if (!sum_of(key, data, sum) || sign_into(key, sum, signature, &len) < 0) {
        return openssl_err(err, ERR_INTERNAL, "cannot sign");
    }
    buf_add(out, signature, len);
    return 0;
}

bool crypto_verify(const struct crypto_key *key, struct str data, struct str signature)
{
    unsigned char sum[SHA256_SIZE], der[P256_DER_MAX];
    const unsigned char *sig = (const unsigned char *)signature.ptr;
    size_t sig_len = signature.len;
    if (sig_len == 0 || sig_len > RSA_SIGNATURE_MAX || !sum_of(key, data, sum)) {
        return false;
    }
    if (key->alg == KEY_ES256) {
        if (sig_len != P256_SIGNATURE_SIZE) {
            return false;
        }
        sig_len = der_of_raw(sig, der);
        sig = der;
    }
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_dup(key->verifier);
    int ok = ctx ? EVP_PKEY_verify(ctx, sig, sig_len, sum, sizeof(sum)) : 0;
    EVP_PKEY_CTX_free(ctx);
    if (ok != 1) {
        openssl_err_forget();
    }
    return ok == 1;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto/x509.h"

#include <criterion/criterion.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <time.h>

enum { DAY_S = 24 * 60 * 60 };

static X509 *cert_read(BIO *bio)
{
    X509 *cert = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    cr_assert_not_null(cert);
    return cert;
}

static BIO *bio_of(const struct buf *pem)
{
    return BIO_new_mem_buf(pem->ptr, (int)pem->len);
}

struct issued {
    struct x509_ca *ca;
    struct buf ca_pem, cert_pem, key_pem;
    X509 *ca_cert, *leaf;
};

static void issue(struct issued *it, const struct x509_options *options)
{
    struct err err = {0};
    *it = (struct issued){.ca = x509_ca_new("assay test CA", &err)};
    cr_assert_not_null(it->ca, "%s", err.msg);
    cr_assert_eq(x509_ca_pem(it->ca, &it->ca_pem, &err), 0, "%s", err.msg);
    cr_assert_eq(x509_ca_issue(it->ca, options, &it->cert_pem, &it->key_pem, &err), 0, "%s",
                 err.msg);
    BIO *ca_bio = bio_of(&it->ca_pem), *cert_bio = bio_of(&it->cert_pem);
    it->ca_cert = cert_read(ca_bio);
    it->leaf = cert_read(cert_bio);
    X509 *second = cert_read(cert_bio);
    cr_assert_eq(X509_cmp(second, it->ca_cert), 0, "the CA does not follow the certificate");
    X509_free(second);
    BIO_free(ca_bio);
    BIO_free(cert_bio);
}

static void issued_done(struct issued *it)
{
    X509_free(it->ca_cert);
    X509_free(it->leaf);
    buf_done(&it->ca_pem);
    buf_done(&it->cert_pem);
    buf_done(&it->key_pem);
    x509_ca_free(it->ca);
}

/* What a strict TLS client does. Returns X509_V_OK or the reason. */
static int verify(const struct issued *it, const char *host, const char *ip, time_t at)
{
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    X509_STORE_add_cert(store, it->ca_cert);
    X509_STORE_CTX_init(ctx, store, it->leaf, NULL);
    X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);
    X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_X509_STRICT);
    X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_SSL_SERVER);
    X509_VERIFY_PARAM_set_time(param, at);
    if (host) {
        X509_VERIFY_PARAM_set1_host(param, host, 0);
    }
    if (ip) {
        X509_VERIFY_PARAM_set1_ip_asc(param, ip);
    }
    int ok = X509_verify_cert(ctx);
    int reason = X509_STORE_CTX_get_error(ctx);
    X509_STORE_CTX_free(ctx);
    X509_STORE_free(store);
    cr_assert_eq(ok == 1, reason == X509_V_OK);
    return reason;
}

static const char *const names[] = {"localhost", "127.0.0.1", "::1", "*.cloud.example"};
static const struct x509_options options = {.names = names, .name_count = 4};

Test(x509, a_certificate_verifies_for_its_names_only)
{
    static const struct {
        const char *host, *ip;
        int reason;
    } rows[] = {
        {"localhost", NULL, X509_V_OK},
        {"LOCALHOST", NULL, X509_V_OK},
        {"dbc-1.cloud.example", NULL, X509_V_OK},
        {NULL, "127.0.0.1", X509_V_OK},
        {NULL, "::1", X509_V_OK},
        {"cloud.example", NULL, X509_V_ERR_HOSTNAME_MISMATCH},
        {"a.b.cloud.example", NULL, X509_V_ERR_HOSTNAME_MISMATCH},
        {"example.com", NULL, X509_V_ERR_HOSTNAME_MISMATCH},
        {"127.0.0.1", NULL, X509_V_ERR_HOSTNAME_MISMATCH},
        {NULL, "127.0.0.2", X509_V_ERR_IP_ADDRESS_MISMATCH},
    };
    struct issued it;
    issue(&it, &options);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        cr_assert_eq(verify(&it, rows[i].host, rows[i].ip, time(NULL)), rows[i].reason, "row %zu",
                     i);
    }
    issued_done(&it);
}

Test(x509, another_ca_does_not_verify)
{
    struct issued it, other;
    issue(&it, &options);
    issue(&other, &options);
    X509 *swap = it.ca_cert;
    it.ca_cert = other.ca_cert;
    other.ca_cert = swap;
    cr_assert_neq(verify(&it, "localhost", NULL, time(NULL)), X509_V_OK);
    issued_done(&it);
    issued_done(&other);
}

Test(x509, the_key_belongs_to_the_certificate)
{
    struct issued it;
    issue(&it, &options);
    BIO *bio = bio_of(&it.key_pem);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
    cr_assert_not_null(key);
    cr_assert_eq(X509_check_private_key(it.leaf, key), 1);
    EVP_PKEY_free(key);
    BIO_free(bio);
    issued_done(&it);
}

Test(x509, the_default_validity_survives_jumps_of_years)
{
    struct issued it;
    issue(&it, &options);
    time_t now = time(NULL);
    cr_assert_eq(verify(&it, NULL, NULL, now - DAY_S + 60), X509_V_OK);
    cr_assert_eq(verify(&it, NULL, NULL, now - DAY_S - 60), X509_V_ERR_CERT_NOT_YET_VALID);
    cr_assert_eq(verify(&it, NULL, NULL, now + (time_t)3650 * DAY_S), X509_V_OK);
    cr_assert_eq(verify(&it, NULL, NULL, now + (time_t)3660 * DAY_S), X509_V_ERR_CERT_HAS_EXPIRED);
    issued_done(&it);
}

Test(x509, validity_can_be_chosen)
{
    struct x509_options expired = options;
    struct issued it;
    expired.not_before_offset_s = -3 * DAY_S;
    expired.not_after_offset_s = -3600;
    issue(&it, &expired);
    time_t now = time(NULL);
    cr_assert_eq(verify(&it, NULL, NULL, now), X509_V_ERR_CERT_HAS_EXPIRED);
    cr_assert_eq(verify(&it, NULL, NULL, now - 3700), X509_V_OK);
    issued_done(&it);
}

Test(x509, extensions_and_serial_are_those_of_a_server_certificate)
{
    struct issued it;
    issue(&it, &options);
    cr_assert_eq(X509_check_ca(it.ca_cert), 1);
    cr_assert_eq(X509_check_ca(it.leaf), 0);
    cr_assert_eq(X509_get_key_usage(it.ca_cert), (uint32_t)(KU_KEY_CERT_SIGN | KU_CRL_SIGN));
    cr_assert_eq(X509_get_key_usage(it.leaf), (uint32_t)KU_DIGITAL_SIGNATURE);
    cr_assert_eq(X509_get_extended_key_usage(it.leaf), (uint32_t)XKU_SSL_SERVER);
    cr_assert_eq(X509_get_version(it.leaf), X509_VERSION_3);
    cr_assert_eq(ASN1_STRING_length(X509_get0_serialNumber(it.leaf)), 16);
    cr_assert_eq(ASN1_STRING_length(X509_get0_serialNumber(it.ca_cert)), 16);
    cr_assert_neq(
        ASN1_INTEGER_cmp(X509_get0_serialNumber(it.leaf), X509_get0_serialNumber(it.ca_cert)), 0);
    const ASN1_OCTET_STRING *ca_id = X509_get0_subject_key_id(it.ca_cert);
    const ASN1_OCTET_STRING *issuer_id = X509_get0_authority_key_id(it.leaf);
    cr_assert_not_null(ca_id);
    cr_assert_not_null(issuer_id);
    cr_assert_eq(ASN1_OCTET_STRING_cmp(ca_id, issuer_id), 0);
    cr_assert_not_null(X509_get0_subject_key_id(it.leaf));
    issued_done(&it);
}

Test(x509, unfit_names_are_refused)
{
    static const char *const rows[] = {
        "", "a b", "localhost,DNS:evil.example", "*", "*.", "a..b", ".a", "a/b", "999.1.1.1:80",
    };
    struct err err = {0};
    struct x509_ca *ca = x509_ca_new("assay test CA", &err);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct x509_options bad = {.names = &rows[i], .name_count = 1};
        AUTO_BUF struct buf cert = {0}, key = {0};
        cr_assert_eq(x509_ca_issue(ca, &bad, &cert, &key, &err), -1, "row %zu", i);
        cr_assert_eq(err.code, ERR_INVALID);
        cr_assert_eq(cert.len + key.len, 0u);
    }
    struct x509_options none = {0};
    AUTO_BUF struct buf cert = {0}, key = {0};
    cr_assert_eq(x509_ca_issue(ca, &none, &cert, &key, &err), -1);
    x509_ca_free(ca);
}

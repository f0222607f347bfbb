/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto/x509.h"

#include "base/core/xalloc.h"
#include "base/crypto/openssl_err_priv.h"
#include "base/crypto/random.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { DAY_S = 24 * 60 * 60, VALID_DAYS = 3653, SERIAL_SIZE = 16, NAMES_MAX = 64 };

#define LEAF_COMMON_NAME "assay mock server"

struct x509_ca {
    EVP_PKEY *key;
    X509 *cert;
};

static int serial_set(X509 *cert)
{
    struct rng rng;
    unsigned char raw[SERIAL_SIZE];
    rng_init_system(&rng);
    rng_bytes(&rng, raw, sizeof(raw));
    raw[0] = (unsigned char)((raw[0] & 0x7f) | 0x40); /* positive, and always 16 bytes long */
    BIGNUM *bn = BN_bin2bn(raw, sizeof(raw), NULL);
    bool ok = bn && BN_to_ASN1_INTEGER(bn, X509_get_serialNumber(cert));
    BN_free(bn);
    return ok ? 0 : -1;
}

/* RFC 5280 section 4.1.2.5 wants Zulu time, which is what OpenSSL writes. */
static int time_set(ASN1_TIME *at, int64_t offset_s)
{
    int64_t days = offset_s / DAY_S, rest = offset_s % DAY_S;
    if (days > INT_MAX || days < INT_MIN) {
        return -1;
    }
    return X509_time_adj_ex(at, (int)days, (long)rest, NULL) ? 0 : -1;
}

static int validity_set(X509 *cert, int64_t from_s, int64_t to_s)
{
    if (from_s == 0 && to_s == 0) {
        from_s = -DAY_S;
        to_s = (int64_t)VALID_DAYS * DAY_S;
    }
    if (time_set(X509_getm_notBefore(cert), from_s) < 0) {
        return -1;
    }
    return time_set(X509_getm_notAfter(cert), to_s);
}

static int common_name_set(X509_NAME *name, const char *common_name)
{
    return X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
                                      (const unsigned char *)common_name, -1, -1, 0) == 1
               ? 0
               : -1;
}

static int ext_add(X509 *cert, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX ctx;
    X509V3_set_ctx_nodb(&ctx);
    X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
    X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    int ok = ext ? X509_add_ext(cert, ext, -1) : 0;
    X509_EXTENSION_free(ext);
    return ok == 1 ? 0 : -1;
}

/* One entry of the subject alternative name: an address if it reads as one, else a DNS name. */
static GENERAL_NAME *general_name_of(const char *name)
{
    GENERAL_NAME *gn = GENERAL_NAME_new();
    ASN1_OCTET_STRING *ip = a2i_IPADDRESS(name);
    if (gn && ip) {
        GENERAL_NAME_set0_value(gn, GEN_IPADD, ip);
        return gn;
    }
    openssl_err_forget();
    ASN1_IA5STRING *dns = ASN1_IA5STRING_new();
    if (!gn || !dns || ASN1_STRING_set(dns, name, -1) != 1) {
        ASN1_IA5STRING_free(dns);
        GENERAL_NAME_free(gn);
        return NULL;
    }
    GENERAL_NAME_set0_value(gn, GEN_DNS, dns);
    return gn;
}

/* Built as objects, because a name in OpenSSL's textual form could smuggle in further entries. */
static int alt_names_add(X509 *cert, const struct x509_options *options)
{
    GENERAL_NAMES *names = GENERAL_NAMES_new();
    bool ok = names != NULL;
    for (size_t i = 0; ok && i < options->name_count; i++) {
        GENERAL_NAME *gn = general_name_of(options->names[i]);
        ok = gn && sk_GENERAL_NAME_push(names, gn) > 0;
        if (!ok) {
            GENERAL_NAME_free(gn);
        }
    }
    ok = ok && X509_add1_ext_i2d(cert, NID_subject_alt_name, names, 0, X509V3_ADD_DEFAULT) == 1;
    GENERAL_NAMES_free(names);
    return ok ? 0 : -1;
}

static bool dns_name_is_valid(const char *name)
{
    size_t len = strlen(name);
    const char *p = strncmp(name, "*.", 2) == 0 ? name + 2 : name;
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "-._";
    return len <= 253 && p[0] && p[strspn(p, allowed)] == '\0' && p[0] != '.' && !strstr(p, "..");
}

static bool ip_is_valid(const char *name)
{
    ASN1_OCTET_STRING *ip = a2i_IPADDRESS(name);
    ASN1_OCTET_STRING_free(ip);
    openssl_err_forget();
    return ip != NULL;
}

static int options_check(const struct x509_options *options, struct err *err)
{
    if (options->name_count == 0 || options->name_count > NAMES_MAX) {
        return err_set(err, ERR_INVALID, "a certificate needs 1 to %d names, not %zu", NAMES_MAX,
                       options->name_count);
    }
    for (size_t i = 0; i < options->name_count; i++) {
        const char *name = options->names[i];
        if (!ip_is_valid(name) && !dns_name_is_valid(name)) {
            return err_set(err, ERR_INVALID, "'%.80s' is neither a DNS name nor an IP address",
                           name);
        }
    }
    return 0;
}

static int ca_fill(const struct x509_ca *ca, const char *common_name)
{
    X509 *cert = ca->cert;
    bool ok = X509_set_version(cert, X509_VERSION_3) == 1 && serial_set(cert) == 0 &&
              validity_set(cert, 0, 0) == 0 &&
              common_name_set(X509_get_subject_name(cert), common_name) == 0 &&
              X509_set_issuer_name(cert, X509_get_subject_name(cert)) == 1 &&
              X509_set_pubkey(cert, ca->key) == 1 &&
              ext_add(cert, cert, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") == 0 &&
              ext_add(cert, cert, NID_key_usage, "critical,keyCertSign,cRLSign") == 0 &&
              ext_add(cert, cert, NID_subject_key_identifier, "hash") == 0 &&
              ext_add(cert, cert, NID_authority_key_identifier, "keyid:always") == 0;
    return ok && X509_sign(cert, ca->key, EVP_sha256()) > 0 ? 0 : -1;
}

struct x509_ca *x509_ca_new(const char *common_name, struct err *err)
{
    struct x509_ca *ca = xcalloc(1, sizeof(*ca));
    ca->key = EVP_EC_gen("P-256");
    ca->cert = X509_new();
    if (!ca->key || !ca->cert || ca_fill(ca, common_name) < 0) {
        openssl_err(err, ERR_INTERNAL, "cannot make a certificate authority");
        x509_ca_free(ca);
        return NULL;
    }
    return ca;
}

void x509_ca_free(struct x509_ca *ca)
{
    if (!ca) {
        return;
    }
    EVP_PKEY_free(ca->key);
    X509_free(ca->cert);
    free(ca);
}

static int leaf_fill(const struct x509_ca *ca, const struct x509_options *options, X509 *cert,
                     EVP_PKEY *key)
{
    /* The common name is no host name: clients look at the alternative names only (RFC 9525
     * section 2). It is there because an empty subject would make those critical. */
    X509 *issuer = options->self_signed ? cert : ca->cert;
    bool ok = X509_set_version(cert, X509_VERSION_3) == 1 && serial_set(cert) == 0 &&
              validity_set(cert, options->not_before_offset_s, options->not_after_offset_s) == 0 &&
              common_name_set(X509_get_subject_name(cert), LEAF_COMMON_NAME) == 0 &&
              X509_set_issuer_name(cert, X509_get_subject_name(issuer)) == 1 &&
              X509_set_pubkey(cert, key) == 1 &&
              ext_add(cert, issuer, NID_basic_constraints, "critical,CA:FALSE") == 0 &&
              ext_add(cert, issuer, NID_key_usage, "critical,digitalSignature") == 0 &&
              ext_add(cert, issuer, NID_ext_key_usage, "serverAuth") == 0 &&
              ext_add(cert, issuer, NID_subject_key_identifier, "hash") == 0 &&
              ext_add(cert, issuer, NID_authority_key_identifier, "keyid:always") == 0 &&
              alt_names_add(cert, options) == 0;
    return ok && X509_sign(cert, options->self_signed ? key : ca->key, EVP_sha256()) > 0 ? 0 : -1;
}

static void bio_move(BIO *bio, struct buf *out)
{
    char *text;
    long len = BIO_get_mem_data(bio, &text);
    buf_add(out, text, (size_t)len);
}

int x509_ca_pem(const struct x509_ca *ca, struct buf *out, struct err *err)
{
    BIO *bio = BIO_new(BIO_s_mem());
    if (!bio || PEM_write_bio_X509(bio, ca->cert) != 1) {
        BIO_free(bio);
        return openssl_err(err, ERR_INTERNAL, "cannot write the certificate as PEM");
    }
    bio_move(bio, out);
    BIO_free(bio);
    return 0;
}

static int leaf_write(const struct x509_ca *ca, X509 *cert, EVP_PKEY *key, struct buf *cert_pem,
                      struct buf *key_pem)
{
    BIO *cert_bio = BIO_new(BIO_s_mem()), *key_bio = BIO_new(BIO_s_mem());
    bool ok = cert_bio && key_bio && PEM_write_bio_X509(cert_bio, cert) == 1 &&
              (ca == NULL || PEM_write_bio_X509(cert_bio, ca->cert) == 1) &&
              PEM_write_bio_PKCS8PrivateKey(key_bio, key, NULL, NULL, 0, NULL, NULL) == 1;
    if (ok) {
        bio_move(cert_bio, cert_pem);
        bio_move(key_bio, key_pem);
    }
    BIO_free(cert_bio);
    BIO_free(key_bio);
    return ok ? 0 : -1;
}

int x509_ca_issue(const struct x509_ca *ca, const struct x509_options *options,
                  struct buf *cert_pem, struct buf *key_pem, struct err *err)
{
    if (options_check(options, err) < 0) {
        return -1;
    }
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = X509_new();
    int result = 0;
    if (!key || !cert || leaf_fill(ca, options, cert, key) < 0 ||
        leaf_write(options->self_signed ? NULL : ca, cert, key, cert_pem, key_pem) < 0) {
        result = openssl_err(err, ERR_INTERNAL, "cannot issue the certificate");
    }
    X509_free(cert);
    EVP_PKEY_free(key);
    return result;
}

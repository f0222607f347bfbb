/* SPDX-License-Identifier: Apache-2.0 */
#include "google_key.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_SIGNATURE = 1024, LONGEST_CLAIMS = 8192 };

/* Base64 in the alphabet for URLs, without padding (RFC 7515 section 2). */
static void add_base64url(struct text *out, const unsigned char *bytes, size_t len)
{
    size_t room = len / 3 * 4 + 5;
    char *encoded = calloc(1, room);
    if (encoded == NULL) {
        abort();
    }
    (void)EVP_EncodeBlock((unsigned char *)encoded, bytes, (int)len);
    for (char *p = encoded; *p; p++) {
        *p = *p == '+' ? '-' : *p == '/' ? '_' : *p;
    }
    text_add(out, encoded, strcspn(encoded, "="));
    free(encoded);
}

static void add_json(struct text *out, const cJSON *json)
{
    char *printed = cJSON_PrintUnformatted(json);
    if (printed) {
        add_base64url(out, (const unsigned char *)printed, strlen(printed));
    }
    cJSON_free(printed);
}

static EVP_PKEY *read_key(const char *pem)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
    BIO_free(bio);
    return key;
}

static int add_signature(struct text *out, EVP_PKEY *key)
{
    unsigned char signature[LONGEST_SIGNATURE];
    size_t len = sizeof(signature);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool done =
        EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
        EVP_DigestSign(context, signature, &len, (const unsigned char *)out->ptr, out->len) == 1;
    EVP_MD_CTX_free(context);
    if (done) {
        text_add(out, ".", 1);
        add_base64url(out, signature, len);
    }
    return done ? 0 : -1;
}

int google_key_sign(const struct google_key *key, const cJSON *claims, struct text *ret,
                    struct failure *f)
{
    EVP_PKEY *private = read_key(key->pem);
    if (private == NULL || EVP_PKEY_get_base_id(private) != EVP_PKEY_RSA) {
        EVP_PKEY_free(private);
        return failure_set(f, "the private key of the service account cannot be read");
    }
    cJSON *header = cJSON_CreateObject();
    cJSON_AddStringToObject(header, "alg", "RS256");
    cJSON_AddStringToObject(header, "typ", "JWT");
    if (key->id[0]) {
        cJSON_AddStringToObject(header, "kid", key->id);
    }
    add_json(ret, header);
    text_add(ret, ".", 1);
    add_json(ret, claims);
    int result = add_signature(ret, private);
    cJSON_Delete(header);
    EVP_PKEY_free(private);
    return result < 0 ? failure_set(f, "the service account's key does not sign") : 0;
}

double google_key_end_of(const char *token)
{
    unsigned char plain[LONGEST_CLAIMS];
    char padded[LONGEST_CLAIMS];
    const char *claims = strchr(token, '.');
    size_t len = claims ? strcspn(claims + 1, ".") : 0;
    if (len == 0 || len > sizeof(padded) - 4) {
        return 0;
    }
    memcpy(padded, claims + 1, len);
    for (size_t i = 0; i < len; i++) {
        padded[i] = padded[i] == '-' ? '+' : padded[i] == '_' ? '/' : padded[i];
    }
    while (len % 4 != 0) {
        padded[len++] = '=';
    }
    int bytes = EVP_DecodeBlock(plain, (const unsigned char *)padded, (int)len);
    if (bytes <= 0) {
        return 0;
    }
    cJSON *json = cJSON_ParseWithLength((const char *)plain, (size_t)bytes);
    const cJSON *end = cJSON_GetObjectItemCaseSensitive(json, "exp");
    double end_s = cJSON_IsNumber(end) ? end->valuedouble : 0;
    cJSON_Delete(json);
    return end_s;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto/digest.h"

#include "base/core/assert.h"
#include "base/core/thread_slot.h"
#include "base/core/xalloc.h"
#include "base/text/base64.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { VERIFIER_MIN = 43, VERIFIER_MAX = 128 }; /* RFC 7636 section 4.1 */

enum { MAKER_LANES = 16, REMEMBERED_MAX_BYTES = 2048 };

struct maker_lane {
    atomic_bool busy;
    EVP_MD_CTX *ctx;  /* NULL until it is first used */
    char *remembered; /* the last text; NULL = none */
    size_t remembered_len;
    unsigned char sum[SHA256_SIZE]; /* of it */
};

struct sha256_maker {
    EVP_MD *algorithm;
    struct maker_lane lanes[MAKER_LANES]; /* each for one thread at a time */
};

void sha256(struct str data, unsigned char out[SHA256_SIZE])
{
    int ok = EVP_Digest(data.ptr ? data.ptr : "", data.len, out, NULL, EVP_sha256(), NULL);
    ASSERT(ok == 1); /* no input makes it fail, only a broken installation */
}

void sha256_hex(struct str data, char out[2 * SHA256_SIZE + 1])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char sum[SHA256_SIZE];
    sha256(data, sum);
    for (size_t i = 0; i < SHA256_SIZE; i++) {
        out[2 * i] = digits[sum[i] >> 4];
        out[2 * i + 1] = digits[sum[i] & 15];
    }
    out[2 * SHA256_SIZE] = '\0';
}

struct sha256_maker *sha256_maker_new(void)
{
    struct sha256_maker *m = xcalloc(1, sizeof(*m));
    m->algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
    ASSERT(m->algorithm != NULL);
    return m;
}

void sha256_maker_free(struct sha256_maker *m)
{
    if (m != NULL) {
        for (size_t i = 0; i < MAKER_LANES; i++) {
            EVP_MD_CTX_free(m->lanes[i].ctx);
            OPENSSL_clear_free(m->lanes[i].remembered, REMEMBERED_MAX_BYTES);
        }
        EVP_MD_free(m->algorithm);
        free(m);
    }
}

/* In a time that tells nothing but the length: eight bytes at a step, none skipped. */
static bool is_remembered(const struct maker_lane *lane, struct str data)
{
    uint64_t differing = 0, a, b;
    size_t i = 0;
    if (lane->remembered_len != data.len || data.len == 0) {
        return false;
    }
    for (; data.len - i >= sizeof(a); i += sizeof(a)) {
        memcpy(&a, data.ptr + i, sizeof(a));
        memcpy(&b, lane->remembered + i, sizeof(b));
        differing |= a ^ b;
    }
    for (; i < data.len; i++) {
        differing |= (uint64_t)(unsigned char)(data.ptr[i] ^ lane->remembered[i]);
    }
    return differing == 0;
}

static void remember(struct maker_lane *lane, struct str data)
{
    lane->remembered_len = 0;
    if (data.ptr == NULL || data.len == 0 || data.len > REMEMBERED_MAX_BYTES) {
        return;
    }
    if (lane->remembered == NULL) {
        lane->remembered = OPENSSL_zalloc(REMEMBERED_MAX_BYTES);
        ASSERT(lane->remembered != NULL); /* out of memory, as in xalloc.h */
    }
    memcpy(lane->remembered, data.ptr, data.len);
    lane->remembered_len = data.len;
}

static void lane_make(const struct sha256_maker *m, struct maker_lane *lane, struct str data)
{
    lane->ctx = lane->ctx != NULL ? lane->ctx : EVP_MD_CTX_new();
    bool ok = lane->ctx != NULL && EVP_DigestInit_ex2(lane->ctx, m->algorithm, NULL) == 1 &&
              EVP_DigestUpdate(lane->ctx, data.ptr ? data.ptr : "", data.len) == 1 &&
              EVP_DigestFinal_ex(lane->ctx, lane->sum, NULL) == 1;
    ASSERT(ok); /* as above */
    remember(lane, data);
}

void sha256_make(struct sha256_maker *m, struct str data, unsigned char out[SHA256_SIZE])
{
    struct maker_lane *lane = &m->lanes[thread_slot(MAKER_LANES)];
    if (atomic_exchange_explicit(&lane->busy, true, memory_order_acquire)) {
        sha256(data, out); /* somebody is there already */
        return;
    }
    if (!is_remembered(lane, data)) {
        lane_make(m, lane, data);
    }
    memcpy(out, lane->sum, SHA256_SIZE);
    atomic_store_explicit(&lane->busy, false, memory_order_release);
}

bool constant_time_equal(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || CRYPTO_memcmp(a.ptr, b.ptr, a.len) == 0);
}

void pkce_challenge_s256(struct buf *out, struct str verifier)
{
    unsigned char sum[SHA256_SIZE];
    sha256(verifier, sum);
    base64_encode(out, str_n((const char *)sum, sizeof(sum)), BASE64_URL);
}

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

bool pkce_verifier_is_valid(struct str verifier)
{
    if (verifier.len < VERIFIER_MIN || verifier.len > VERIFIER_MAX) {
        return false;
    }
    for (size_t i = 0; i < verifier.len; i++) {
        if (!is_unreserved(verifier.ptr[i])) {
            return false;
        }
    }
    return true;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto/random.h"

#include "base/core/assert.h"
#include "base/crypto/digest.h"
#include "base/text/base64.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <limits.h>
#include <string.h>

enum { CHUNK = 240 }; /* random bytes encoded at a time; a multiple of 3, so that base64 joins */

void rng_init_system(struct rng *r)
{
    *r = (struct rng){0};
}

void rng_init_seeded(struct rng *r, uint64_t seed)
{
    *r = (struct rng){.seeded = true, .seed = seed};
}

static void put_be64(unsigned char out[8], uint64_t v)
{
    for (int i = 0; i < 8; i++) {
        out[i] = (unsigned char)(v >> (56 - 8 * i));
    }
}

static void seeded_bytes(struct rng *r, unsigned char *out, size_t len)
{
    unsigned char input[16], block[SHA256_SIZE];
    put_be64(input, r->seed);
    while (len > 0) {
        size_t n = len < sizeof(block) ? len : sizeof(block);
        put_be64(input + 8, r->counter++);
        sha256(str_n((const char *)input, sizeof(input)), block);
        memcpy(out, block, n);
        out += n;
        len -= n;
    }
}

void rng_bytes(struct rng *r, void *out, size_t len)
{
    if (r->seeded) {
        seeded_bytes(r, out, len);
        return;
    }
    unsigned char *p = out;
    while (len > 0) {
        size_t n = len < INT_MAX ? len : INT_MAX;
        int ok = RAND_bytes(p, (int)n);
        ASSERT(ok == 1); /* going on with predictable secrets would be worse */
        p += n;
        len -= n;
    }
}

uint64_t rng_uint64(struct rng *r)
{
    unsigned char raw[8];
    uint64_t v = 0;
    rng_bytes(r, raw, sizeof(raw));
    for (int i = 0; i < 8; i++) {
        v = v << 8 | raw[i];
    }
    return v;
}

typedef void encoder(struct buf *out, struct str bytes);

static void encode_base64url(struct buf *out, struct str bytes)
{
    base64_encode(out, bytes, BASE64_URL);
}

static void add_encoded(struct rng *r, struct buf *out, size_t bytes, encoder *encode)
{
    unsigned char raw[CHUNK];
    while (bytes > 0) {
        size_t n = bytes < sizeof(raw) ? bytes : sizeof(raw);
        rng_bytes(r, raw, n);
        encode(out, str_n((const char *)raw, n));
        bytes -= n;
    }
    OPENSSL_cleanse(raw, sizeof(raw));
}

void rng_hex(struct rng *r, struct buf *out, size_t bytes)
{
    add_encoded(r, out, bytes, hex_encode);
}

void rng_base64url(struct rng *r, struct buf *out, size_t bytes)
{
    add_encoded(r, out, bytes, encode_base64url);
}

/* SplitMix64 (Steele, Lea, Flood 2014): a bijection, so that no two counts look the same. */
static uint64_t mixed(uint64_t v)
{
    v = (v ^ v >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    v = (v ^ v >> 27) * UINT64_C(0x94d049bb133111eb);
    return v ^ v >> 31;
}

/* Each token has an identifier, and asking the system's generator costs more than the rest of it
 * does. */
static void id_bytes(struct rng *r, unsigned char out[16])
{
    if (r->seeded) {
        rng_bytes(r, out, 16);
        return;
    }
    if (r->ids[0] == 0 && r->ids[1] == 0) {
        rng_bytes(r, r->ids, sizeof(r->ids));
    }
    for (int i = 0; i < 2; i++) {
        r->ids[i] += UINT64_C(0x9e3779b97f4a7c15);
        put_be64(out + 8 * i, mixed(r->ids[i]));
    }
}

const char *rng_uuid(struct rng *r, char out[37])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char raw[16];
    char *p = out;
    id_bytes(r, raw);
    raw[6] = (unsigned char)((raw[6] & 0x0f) | 0x40); /* version 4 */
    raw[8] = (unsigned char)((raw[8] & 0x3f) | 0x80); /* variant 10 */
    for (size_t i = 0; i < sizeof(raw); i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            *p++ = '-';
        }
        *p++ = digits[raw[i] >> 4];
        *p++ = digits[raw[i] & 15];
    }
    *p = '\0';
    return out;
}

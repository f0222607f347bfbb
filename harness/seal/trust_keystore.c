/* SPDX-License-Identifier: Apache-2.0 */
/* The JKS format, as OpenJDK's sun.security.provider.JavaKeyStore reads it: big-endian; magic,
 * version, count; per trusted certificate tag 2, alias, date, type, length, DER; at the end the
 * SHA-1 of password, a fixed phrase and all before. That digest is why there is a SHA-1 here: it
 * guards against accidents, not attackers. */
#include "harness/seal/trust.h"

#include "base/text/base64.h"

#define JKS_MAGIC     0xfeedfeedU
#define JKS_VERSION   2
#define JKS_TRUSTED   2
#define SHA1_BLOCK    64
#define SHA1_SIZE     20
#define PEM_BEGIN     STR("-----BEGIN CERTIFICATE-----")
#define PEM_END       STR("-----END CERTIFICATE-----")
#define MAX_PEM_BLOCK ((size_t)64 * 1024)

static uint32_t rotate(uint32_t x, unsigned by)
{
    return x << by | x >> (32 - by);
}

static void sha1_block(uint32_t h[5], const unsigned char *block)
{
    static const uint32_t k[4] = {0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};
    uint32_t w[80], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
    for (size_t i = 0; i < 16; i++) {
        w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
               (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
    }
    for (size_t i = 16; i < 80; i++) {
        w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    }
    for (size_t i = 0; i < 80; i++) {
        uint32_t f = b ^ c ^ d;
        if (i < 20) {
            f = (b & c) | (~b & d);
        } else if (i >= 40 && i < 60) {
            f = (b & c) | (b & d) | (c & d);
        }
        uint32_t next = rotate(a, 5) + f + e + k[i / 20] + w[i];
        e = d;
        d = c;
        c = rotate(b, 30);
        b = a;
        a = next;
    }
    h[0] += a;
    h[1] += b;
    h[2] += c;
    h[3] += d;
    h[4] += e;
}

/* FIPS 180-4. Pads data in place. */
static void sha1(struct buf *data, unsigned char out[SHA1_SIZE])
{
    uint32_t h[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    uint64_t bits = (uint64_t)data->len * 8;
    buf_add_char(data, (char)0x80);
    while (data->len % SHA1_BLOCK != SHA1_BLOCK - 8) {
        buf_add_char(data, '\0');
    }
    for (int shift = 56; shift >= 0; shift -= 8) {
        buf_add_char(data, (char)(bits >> shift));
    }
    for (size_t at = 0; at < data->len; at += SHA1_BLOCK) {
        sha1_block(h, (const unsigned char *)data->ptr + at);
    }
    for (size_t i = 0; i < SHA1_SIZE; i++) {
        out[i] = (unsigned char)(h[i / 4] >> (24 - 8 * (i % 4)));
    }
}

static void add_number(struct buf *out, uint64_t n, int bytes)
{
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
        buf_add_char(out, (char)(n >> shift));
    }
}

static void add_utf(struct buf *out, const char *z)
{
    struct str s = str_of(z);
    add_number(out, s.len, 2);
    buf_add_str(out, s);
}

/* The DER of the next certificate: 1, or 0 at the end. */
static int next_certificate(struct str pem, size_t *at, struct buf *der, struct err *err)
{
    long begin = str_find(pem, PEM_BEGIN, *at);
    if (begin < 0) {
        return 0;
    }
    size_t from = (size_t)begin + PEM_BEGIN.len;
    long end = str_find(pem, PEM_END, from);
    if (end < 0) {
        return err_set(err, ERR_INVALID, "a certificate of the bundle has no end");
    }
    AUTO_BUF struct buf text = {0};
    buf_init(&text, MAX_PEM_BLOCK);
    for (size_t i = from; i < (size_t)end; i++) {
        if (pem.ptr[i] != '\n' && pem.ptr[i] != '\r' && pem.ptr[i] != ' ') {
            buf_add_char(&text, pem.ptr[i]);
        }
    }
    buf_reset(der);
    if (base64_decode(der, buf_str(&text), BASE64_STANDARD, err) < 0) {
        return err_wrap(err, "a certificate of the bundle");
    }
    *at = (size_t)end + PEM_END.len;
    return 1;
}

static int add_entries(struct str pem, int64_t created_ms, struct buf *out, uint32_t *ret_count,
                       struct err *err)
{
    AUTO_BUF struct buf der = {0};
    size_t at = 0;
    uint32_t count = 0;
    for (;;) {
        int got = next_certificate(pem, &at, &der, err);
        if (got < 0) {
            return -1;
        }
        if (got == 0) {
            *ret_count = count;
            return 0;
        }
        AUTO_BUF struct buf alias = {0};
        buf_printf(&alias, "ca-%u", count++);
        add_number(out, JKS_TRUSTED, 4);
        add_utf(out, buf_z(&alias));
        add_number(out, (uint64_t)created_ms, 8);
        add_utf(out, "X.509");
        add_number(out, der.len, 4);
        buf_add_str(out, buf_str(&der));
    }
}

int trust_keystore_write(struct str pem, int64_t created_ms, struct buf *out, struct err *err)
{
    /* "changeit" in UTF-16, then the phrase in plain bytes. */
    static const char salt[] = "\0c\0h\0a\0n\0g\0e\0i\0tMighty Aphrodite";
    AUTO_BUF struct buf entries = {0};
    AUTO_BUF struct buf hashed = {0};
    unsigned char digest[SHA1_SIZE];
    uint32_t count = 0;
    if (add_entries(pem, created_ms, &entries, &count, err) < 0) {
        return -1;
    }
    if (count == 0) {
        return err_set(err, ERR_INVALID, "there is no certificate to trust");
    }
    buf_add(&hashed, salt, sizeof(salt) - 1);
    add_number(&hashed, JKS_MAGIC, 4);
    add_number(&hashed, JKS_VERSION, 4);
    add_number(&hashed, count, 4);
    buf_add_str(&hashed, buf_str(&entries));
    buf_add_str(out, str_slice(buf_str(&hashed), sizeof(salt) - 1, hashed.len));
    sha1(&hashed, digest);
    buf_add(out, digest, sizeof(digest));
    return 0;
}

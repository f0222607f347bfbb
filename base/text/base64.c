/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text/base64.h"

#include <stdint.h>

static const char *digits_of(enum base64_alphabet alphabet)
{
    return alphabet == BASE64_STANDARD
               ? "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
               : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
}

void base64_encode(struct buf *out, struct str bytes, enum base64_alphabet alphabet)
{
    const char *digits = digits_of(alphabet);
    char whole[1024]; /* of groups, so that the buffer is asked for room once for all of them */
    size_t used = 0, i = 0;
    for (; bytes.len - i >= 3; i += 3) {
        const unsigned char *p = (const unsigned char *)bytes.ptr + i;
        uint32_t v = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
        whole[used] = digits[v >> 18];
        whole[used + 1] = digits[v >> 12 & 63];
        whole[used + 2] = digits[v >> 6 & 63];
        whole[used + 3] = digits[v & 63];
        used += 4;
        if (used == sizeof(whole)) {
            buf_add(out, whole, used);
            used = 0;
        }
    }
    buf_add(out, whole, used);
    for (; i < bytes.len; i += 3) {
        size_t n = bytes.len - i < 3 ? bytes.len - i : 3;
        uint32_t v = 0;
        for (size_t k = 0; k < 3; k++) {
            v = v << 8 | (k < n ? (unsigned char)bytes.ptr[i + k] : 0u);
        }
        char four[4] = {digits[v >> 18], digits[v >> 12 & 63], digits[v >> 6 & 63], digits[v & 63]};
        for (size_t k = n + 1; k < 4; k++) {
            four[k] = '=';
        }
        buf_add(out, four, alphabet == BASE64_STANDARD ? 4 : n + 1);
    }
}

static int digit_value(char c, enum base64_alphabet alphabet)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    if (c == (alphabet == BASE64_STANDARD ? '+' : '-')) {
        return 62;
    }
    return c == (alphabet == BASE64_STANDARD ? '/' : '_') ? 63 : -1;
}

/* One to three bytes out of two to four digits; -1 when a bit that has no place in them is set. */
static int decode_group(struct buf *out, const char *p, size_t n, enum base64_alphabet alphabet)
{
    uint32_t v = 0;
    for (size_t k = 0; k < 4; k++) {
        int d = k < n ? digit_value(p[k], alphabet) : 0;
        if (d < 0) {
            return -1;
        }
        v = v << 6 | (uint32_t)d;
    }
    if ((n == 2 && (v & 0xffff) != 0) || (n == 3 && (v & 0xff) != 0)) {
        return -1;
    }
    char three[3] = {(char)(v >> 16), (char)(v >> 8 & 0xff), (char)(v & 0xff)};
    buf_add(out, three, n - 1);
    return 0;
}

int base64_decode(struct buf *out, struct str text, enum base64_alphabet alphabet, struct err *err)
{
    size_t len = text.len, before = out->len;
    if (alphabet == BASE64_STANDARD) {
        if (len % 4 != 0) {
            return err_set(err, ERR_INVALID, "base64 text without its padding");
        }
        for (int i = 0; i < 2 && len > 0 && text.ptr[len - 1] == '='; i++) {
            len--;
        }
    }
    if (len % 4 == 1) {
        return err_set(err, ERR_INVALID, "base64 text of an impossible length");
    }
    for (size_t i = 0; i < len; i += 4) {
        size_t n = len - i < 4 ? len - i : 4;
        if (decode_group(out, text.ptr + i, n, alphabet) < 0) {
            out->len = before;
            if (out->ptr) {
                out->ptr[before] = '\0';
            }
            return err_set(err, ERR_INVALID, "not base64%s near byte %zu",
                           alphabet == BASE64_URL ? "url" : "", i + 1);
        }
    }
    return 0;
}

void hex_encode(struct buf *out, struct str bytes)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char c = (unsigned char)bytes.ptr[i];
        char two[2] = {digits[c >> 4], digits[c & 15]};
        buf_add(out, two, 2);
    }
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

int hex_decode(struct buf *out, struct str text, struct err *err)
{
    if (text.len % 2 != 0) {
        return err_set(err, ERR_INVALID, "hex text with an odd number of digits");
    }
    for (size_t i = 0; i < text.len; i++) {
        if (hex_value(text.ptr[i]) < 0) {
            return err_set(err, ERR_INVALID, "not a hex digit at byte %zu", i + 1);
        }
    }
    for (size_t i = 0; i < text.len; i += 2) {
        buf_add_char(out, (char)(hex_value(text.ptr[i]) << 4 | hex_value(text.ptr[i + 1])));
    }
    return 0;
}

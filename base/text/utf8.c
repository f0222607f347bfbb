/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text/utf8.h"

#include <string.h>

static const char REPLACEMENT[] = "\xef\xbf\xbd"; /* U+FFFD */

size_t utf8_decode(struct str s, uint32_t *ret_code_point)
{
    static const uint32_t smallest[5] = {0, 0, 0x80, 0x800, 0x10000};
    if (s.len == 0) {
        return 0;
    }
    unsigned char c = (unsigned char)s.ptr[0];
    if (c < 0x80) {
        *ret_code_point = c;
        return 1;
    }
    size_t n = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
    if (c < 0xc2 || c > 0xf4 || s.len < n) {
        return 0;
    }
    uint32_t cp = c & (0x7fu >> n);
    for (size_t i = 1; i < n; i++) {
        unsigned char next = (unsigned char)s.ptr[i];
        if ((next & 0xc0) != 0x80) {
            return 0;
        }
        cp = cp << 6 | (next & 0x3fu);
    }
    if (cp < smallest[n] || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff)) {
        return 0;
    }
    *ret_code_point = cp;
    return n;
}

/* Most texts are ASCII from end to end. */
static size_t ascii_run(struct str s)
{
    size_t i = 0;
    uint64_t eight = 0;
    while (s.len - i >= sizeof(eight)) {
        memcpy(&eight, s.ptr + i, sizeof(eight));
        if ((eight & UINT64_C(0x8080808080808080)) != 0) {
            break;
        }
        i += sizeof(eight);
    }
    while (i < s.len && (unsigned char)s.ptr[i] < 0x80) {
        i++;
    }
    return i;
}

bool utf8_is_valid(struct str s, size_t *ret_bad_offset)
{
    for (size_t i = ascii_run(s); i < s.len;) {
        uint32_t cp;
        size_t n = utf8_decode(str_slice(s, i, s.len), &cp);
        if (n == 0) {
            if (ret_bad_offset) {
                *ret_bad_offset = i;
            }
            return false;
        }
        i += n;
    }
    return true;
}

void utf8_encode(struct buf *out, uint32_t cp)
{
    if (cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff)) {
        buf_add_z(out, REPLACEMENT);
    } else if (cp < 0x80) {
        buf_add_char(out, (char)cp);
    } else if (cp < 0x800) {
        char b[2] = {(char)(0xc0 | cp >> 6), (char)(0x80 | (cp & 0x3f))};
        buf_add(out, b, sizeof(b));
    } else if (cp < 0x10000) {
        char b[3] = {(char)(0xe0 | cp >> 12), (char)(0x80 | (cp >> 6 & 0x3f)),
                     (char)(0x80 | (cp & 0x3f))};
        buf_add(out, b, sizeof(b));
    } else {
        char b[4] = {(char)(0xf0 | cp >> 18), (char)(0x80 | (cp >> 12 & 0x3f)),
                     (char)(0x80 | (cp >> 6 & 0x3f)), (char)(0x80 | (cp & 0x3f))};
        buf_add(out, b, sizeof(b));
    }
}

void utf8_repair(struct buf *out, struct str s)
{
    size_t start = 0;
    for (size_t i = 0; i < s.len;) {
        uint32_t cp;
        size_t n = utf8_decode(str_slice(s, i, s.len), &cp);
        if (n > 0) {
            i += n;
            continue;
        }
        buf_add(out, s.ptr + start, i - start);
        buf_add_z(out, REPLACEMENT);
        start = ++i;
    }
    if (start < s.len) {
        buf_add(out, s.ptr + start, s.len - start);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/base/secret/planted.h"

#include "base/core/attrs.h"

#include <ctype.h>
#include <string.h>

static void raw(struct buf *out, struct str value)
{
    buf_add_str(out, value);
}

static void base64_with(struct buf *out, struct str bytes, const char *alphabet)
{
    for (size_t bit = 0; bit < bytes.len * 8; bit += 6) {
        unsigned six = 0;
        for (size_t k = bit; k < bit + 6; k++) {
            unsigned char byte = k / 8 < bytes.len ? (unsigned char)bytes.ptr[k / 8] : 0;
            six = six << 1 | ((unsigned)byte >> (7 - k % 8) & 1u);
        }
        buf_add_char(out, alphabet[six]);
    }
}

#define ALNUM "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

void planted_base64(struct buf *out, struct str bytes)
{
    base64_with(out, bytes, ALNUM "+/");
}

/* Between bytes that make the characters at both ends depend on them. */
static void base64_inside(struct buf *out, struct str value, const char *alphabet)
{
    AUTO_BUF struct buf plain = {0};
    size_t whole = (3 - (value.len + 4) % 3) % 3;
    buf_add_z(&plain, "abcd");
    buf_add_str(&plain, value);
    buf_add(&plain, "\xff\xff\xff", whole);
    base64_with(out, buf_str(&plain), alphabet);
    /* Cut to what depends on the value alone. */
    size_t end = (value.len + 4) * 8 / 6, total = (plain.len * 8 + 5) / 6;
    out->len -= total - end;
    out->ptr[out->len] = '\0';
}

static void base64(struct buf *out, struct str value)
{
    base64_inside(out, value, ALNUM "+/");
}

static void base64url(struct buf *out, struct str value)
{
    base64_inside(out, value, ALNUM "-_");
}

static void printed(struct buf *out, struct str value, const char *format)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned byte = (unsigned char)value.ptr[i];
        if (strcmp(format, "x") == 0) {
            buf_printf(out, "%02x", byte);
        } else if (strcmp(format, "X") == 0) {
            buf_printf(out, "%02X", byte);
        } else if (strcmp(format, "%x") == 0) {
            buf_printf(out, "%%%02x", byte);
        } else {
            buf_printf(out, "%%%02X", byte);
        }
    }
}

static void hex_lower(struct buf *out, struct str value)
{
    printed(out, value, "x");
}

static void hex_upper(struct buf *out, struct str value)
{
    printed(out, value, "X");
}

static void percent_all_lower(struct buf *out, struct str value)
{
    printed(out, value, "%x");
}

static void percent_all_upper(struct buf *out, struct str value)
{
    printed(out, value, "%X");
}

static void percent_some(struct buf *out, struct str value, const char *format, bool plus)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];
        if ((c < 0x80 && isalnum(c)) || (c && strchr("-._~", c))) {
            buf_add_char(out, value.ptr[i]);
        } else if (plus && c == ' ') {
            buf_add_char(out, '+');
        } else {
            printed(out, str_slice(value, i, i + 1), format);
        }
    }
}

static void percent_minimal(struct buf *out, struct str value)
{
    percent_some(out, value, "%X", false);
}

static void percent_minimal_lower(struct buf *out, struct str value)
{
    percent_some(out, value, "%x", false);
}

static void percent_form(struct buf *out, struct str value)
{
    percent_some(out, value, "%X", true);
}

static void json_escaped(struct buf *out, struct str value, const char *backslash,
                         const char *unicode)
{
    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];
        if (strchr(unicode, c)) {
            buf_printf(out, "\\u%04x", (unsigned)(unsigned char)c);
        } else if (strchr(backslash, c)) {
            buf_printf(out, "\\%c", c);
        } else {
            buf_add_char(out, c);
        }
    }
}

static void json(struct buf *out, struct str value)
{
    json_escaped(out, value, "\"\\", "");
}

static void json_slash(struct buf *out, struct str value)
{
    json_escaped(out, value, "\"\\/", "");
}

static void json_html(struct buf *out, struct str value)
{
    json_escaped(out, value, "\"\\", "<>&");
}

static void json_gson(struct buf *out, struct str value)
{
    json_escaped(out, value, "\"\\", "<>&='");
}

/* Latin or the two characters of the test's value beyond it. */
static void json_unicode(struct buf *out, struct str value)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned c = (unsigned char)value.ptr[i];
        if (c < 0x80) {
            buf_printf(out, "\\u%04x", c);
        } else if (c == 0xc3) {
            buf_printf(out, "\\u%04x", 0xc0u | ((unsigned char)value.ptr[++i] & 0x3fu));
        } else {
            buf_add_z(out, "\\ud83d\\udd11"); /* U+1F511 */
            i += 3;
        }
    }
}

static void utf16(struct buf *out, struct str value)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];
        if (c < 0x80) {
            buf_add(out, (char[]){(char)c, 0}, 2);
        } else if (c == 0xc3) {
            buf_add(out, (char[]){(char)(0xc0 | (value.ptr[++i] & 0x3f)), 0}, 2);
        } else {
            buf_add(out, "\x3d\xd8\x11\xdd", 4);
            i += 3;
        }
    }
}

static void utf16_big_endian(struct buf *out, struct str value)
{
    AUTO_BUF struct buf little = {0};
    utf16(&little, value);
    for (size_t i = 0; i + 1 < little.len; i += 2) {
        buf_add_char(out, little.ptr[i + 1]);
        buf_add_char(out, little.ptr[i]);
    }
}

static void reversed(struct buf *out, struct str value)
{
    for (size_t i = value.len; i > 0; i--) {
        buf_add_char(out, value.ptr[i - 1]);
    }
}

const struct planted_form planted_forms[] = {
    {"raw", raw, 0},
    {"base64", base64, 6},
    {"base64url", base64url, 6},
    {"hex", hex_lower, 0},
    {"hex", hex_upper, 0},
    {"percent", percent_all_lower, 0},
    {"percent", percent_all_upper, 0},
    {"percent", percent_minimal, 0},
    {"percent", percent_minimal_lower, 0},
    {"percent", percent_form, 0},
    {"json", json, 0},
    {"json", json_slash, 0},
    {"json", json_html, 0},
    {"json", json_gson, 0},
    {"json", json_unicode, 0},
    {"utf16", utf16, 0},
    {"utf16", utf16_big_endian, 0},
    {"reversed", reversed, 0},
};
const size_t planted_form_count = ARRAY_LEN(planted_forms);

bool planted_form_differs(const struct planted_form *form, struct str value)
{
    AUTO_BUF struct buf mine = {0};
    form->write(&mine, value);
    struct str found = str_slice(buf_str(&mine), form->head, mine.len);
    for (const struct planted_form *other = planted_forms; other < form; other++) {
        AUTO_BUF struct buf theirs = {0};
        other->write(&theirs, value);
        if (str_eq(found, str_slice(buf_str(&theirs), other->head, theirs.len))) {
            return false;
        }
    }
    return true;
}

void planted_noise(struct buf *out, size_t len, uint64_t seed)
{
    uint64_t x = seed * 0x9e3779b97f4a7c15u + 1;
    for (size_t i = 0; i < len; i++) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        buf_add_char(out, (char)(x >> 56));
    }
}

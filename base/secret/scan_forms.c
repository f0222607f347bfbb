/* SPDX-License-Identifier: Apache-2.0 */
#include "base/secret/scan_forms_priv.h"

#include "base/core/assert.h"
#include "base/core/xalloc.h"
#include "base/text/base64.h"
#include "base/text/url.h"
#include "base/text/utf8.h"

#include <stdlib.h>
#include <string.h>

/* Growth of one byte of a secret in the widest form, \uXXXX. */
enum { WIDEST = 6 };

struct builder {
    struct form_list *list;
    size_t first; /* where this canary's forms start in the list */
    const struct canary *canary;
    struct str value;
    struct buf form; /* under construction; never grows, as growing leaves copies behind */
};

static void wipe(struct buf *b)
{
    if (b->ptr) {
        explicit_bzero(b->ptr, b->capacity);
    }
    buf_done(b);
}

static bool is_known(const struct builder *b, const char *bytes, size_t len)
{
    for (size_t i = b->first; i < b->list->count; i++) {
        const struct form *f = &b->list->items[i];
        if (f->len == len && memcmp(f->bytes, bytes, len) == 0) {
            return true;
        }
    }
    return false;
}

static struct form *form_new(struct form_list *list)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity ? list->capacity * 2 : 64;
        list->items = xrealloc(list->items, list->capacity, sizeof(*list->items));
    }
    return &list->items[list->count++];
}

/* Takes the part [from, to) of what was built, unless it is too short or there already. */
static void form_take(struct builder *b, enum secret_encoding encoding, size_t from, size_t to)
{
    const char *bytes = b->form.ptr + from;
    size_t len = to - from;
    ASSERT(!b->form.truncated);
    if (to > from && len >= FORM_MIN && !is_known(b, bytes, len)) {
        struct form *f = form_new(b->list);
        *f = (struct form){.canary = b->canary, .encoding = encoding, .len = len};
        f->bytes = xmalloc(len);
        memcpy(f->bytes, bytes, len);
    }
    buf_reset(&b->form);
}

static void form_take_all(struct builder *b, enum secret_encoding encoding)
{
    form_take(b, encoding, 0, b->form.len);
}

/* Base64 of a text that has the value after 0, 1 or 2 bytes (modulo 3) of something else: only the
 * characters whose six bits all come from the value are kept. */
static void base64_forms(struct builder *b, enum base64_alphabet alphabet)
{
    enum secret_encoding encoding =
        alphabet == BASE64_STANDARD ? ENCODING_BASE64 : ENCODING_BASE64URL;
    AUTO(wipe) struct buf shifted = {0};
    buf_reserve(&shifted, b->value.len + 2);
    for (size_t before = 0; before < 3; before++) {
        buf_reset(&shifted);
        buf_add(&shifted, "\0\0", before);
        buf_add_str(&shifted, b->value);
        base64_encode(&b->form, buf_str(&shifted), alphabet);
        form_take(b, encoding, (before * 8 + 5) / 6, shifted.len * 8 / 6);
    }
}

static void each_byte(struct builder *b, enum secret_encoding encoding, const char *before,
                      const char *digits)
{
    for (size_t i = 0; i < b->value.len; i++) {
        unsigned char c = (unsigned char)b->value.ptr[i];
        buf_add_z(&b->form, before);
        buf_add_char(&b->form, digits[c >> 4]);
        buf_add_char(&b->form, digits[c & 15]);
    }
    form_take_all(b, encoding);
}

static const char lower[] = "0123456789abcdef";
static const char upper[] = "0123456789ABCDEF";

/* The case of the digits after each %, and of nothing else. */
static void percent_lower(struct buf *b)
{
    for (size_t i = 0; i + 2 < b->len; i++) {
        for (size_t k = 1; b->ptr[i] == '%' && k <= 2; k++) {
            char c = b->ptr[i + k];
            b->ptr[i + k] = (char)(c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);
        }
    }
}

static void percent_forms(struct builder *b)
{
    each_byte(b, ENCODING_PERCENT, "%", upper);
    each_byte(b, ENCODING_PERCENT, "%", lower);
    for (int lower_case = 0; lower_case < 2; lower_case++) {
        for (int form = 0; form < 2; form++) {
            (form ? form_encode : percent_encode)(&b->form, b->value);
            if (lower_case) {
                percent_lower(&b->form);
            }
            form_take_all(b, ENCODING_PERCENT);
        }
    }
}

/* The habits of JSON writers, beyond what RFC 8259 section 7 demands of all. */
struct json_habit {
    const char *as_unicode; /* ASCII characters written as \uXXXX; NULL = all of them */
    bool slash;             /* / as \/ */
    bool non_ascii;         /* non-ASCII characters as \uXXXX */
    const char *digits;
};

static const struct json_habit json_habits[] = {
    {"", false, false, lower},        {"", true, false, lower},     {"", false, true, lower},
    {"", true, true, lower},          {"<>&", false, false, lower}, {"<>&='", false, false, lower},
    {"\"<>&'+`", false, true, upper}, {NULL, false, true, lower},   {NULL, false, true, upper},
};

static void unicode_escape(struct buf *out, uint32_t unit, const char *digits)
{
    buf_add_z(out, "\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
        buf_add_char(out, digits[unit >> shift & 15]);
    }
}

static void json_ascii(struct buf *out, const struct json_habit *habit, char c)
{
    static const char plain[] = "\"\\\b\f\n\r\t", named[] = "\"\\bfnrt";
    const char *at = memchr(plain, c, sizeof(plain) - 1);
    bool by_number = !habit->as_unicode || (c && strchr(habit->as_unicode, c));
    if (!by_number && (at || (c == '/' && habit->slash))) {
        buf_add_char(out, '\\');
        buf_add_char(out, at ? named[at - plain] : c);
    } else if (by_number || (unsigned char)c < 0x20) {
        unicode_escape(out, (unsigned char)c, habit->digits);
    } else {
        buf_add_char(out, c);
    }
}

static void json_forms(struct builder *b)
{
    for (size_t h = 0; h < ARRAY_LEN(json_habits); h++) {
        const struct json_habit *habit = &json_habits[h];
        for (size_t i = 0; i < b->value.len;) {
            uint32_t code = 0;
            size_t n = utf8_decode(str_slice(b->value, i, b->value.len), &code);
            if ((unsigned char)b->value.ptr[i] < 0x80) {
                json_ascii(&b->form, habit, b->value.ptr[i]);
                n = 1;
            } else if (n == 0 || !habit->non_ascii) {
                n = n ? n : 1;
                buf_add(&b->form, b->value.ptr + i, n);
            } else if (code > 0xffff) {
                unicode_escape(&b->form, 0xd800 + ((code - 0x10000) >> 10), habit->digits);
                unicode_escape(&b->form, 0xdc00 + ((code - 0x10000) & 0x3ff), habit->digits);
            } else {
                unicode_escape(&b->form, code, habit->digits);
            }
            i += n;
        }
        form_take_all(b, ENCODING_JSON);
    }
}

static void utf16_unit(struct buf *out, uint32_t unit, bool big_endian)
{
    buf_add_char(out, (char)(unit >> (big_endian ? 8 : 0) & 0xff));
    buf_add_char(out, (char)(unit >> (big_endian ? 0 : 8) & 0xff));
}

/* Bytes that are no UTF-8 are taken for Latin-1. */
static void utf16_form(struct builder *b, bool big_endian)
{
    for (size_t i = 0; i < b->value.len;) {
        uint32_t code = 0;
        size_t n = utf8_decode(str_slice(b->value, i, b->value.len), &code);
        if (n == 0) {
            code = (unsigned char)b->value.ptr[i];
            n = 1;
        }
        if (code > 0xffff) {
            utf16_unit(&b->form, 0xd800 + ((code - 0x10000) >> 10), big_endian);
            utf16_unit(&b->form, 0xdc00 + ((code - 0x10000) & 0x3ff), big_endian);
        } else {
            utf16_unit(&b->form, code, big_endian);
        }
        i += n;
    }
    form_take_all(b, ENCODING_UTF16);
}

static void reversed_form(struct builder *b)
{
    for (size_t i = b->value.len; i > 0; i--) {
        buf_add_char(&b->form, b->value.ptr[i - 1]);
    }
    form_take_all(b, ENCODING_REVERSED);
}

void form_list_add(struct form_list *list, const struct canary *canary)
{
    struct builder b = {
        .list = list,
        .first = list->count,
        .canary = canary,
        .value = secret_reveal(canary->value),
    };
    buf_reserve(&b.form, (b.value.len + 4) * WIDEST);
    buf_add_str(&b.form, b.value);
    form_take_all(&b, ENCODING_RAW);
    base64_forms(&b, BASE64_STANDARD);
    base64_forms(&b, BASE64_URL);
    each_byte(&b, ENCODING_HEX, "", lower);
    each_byte(&b, ENCODING_HEX, "", upper);
    percent_forms(&b);
    json_forms(&b);
    utf16_form(&b, false);
    utf16_form(&b, true);
    reversed_form(&b);
    wipe(&b.form);
}

/* What of a value is nobody else's business. */
static struct str private_part(const struct canary *canary)
{
    struct str value = secret_reveal(canary->value);
    if (canary->kind == SECRET_BASIC_PAIR) {
        return str_slice(value, 0, 0);
    }
    long first = str_starts(value, STR("eyJ")) ? str_find(value, STR("."), 0) : -1;
    long second = first >= 0 ? str_find(value, STR("."), (size_t)first + 1) : -1;
    return second >= 0 ? str_slice(value, (size_t)second + 1, value.len) : value;
}

void form_list_add_fragments(struct form_list *list, const struct canary *canary)
{
    struct str part = private_part(canary);
    unsigned char *bytes = NULL;
    if (part.len < SECRET_FRAGMENT_MIN) {
        return;
    }
    for (size_t end = FRAGMENT_ANCHOR; end <= part.len; end += FRAGMENT_STEP) {
        struct form *f = form_new(list);
        *f = (struct form){.canary = canary,
                           .encoding = ENCODING_FRAGMENT,
                           .len = end,
                           .after = part.len - end,
                           .is_borrowed = bytes != NULL};
        if (bytes == NULL) {
            bytes = xmalloc(part.len);
            memcpy(bytes, part.ptr, part.len);
        }
        f->bytes = bytes;
    }
}

void form_list_done(struct form_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct form *f = &list->items[i];
        if (!f->is_borrowed) {
            explicit_bzero(f->bytes, f->len + f->after);
            free(f->bytes);
        }
    }
    free(list->items);
    *list = (struct form_list){0};
}

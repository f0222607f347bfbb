/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json/json_read.h"

#include "base/core/xalloc.h"
#include "base/json/json_priv.h"
#include "base/text/number.h"
#include "base/text/utf8.h"

#include <stdlib.h>
#include <string.h>

/* Recursive descent over RFC 8259. Places are counted in code points, moving a mark forward with
 * the reader, so that a document on one line does not cost a scan of that line per node. */

struct mark {
    size_t offset;
    struct json_place place;
};

struct reader {
    struct json_reading base;
    struct str text;
    size_t at;
    struct mark mark;
};

static struct json_place place_at(struct reader *r, size_t offset)
{
    struct mark *m = &r->mark;
    if (offset < m->offset) {
        *m = (struct mark){0, {1, 1}}; /* only errors look back */
    }
    for (; m->offset < offset; m->offset++) {
        char c = r->text.ptr[m->offset];
        if (c == '\n') {
            m->place.line++;
            m->place.column = 1;
        } else if ((c & 0xc0) != 0x80) {
            m->place.column++;
        }
    }
    return m->place;
}

#define FAIL_AT(r, offset, ...)                                         \
    err_at((r)->base.err, (r)->base.name, place_at((r), (offset)).line, \
           place_at((r), (offset)).column, __VA_ARGS__)

static char peek(const struct reader *r)
{
    return r->at < r->text.len ? r->text.ptr[r->at] : '\0';
}

/* "expected ..., found ..." at the reader's place. */
static int fail_expected(struct reader *r, const char *expected)
{
    uint32_t cp;
    struct str rest = str_slice(r->text, r->at, r->text.len);
    size_t n = utf8_decode(rest, &cp);
    if (n == 0) {
        return FAIL_AT(r, r->at, "expected %s, found the end of the text", expected);
    }
    if (cp < 0x20 || cp == 0x7f) {
        return FAIL_AT(r, r->at, "expected %s, found a control character", expected);
    }
    FAIL_AT(r, r->at, "expected %s, found '%.*s'", expected, (int)n, rest.ptr);
    if (cp == '/' || cp == '#') {
        err_hint(r->base.err, "JSON has no comments");
    } else if (cp == '\'') {
        err_hint(r->base.err, "strings are written in double quotes");
    }
    return -1;
}

static void skip_space(struct reader *r)
{
    static const char spaces[] = {' ', '\t', '\r', '\n'};
    while (r->at < r->text.len && memchr(spaces, r->text.ptr[r->at], sizeof(spaces))) {
        r->at++;
    }
}

/* The offset of the closing quote of the string that opens at r->at, or -1. */
static long string_end(struct reader *r)
{
    for (size_t i = r->at + 1; i < r->text.len; i++) {
        unsigned char c = (unsigned char)r->text.ptr[i];
        if (c == '"') {
            return (long)i;
        }
        if (c == '\n' || c == '\r') {
            FAIL_AT(r, i, "a line break inside a string");
            err_hint(r->base.err, "close the string with '\"' or write \\n");
            return -1;
        }
        if (c < 0x20) {
            FAIL_AT(r, i, "a control character inside a string");
            err_hint(r->base.err, "write \\u%04x", (unsigned)c);
            return -1;
        }
        i += c == '\\' ? 1 : 0;
    }
    return FAIL_AT(r, r->at, "a string without its closing '\"'");
}

static long hex4(struct str digits)
{
    long value = 0;
    for (size_t i = 0; i < 4; i++) {
        char c = i < digits.len ? digits.ptr[i] : 'x';
        if (c >= '0' && c <= '9') {
            value = value * 16 + (c - '0');
        } else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) {
            value = value * 16 + ((c | 0x20) - 'a' + 10);
        } else {
            return -1;
        }
    }
    return value;
}

/* The code point of the \uXXXX at *at (and of its partner); *at moves behind it. */
static int unicode_escape(struct reader *r, size_t *at, size_t end, uint32_t *ret_code_point)
{
    long high = hex4(str_slice(r->text, *at + 2, end));
    if (high < 0) {
        return FAIL_AT(r, *at, "\\u needs four hex digits");
    }
    if (high == 0) {
        return FAIL_AT(r, *at, "\\u0000 is not allowed here");
    }
    *ret_code_point = (uint32_t)high;
    if (high >= 0xd800 && high <= 0xdfff) {
        struct str partner = str_slice(r->text, *at + 6, end);
        long low = str_starts(partner, STR("\\u")) ? hex4(str_slice(partner, 2, partner.len)) : -1;
        if (high >= 0xdc00 || low < 0xdc00 || low > 0xdfff) {
            return FAIL_AT(r, *at, "\\u%04lx is half of a surrogate pair", (unsigned long)high);
        }
        *ret_code_point = 0x10000u + (((uint32_t)high - 0xd800u) << 10) + ((uint32_t)low - 0xdc00u);
        *at += 6;
    }
    *at += 6;
    return 0;
}

/* One escape at *at into out, moving *at behind it. */
static int escape_read(struct reader *r, size_t *at, size_t end, struct buf *out)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    uint32_t cp = 0;
    char c = r->text.ptr[*at + 1];
    const char *known = strchr(from, c);
    if (known && c) {
        buf_add_char(out, to[known - from]);
        *at += 2;
        return 0;
    }
    if (c != 'u') {
        FAIL_AT(r, *at, "an unknown escape in a string");
        err_hint(r->base.err, "write \\\\ for a backslash");
        return -1;
    }
    if (unicode_escape(r, at, end, &cp) < 0) {
        return -1;
    }
    utf8_encode(out, cp);
    return 0;
}

/* A string at r->at, which is its opening quote. NULL on error; free() it. */
static char *string_read(struct reader *r)
{
    long close = string_end(r);
    if (close < 0) {
        return NULL;
    }
    size_t start = r->at + 1, end = (size_t)close;
    struct str raw = str_slice(r->text, start, end);
    r->at = end + 1;
    if (str_find(raw, STR("\\"), 0) < 0) {
        return xstrndup(raw.ptr, raw.len);
    }
    AUTO_BUF struct buf out;
    buf_init(&out, raw.len + 4); /* no escape is shorter than what it stands for */
    while (start < end) {
        long slash = str_find(str_slice(r->text, 0, end), STR("\\"), start);
        size_t stop = slash < 0 ? end : (size_t)slash;
        buf_add(&out, r->text.ptr + start, stop - start);
        start = stop;
        if (start < end && escape_read(r, &start, end, &out) < 0) {
            return NULL;
        }
    }
    return buf_take(&out, NULL);
}

static struct json *number_read(struct reader *r)
{
    size_t start = r->at;
    double value;
    struct err why;
    while (r->at < r->text.len && peek(r) && strchr("+-.0123456789eE", peek(r))) {
        r->at++;
    }
    struct str text = str_slice(r->text, start, r->at);
    if (parse_double(text, &value, &why) < 0) {
        FAIL_AT(r, start, "%s", why.msg);
        if (text.len > 1 && text.ptr[0] == '0' && text.ptr[1] >= '0' && text.ptr[1] <= '9') {
            err_hint(r->base.err, "a number cannot start with 0");
        }
        return NULL;
    }
    return json_number(value);
}

static struct json *word_read(struct reader *r)
{
    size_t start = r->at, end = start;
    while (end < r->text.len && ((r->text.ptr[end] | 0x20) >= 'a') &&
           ((r->text.ptr[end] | 0x20) <= 'z')) {
        end++;
    }
    struct str word = str_slice(r->text, start, end);
    r->at = end;
    if (str_eq_z(word, "true") || str_eq_z(word, "false")) {
        return json_bool(word.len == 4);
    }
    if (str_eq_z(word, "null")) {
        return json_null();
    }
    FAIL_AT(r, start, "`%.*s' is not a JSON value", STR_ARG(str_slice(word, 0, 40)));
    err_hint(r->base.err, "write true, false or null, or put a string in double quotes");
    return NULL;
}

static struct json *value_read(struct reader *r, size_t depth, struct json_place key);

/* After an element: 1 to go on behind a comma, 0 when the container was closed, -1 on error. */
static int separator_read(struct reader *r, char close, const char *expected)
{
    skip_space(r);
    if (peek(r) == close) {
        r->at++;
        return 0;
    }
    if (peek(r) != ',') {
        return fail_expected(r, expected);
    }
    size_t comma = r->at++;
    skip_space(r);
    if (peek(r) == close) {
        return FAIL_AT(r, comma, "a comma before '%c'", close);
    }
    return 1;
}

static int array_fill(struct reader *r, struct json *array, size_t depth)
{
    int more = 1;
    r->at++;
    skip_space(r);
    if (peek(r) == ']') {
        r->at++;
        return 0;
    }
    while (more > 0) {
        struct json *child = value_read(r, depth + 1, (struct json_place){0, 0});
        if (!child) {
            return -1;
        }
        json_push(array, child);
        more = separator_read(r, ']', "',' or ']'");
    }
    return more;
}

static int member_read(struct reader *r, struct json *object, struct key_set *keys, size_t depth)
{
    size_t start = r->at;
    if (peek(r) != '"') {
        return fail_expected(r, "a member name in double quotes");
    }
    struct json_place place = place_at(r, start);
    AUTO_FREE char *key = string_read(r);
    if (!key) {
        return -1;
    }
    const struct json *before = key_set_add(keys, object, key);
    if (before) {
        struct json_doc so_far = {.places = r->base.places};
        FAIL_AT(r, start, "duplicate key \"%s\"", key);
        err_hint(r->base.err, "it is in line %d already", json_place_of_key(&so_far, before).line);
        return -1;
    }
    skip_space(r);
    if (peek(r) != ':') {
        return fail_expected(r, "':'");
    }
    r->at++;
    skip_space(r);
    struct json *child = value_read(r, depth + 1, place);
    if (!child) {
        return -1;
    }
    json_append(object, TAKE_PTR(key), child);
    return 0;
}

static int object_fill(struct reader *r, struct json *object, size_t depth)
{
    AUTO(key_set_done) struct key_set keys = {0};
    int more = 1;
    r->at++;
    skip_space(r);
    if (peek(r) == '}') {
        r->at++;
        return 0;
    }
    while (more > 0) {
        if (member_read(r, object, &keys, depth) < 0) {
            return -1;
        }
        more = separator_read(r, '}', "',' or '}'");
    }
    return more;
}

static struct json *container_read(struct reader *r, size_t depth)
{
    bool is_object = peek(r) == '{';
    AUTO_JSON struct json *node = is_object ? json_object() : json_array();
    int result = is_object ? object_fill(r, node, depth) : array_fill(r, node, depth);
    return result < 0 ? NULL : TAKE_PTR(node);
}

static struct json *scalar_read(struct reader *r)
{
    char c = peek(r);
    if (c == '"') {
        char *value = string_read(r);
        return value ? json_string_take(value) : NULL;
    }
    if (c == '-' || c == '+' || c == '.' || (c >= '0' && c <= '9')) {
        return number_read(r);
    }
    if ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') {
        return word_read(r);
    }
    fail_expected(r, "a value");
    return NULL;
}

static struct json *value_read(struct reader *r, size_t depth, struct json_place key)
{
    skip_space(r);
    struct json_place place = place_at(r, r->at);
    bool is_container = peek(r) == '{' || peek(r) == '[';
    if (reading_count(&r->base, is_container ? depth : 0, place) < 0) {
        return NULL;
    }
    struct json *node = is_container ? container_read(r, depth) : scalar_read(r);
    if (node) {
        json_places_put(r->base.places, node, place, key);
    }
    return node;
}

int json_read(struct str text, const char *name, const struct json_limits *limits,
              struct json_doc *ret_doc, struct err *err)
{
    struct reader r = {.base = {.name = name, .err = err}, .text = text, .mark = {.place = {1, 1}}};
    if (reading_begin(&r.base, text, limits) < 0) {
        return -1;
    }
    AUTO_JSON struct json *root = value_read(&r, 1, (struct json_place){0, 0});
    int result = root ? 0 : -1;
    if (root) {
        skip_space(&r);
        if (r.at < text.len) {
            result = FAIL_AT(&r, r.at, "text after the end of the value");
        }
    }
    if (result == 0) {
        reading_finish(&r.base, TAKE_PTR(root), ret_doc);
    }
    reading_done(&r.base);
    return result;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/xalloc.h"
#include "base/json/json.h"
#include "base/text/number.h"
#include "base/text/utf8.h"

#include <stdlib.h>
#include <string.h>

struct writer {
    struct buf *out;
    bool pretty, sorted;
    int depth;
};

/* Of eight bytes at once: none is a control, a quote, a backslash or beyond ASCII. */
static bool eight_are_plain(const char *at)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
    uint64_t v;
    memcpy(&v, at, sizeof(v));
    uint64_t quote = v ^ (ones * '"'), backslash = v ^ (ones * '\\');
    uint64_t found = (v - ones * 0x20) | (quote - ones) | (backslash - ones) | v;
    return (found & tops) == 0;
}

/* The length of what can be copied as it stands from the start of s. */
static size_t plain_run(struct str s)
{
    size_t i = 0;
    while (s.len - i >= sizeof(uint64_t) && eight_are_plain(s.ptr + i)) {
        i += sizeof(uint64_t);
    }
    while (i < s.len) {
        uint32_t cp;
        unsigned char c = (unsigned char)s.ptr[i];
        if (c < 0x20 || c == '"' || c == '\\') {
            break;
        }
        size_t n = c < 0x80 ? 1 : utf8_decode(str_slice(s, i, s.len), &cp);
        if (n == 0) {
            break;
        }
        i += n;
    }
    return i;
}

static void write_escape(struct buf *out, unsigned char c)
{
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    const char *at = c ? strchr(from, c) : NULL;
    if (at) {
        char two[2] = {'\\', to[at - from]};
        buf_add(out, two, sizeof(two));
    } else if (c < 0x20) {
        buf_printf(out, "\\u%04x", (unsigned)c);
    } else {
        utf8_encode(out, 0xfffd);
    }
}

void json_write_string(struct buf *out, struct str text)
{
    buf_add_char(out, '"');
    while (text.len > 0) {
        size_t run = plain_run(text);
        buf_add(out, text.ptr, run);
        if (run < text.len) {
            write_escape(out, (unsigned char)text.ptr[run++]);
        }
        text = str_slice(text, run, text.len);
    }
    buf_add_char(out, '"');
}

static void new_line(struct writer *w)
{
    if (w->pretty) {
        buf_add_char(w->out, '\n');
        for (int i = 0; i < w->depth; i++) {
            buf_add_z(w->out, "  ");
        }
    }
}

static void write_node(struct writer *w, const struct json *node);

static void write_child(struct writer *w, const struct json *child, bool first)
{
    if (!first) {
        buf_add_char(w->out, ',');
    }
    new_line(w);
    if (json_key(child)) {
        json_write_string(w->out, str_of(json_key(child)));
        buf_add_z(w->out, w->pretty ? ": " : ":");
    }
    write_node(w, child);
}

static int by_key(const void *a, const void *b)
{
    const struct json *const *x = a;
    const struct json *const *y = b;
    return strcmp(json_key(*x), json_key(*y));
}

static void write_sorted(struct writer *w, const struct json *object)
{
    size_t count = json_count(object), n = 0;
    const struct json **members = xcalloc(count, sizeof(const struct json *));
    JSON_FOREACH(it, object) {
        members[n++] = it;
    }
    qsort(members, count, sizeof(const struct json *), by_key);
    for (size_t i = 0; i < count; i++) {
        write_child(w, members[i], i == 0);
    }
    free(members);
}

static void write_container(struct writer *w, const struct json *node, bool object)
{
    const struct json *first = json_first(node);
    buf_add_char(w->out, object ? '{' : '[');
    w->depth++;
    if (object && w->sorted) {
        write_sorted(w, node);
    } else {
        JSON_FOREACH(it, node) {
            write_child(w, it, it == first);
        }
    }
    w->depth--;
    if (first) {
        new_line(w);
    }
    buf_add_char(w->out, object ? '}' : ']');
}

static void write_node(struct writer *w, const struct json *node)
{
    char number[32];
    switch (json_type(node)) {
    case JSON_BOOL:
        buf_add_z(w->out, json_bool_or(node, false) ? "true" : "false");
        break;
    case JSON_NUMBER:
        buf_add_z(w->out, format_double(json_number_or(node, 0), number, sizeof(number)));
        break;
    case JSON_STRING:
        json_write_string(w->out, str_of(json_string_or(node, "")));
        break;
    case JSON_ARRAY:
        write_container(w, node, false);
        break;
    case JSON_OBJECT:
        write_container(w, node, true);
        break;
    case JSON_NULL:
    default:
        buf_add_z(w->out, "null");
        break;
    }
}

void json_write(struct buf *out, const struct json *node)
{
    write_node(&(struct writer){.out = out}, node);
}

void json_write_pretty(struct buf *out, const struct json *node)
{
    write_node(&(struct writer){.out = out, .pretty = true}, node);
}

void json_write_canonical(struct buf *out, const struct json *node)
{
    write_node(&(struct writer){.out = out, .sorted = true}, node);
}

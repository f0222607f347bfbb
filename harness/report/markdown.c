/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/report/markdown.h"

#include "base/core/str.h"
#include "base/text/utf8.h"

#include <string.h>

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (unsigned char)c >= 0x80;
}

/* Whether the character at `at` could be markup where it stands: `_` inside a word is not, and `#`
 * only where a line begins. */
static bool is_markup(struct str s, size_t at)
{
    char c = s.ptr[at];
    if (c == '_') {
        return at == 0 || at + 1 == s.len || !is_word(s.ptr[at - 1]) || !is_word(s.ptr[at + 1]);
    }
    return c == '#' ? at == 0 : strchr("\\`*[]|~$", c) != NULL;
}

static void add_inline(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c == '\n' || c == '\r' || c == '\t') {
            buf_add_char(out, ' ');
        } else if (c < 0x20 || c == 0x7f) {
            continue;
        } else if (c == '<') {
            buf_add_z(out, "&lt;");
        } else if (c == '>') {
            buf_add_z(out, "&gt;");
        } else if (c == '&') {
            buf_add_z(out, "&amp;");
        } else {
            buf_add_z(out, is_markup(s, i) ? "\\" : "");
            buf_add_char(out, s.ptr[i]);
        }
    }
}

void markdown_text(struct buf *out, const char *text)
{
    AUTO_BUF struct buf whole = {0};
    utf8_repair(&whole, str_of(text));
    add_inline(out, buf_str(&whole));
}

static bool is_link_target(struct str s)
{
    bool good = s.len > 0 && (str_starts(s, STR("https://")) || str_find(s, STR(":"), 0) < 0);
    for (size_t i = 0; i < s.len && good; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        good = c > 0x20 && c < 0x7f && strchr("()<>[]|`\\\"", c) == NULL;
    }
    return good;
}

void markdown_link(struct buf *out, const char *text, const char *target)
{
    if (!is_link_target(str_of(target))) {
        markdown_text(out, text);
        return;
    }
    buf_add_char(out, '[');
    markdown_text(out, text);
    buf_printf(out, "](%s)", target);
}

static size_t longest_backticks(struct str s)
{
    size_t longest = 0, run = 0;
    for (size_t i = 0; i < s.len; i++) {
        run = s.ptr[i] == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest;
}

static void add_ticks(struct buf *out, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        buf_add_char(out, '`');
    }
}

void markdown_code(struct buf *out, const char *text)
{
    AUTO_BUF struct buf whole = {0};
    utf8_repair(&whole, str_of(text));
    struct str s = buf_str(&whole);
    size_t ticks = longest_backticks(s) + 1;
    bool pad = s.len > 0 && (s.ptr[0] == '`' || s.ptr[s.len - 1] == '`');
    if (s.len == 0) {
        return;
    }
    add_ticks(out, ticks);
    buf_add_z(out, pad ? " " : "");
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        buf_add_z(out, c == '|' ? "\\" : "");
        buf_add_char(out, c < 0x20 || c == 0x7f ? ' ' : s.ptr[i]);
    }
    buf_add_z(out, pad ? " " : "");
    add_ticks(out, ticks);
}

static void add_line(struct buf *out, struct str line, int indent)
{
    buf_printf(out, "%*s", indent, "");
    for (size_t i = 0; i < line.len; i++) {
        unsigned char c = (unsigned char)line.ptr[i];
        if ((c >= 0x20 && c != 0x7f) || c == '\t') {
            buf_add_char(out, line.ptr[i]);
        }
    }
    buf_add_char(out, '\n');
}

void markdown_block(struct buf *out, const char *text, int indent)
{
    AUTO_BUF struct buf whole = {0};
    utf8_repair(&whole, str_of(text));
    struct str rest = str_trim(buf_str(&whole)), line;
    size_t ticks = longest_backticks(rest) + 1;
    ticks = ticks < 3 ? 3 : ticks;
    buf_printf(out, "%*s", indent, "");
    add_ticks(out, ticks);
    buf_add_z(out, "text\n");
    while (rest.len > 0 && str_split(&rest, '\n', &line)) {
        add_line(out, line, indent);
    }
    buf_printf(out, "%*s", indent, "");
    add_ticks(out, ticks);
    buf_add_char(out, '\n');
}

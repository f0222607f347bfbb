/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/report/markdown.h"

#include "base/core/str.h"

#include <string.h>

void markdown_text(struct buf *out, const char *text)
{
    for (const char *p = text ? text : ""; *p; p++) {
        unsigned char c = (unsigned char)*p;
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
            if (strchr("\\`*_[]|#", c)) {
                buf_add_char(out, '\\');
            }
            buf_add_char(out, *p);
        }
    }
}

static size_t longest_backticks(const char *text)
{
    size_t longest = 0, run = 0;
    for (const char *p = text; *p; p++) {
        run = *p == '`' ? run + 1 : 0;
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
    size_t ticks = longest_backticks(text) + 1;
    bool pad = text[0] == '`' || (text[0] && text[strlen(text) - 1] == '`');
    add_ticks(out, ticks);
    buf_add_z(out, pad ? " " : "");
    for (const char *p = text; *p; p++) {
        unsigned char c = (unsigned char)*p;
        if (c == '|') {
            buf_add_z(out, "\\|");
        } else {
            buf_add_char(out, c < 0x20 || c == 0x7f ? ' ' : *p);
        }
    }
    buf_add_z(out, pad ? " " : "");
    add_ticks(out, ticks);
}

void markdown_block(struct buf *out, const char *text, int indent)
{
    size_t ticks = longest_backticks(text) + 1;
    struct str rest = str_trim(str_of(text)), line;
    ticks = ticks < 3 ? 3 : ticks;
    buf_printf(out, "%*s", indent, "");
    add_ticks(out, ticks);
    buf_add_z(out, "text\n");
    while (str_split(&rest, '\n', &line)) {
        buf_printf(out, "%*s", indent, "");
        for (size_t i = 0; i < line.len; i++) {
            unsigned char c = (unsigned char)line.ptr[i];
            if (c >= 0x20 || c == '\t') {
                buf_add_char(out, line.ptr[i]);
            }
        }
        buf_add_char(out, '\n');
    }
    buf_printf(out, "%*s", indent, "");
    add_ticks(out, ticks);
    buf_add_char(out, '\n');
}

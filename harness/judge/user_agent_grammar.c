/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/judge/user_agent_grammar.h"

#include <string.h>

static bool is_token_char(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

bool is_token(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!is_token_char(s.ptr[i])) {
            return false;
        }
    }
    return s.len > 0;
}

static size_t token_len(struct str s, size_t at)
{
    size_t n = 0;
    while (at + n < s.len && is_token_char(s.ptr[at + n])) {
        n++;
    }
    return n;
}

/* A product at `at`, where a token begins; returns the offset after it. */
static size_t product_take(struct arena *a, struct str field, size_t at, bool in_comment,
                           struct user_agent *ret)
{
    size_t n = token_len(field, at);
    struct user_agent_product p = {
        .name = str_slice(field, at, at + n), .offset = at, .in_comment = in_comment};
    at += n;
    if (at < field.len && field.ptr[at] == '/') {
        size_t v = token_len(field, at + 1);
        p.version = str_slice(field, at + 1, at + 1 + v);
        at += 1 + v;
    }
    *VEC_PUSH(a, ret) = p;
    return at;
}

/* Products inside a comment are separated by anything that is no token character. */
static void comment_products(struct arena *a, struct str field, size_t from, size_t to,
                             struct user_agent *ret)
{
    for (size_t at = from; at < to;) {
        at = token_len(field, at) ? product_take(a, field, at, true, ret) : at + 1;
    }
}

void user_agent_scan(struct arena *a, struct str field, struct user_agent *ret)
{
    *ret = (struct user_agent){0};
    comment_products(a, field, 0, field.len, ret);
}

static bool is_control(char c)
{
    return ((unsigned char)c < 0x20 && c != '\t') || c == 0x7f;
}

struct trouble {
    size_t offset;
    const char *sentence;
};

static int trouble(struct trouble *t, size_t offset, const char *sentence)
{
    *t = (struct trouble){offset, sentence};
    return -1;
}

/* The comment that opens at *at: its end goes there. */
static int comment_parse(struct arena *a, struct str field, size_t *at, struct user_agent *ret,
                         struct trouble *t)
{
    int depth = 0;
    for (size_t i = *at; i < field.len; i++) {
        bool quotes = field.ptr[i] == '\\' && i + 1 < field.len;
        i += quotes;
        if (is_control(field.ptr[i])) {
            return trouble(t, i, "a comment cannot have this control character");
        }
        if (quotes) {
            continue;
        }
        depth += (field.ptr[i] == '(') - (field.ptr[i] == ')');
        if (depth == 0) {
            comment_products(a, field, *at + 1, i, ret);
            *at = i + 1;
            return 0;
        }
    }
    return trouble(t, *at, "the comment that opens here is not closed");
}

static int product_parse(struct arena *a, struct str field, size_t *at, struct user_agent *ret,
                         struct trouble *t)
{
    if (token_len(field, *at) == 0) {
        return trouble(t, *at,
                       field.ptr[*at] == '/' ? "a product name must stand before the slash"
                                             : "a product name cannot have this character");
    }
    size_t end = product_take(a, field, *at, false, ret);
    if (field.ptr[end - 1] == '/') {
        return trouble(t, end, "a version must follow the slash");
    }
    *at = end;
    return 0;
}

static size_t spaces_skip(struct str field, size_t at)
{
    while (at < field.len && (field.ptr[at] == ' ' || field.ptr[at] == '\t')) {
        at++;
    }
    return at;
}

static int field_parse(struct arena *a, struct str field, struct user_agent *ret, struct trouble *t)
{
    size_t begin = spaces_skip(field, 0);
    if (begin == field.len) {
        return trouble(t, 0, "it is empty");
    }
    for (size_t at = begin; at < field.len;) {
        bool is_comment = field.ptr[at] == '(';
        if (is_comment && at == begin) {
            return trouble(t, at, "it begins with a comment instead of a product");
        }
        if ((is_comment ? comment_parse : product_parse)(a, field, &at, ret, t) < 0) {
            return -1;
        }
        size_t next = spaces_skip(field, at);
        if (next == at && at < field.len) {
            return trouble(t, at,
                           field.ptr[at] == '/'   ? "a product has one slash only"
                           : field.ptr[at] == '(' ? "a space must stand before a comment"
                                                  : "a space must separate products and comments");
        }
        at = next;
    }
    return 0;
}

int user_agent_parse(struct arena *a, struct str field, struct user_agent *ret,
                     size_t *ret_bad_offset, const char **ret_problem)
{
    struct user_agent ua = {0};
    struct trouble t = {0};
    if (field_parse(a, field, &ua, &t) < 0) {
        *ret_bad_offset = t.offset;
        *ret_problem = t.sentence;
        return -1;
    }
    *ret = ua;
    return 0;
}

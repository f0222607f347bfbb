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

/* Products inside a comment are separated by anything that is no token character. */
static void comment_products(struct arena *a, struct str field, size_t from, size_t to,
                             struct user_agent *ret)
{
    for (size_t at = from; at < to;) {
        size_t n = token_len(field, at);
        if (n == 0) {
            at++;
            continue;
        }
        struct user_agent_product p = {
            .name = str_slice(field, at, at + n), .offset = at, .in_comment = true};
        at += n;
        if (at < to && field.ptr[at] == '/') {
            size_t v = token_len(field, at + 1);
            p.version = str_slice(field, at + 1, at + 1 + v);
            at += 1 + v;
        }
        *VEC_PUSH(a, ret) = p;
    }
}

/* The offset after the comment that opens at `at`, or 0 when it is not closed. */
static size_t comment_end(struct str field, size_t at)
{
    int depth = 0;
    for (size_t i = at; i < field.len; i++) {
        if (field.ptr[i] == '\\') {
            i++;
        } else if (field.ptr[i] == '(') {
            depth++;
        } else if (field.ptr[i] == ')' && --depth == 0) {
            return i + 1;
        }
    }
    return 0;
}

static int problem(size_t at, const char *text, size_t *ret_bad_offset, const char **ret_problem)
{
    *ret_bad_offset = at;
    *ret_problem = text;
    return -1;
}

int user_agent_parse(struct arena *a, struct str field, struct user_agent *ret,
                     size_t *ret_bad_offset, const char **ret_problem)
{
    size_t at = 0;
    *ret = (struct user_agent){0};
    while (at < field.len) {
        if (field.ptr[at] == '(') {
            size_t end = comment_end(field, at);
            if (at == 0) {
                return problem(at, "it begins with a comment instead of a product", ret_bad_offset,
                               ret_problem);
            }
            if (end == 0) {
                return problem(at, "the comment that opens here is not closed", ret_bad_offset,
                               ret_problem);
            }
            comment_products(a, field, at + 1, end - 1, ret);
            at = end;
        } else {
            size_t n = token_len(field, at);
            if (n == 0) {
                return problem(at, "a product name cannot have this character", ret_bad_offset,
                               ret_problem);
            }
            struct user_agent_product p = {.name = str_slice(field, at, at + n), .offset = at};
            at += n;
            if (at < field.len && field.ptr[at] == '/') {
                size_t v = token_len(field, at + 1);
                if (v == 0) {
                    return problem(at + 1, "a version must follow the slash", ret_bad_offset,
                                   ret_problem);
                }
                p.version = str_slice(field, at + 1, at + 1 + v);
                at += 1 + v;
            }
            *VEC_PUSH(a, ret) = p;
        }
        if (at < field.len && field.ptr[at] != ' ' && field.ptr[at] != '\t') {
            return problem(at, "a space must separate products and comments", ret_bad_offset,
                           ret_problem);
        }
        while (at < field.len && (field.ptr[at] == ' ' || field.ptr[at] == '\t')) {
            at++;
        }
    }
    if (ret->count == 0) {
        return problem(0, "it is empty", ret_bad_offset, ret_problem);
    }
    return 0;
}

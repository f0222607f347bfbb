/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/str.h"

#include "base/core/arena.h"

static unsigned char lower(char c)
{
    unsigned char u = (unsigned char)c;
    return (u >= 'A' && u <= 'Z') ? (unsigned char)(u + ('a' - 'A')) : u;
}

bool str_eq(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool str_eq_z(struct str a, const char *z)
{
    return str_eq(a, str_of(z));
}

bool str_eq_nocase(struct str a, struct str b)
{
    if (a.len != b.len) {
        return false;
    }
    for (size_t i = 0; i < a.len; i++) {
        if (lower(a.ptr[i]) != lower(b.ptr[i])) {
            return false;
        }
    }
    return true;
}

bool str_starts(struct str s, struct str prefix)
{
    return s.len >= prefix.len && (prefix.len == 0 || memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}

bool str_ends(struct str s, struct str suffix)
{
    return s.len >= suffix.len &&
           (suffix.len == 0 || memcmp(s.ptr + (s.len - suffix.len), suffix.ptr, suffix.len) == 0);
}

int str_cmp(struct str a, struct str b)
{
    size_t shared = a.len < b.len ? a.len : b.len;
    int c = shared ? memcmp(a.ptr, b.ptr, shared) : 0;
    if (c != 0) {
        return c;
    }
    return (a.len > b.len) - (a.len < b.len);
}

long str_find(struct str s, struct str needle, size_t from)
{
    if (needle.len == 0 || s.len < needle.len || from > s.len - needle.len) {
        return -1; /* an empty text may have no pointer at all */
    }
    const char *p = memmem(s.ptr + from, s.len - from, needle.ptr, needle.len);
    return p ? (long)(p - s.ptr) : -1;
}

struct str str_slice(struct str s, size_t from, size_t to)
{
    if (to > s.len) {
        to = s.len;
    }
    if (from > to) {
        from = to;
    }
    return (struct str){s.ptr ? s.ptr + from : NULL, to - from};
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str str_trim(struct str s)
{
    while (s.len > 0 && is_space(s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    while (s.len > 0 && is_space(s.ptr[s.len - 1])) {
        s.len--;
    }
    return s;
}

bool str_split(struct str *rest, char sep, struct str *ret_part)
{
    if (!rest->ptr) {
        return false;
    }
    const char *p = rest->len ? memchr(rest->ptr, sep, rest->len) : NULL;
    if (!p) {
        *ret_part = *rest;
        *rest = (struct str){NULL, 0};
        return true;
    }
    size_t len = (size_t)(p - rest->ptr);
    *ret_part = (struct str){rest->ptr, len};
    *rest = (struct str){p + 1, rest->len - len - 1};
    return true;
}

bool str_has_word(struct str words, struct str word)
{
    struct str it;
    while (str_split(&words, ' ', &it)) {
        if (str_eq(it, word)) {
            return true;
        }
    }
    return false;
}

bool str_list_has(const struct str_list *list, struct str item)
{
    for (size_t i = 0; i < list->count; i++) {
        if (str_eq_z(item, list->items[i])) {
            return true;
        }
    }
    return false;
}

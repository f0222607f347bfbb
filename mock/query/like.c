/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/query/like.h"

#include <stddef.h>

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_any(char c)
{
    return c == '%' || c == '*';
}

/* Goes back to the last % only: what an earlier one could take, the last can as well. */
bool name_is_like(const char *name, const char *pattern)
{
    const char *after_any = NULL, *from = NULL;
    if (pattern == NULL || pattern[0] == '\0') {
        return true;
    }
    for (const char *n = name, *p = pattern;;) {
        if (is_any(*p)) {
            after_any = ++p;
            from = n;
            continue;
        }
        if (*n == '\0' && *p == '\0') {
            return true;
        }
        bool literal = *p == '\\' && p[1] != '\0';
        const char *wanted = literal ? p + 1 : p;
        if (*n != '\0' && *p != '\0' && ((*p == '_' && !literal) || lower(*n) == lower(*wanted))) {
            n++;
            p = wanted + 1;
        } else if (after_any != NULL && *from != '\0') {
            n = ++from;
            p = after_any;
        } else {
            return false;
        }
    }
}

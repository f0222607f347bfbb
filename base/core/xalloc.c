/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/xalloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void xalloc_failed(size_t size)
{
    fprintf(stderr, "assay: out of memory asking for %zu bytes\n", size);
    abort();
}

void *xmalloc(size_t size)
{
    void *p = malloc(size ? size : 1);
    if (!p) {
        xalloc_failed(size);
    }
    return p;
}

void *xcalloc(size_t count, size_t size)
{
    void *p = calloc(count ? count : 1, size ? size : 1);
    if (!p) {
        xalloc_failed(count * size);
    }
    return p;
}

void *xrealloc(void *ptr, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) {
        xalloc_failed((size_t)-1);
    }
    void *p = realloc(ptr, total ? total : 1);
    if (!p) {
        xalloc_failed(total);
    }
    return p;
}

char *xstrndup(const char *s, size_t len)
{
    char *p = xmalloc(len + 1);
    memcpy(p, s, len);
    p[len] = '\0';
    return p;
}

char *xstrdup(const char *s)
{
    return xstrndup(s, strlen(s));
}

char *xasprintf(const char *fmt, ...)
{
    char *out = NULL;
    va_list args;
    va_start(args, fmt);
    int n = vasprintf(&out, fmt, args);
    va_end(args);
    if (n < 0) {
        xalloc_failed(0);
    }
    return out;
}

void free_str(char **p)
{
    free(*p);
    *p = NULL;
}

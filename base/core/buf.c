/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/buf.h"

#include "base/core/xalloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t cap_of(const struct buf *b)
{
    return b->cap ? b->cap : BUF_DEFAULT_CAP;
}

void buf_init(struct buf *b, size_t cap)
{
    *b = (struct buf){.cap = cap};
}

void buf_done(struct buf *b)
{
    free(b->ptr);
    *b = (struct buf){.cap = b->cap};
}

void buf_reset(struct buf *b)
{
    b->len = 0;
    b->truncated = false;
    if (b->ptr) {
        b->ptr[0] = '\0';
    }
}

size_t buf_reserve(struct buf *b, size_t len)
{
    size_t cap = cap_of(b);
    size_t left = cap - b->len;
    if (len > left) {
        len = left;
    }
    size_t needed = b->len + len + 1;
    if (needed > b->capacity) {
        size_t grown = b->capacity ? b->capacity * 2 : 64;
        if (grown < needed) {
            grown = needed;
        }
        if (grown > cap + 1) {
            grown = cap + 1;
        }
        b->ptr = xrealloc(b->ptr, grown, 1);
        b->capacity = grown;
        b->ptr[b->len] = '\0';
    }
    return b->capacity - b->len - 1;
}

void buf_add(struct buf *b, const void *p, size_t len)
{
    size_t room = buf_reserve(b, len);
    if (len > room) {
        len = room;
        b->truncated = true;
    }
    if (len > 0) {
        memcpy(b->ptr + b->len, p, len);
    }
    b->len += len;
    b->ptr[b->len] = '\0';
}

void buf_add_str(struct buf *b, struct str s)
{
    buf_add(b, s.ptr, s.len);
}

void buf_add_z(struct buf *b, const char *z)
{
    buf_add(b, z, strlen(z));
}

void buf_add_char(struct buf *b, char c)
{
    buf_add(b, &c, 1);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    char stack[512];
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(stack, sizeof(stack), fmt, args);
    va_end(args);
    if (n >= 0 && (size_t)n < sizeof(stack)) {
        buf_add(b, stack, (size_t)n);
    } else if (n >= 0) {
        char *heap = xmalloc((size_t)n + 1);
        vsnprintf(heap, (size_t)n + 1, fmt, again);
        buf_add(b, heap, (size_t)n);
        free(heap);
    }
    va_end(again);
}

void buf_remove_front(struct buf *b, size_t len)
{
    if (len >= b->len) {
        buf_reset(b);
        return;
    }
    memmove(b->ptr, b->ptr + len, b->len - len + 1);
    b->len -= len;
}

struct str buf_str(const struct buf *b)
{
    return (struct str){b->ptr ? b->ptr : "", b->len};
}

const char *buf_z(const struct buf *b)
{
    return b->ptr ? b->ptr : "";
}

char *buf_take(struct buf *b, size_t *ret_len)
{
    char *out = b->ptr ? b->ptr : xstrdup("");
    if (ret_len) {
        *ret_len = b->len;
    }
    *b = (struct buf){.cap = b->cap};
    return out;
}

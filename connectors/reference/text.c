/* SPDX-License-Identifier: Apache-2.0 */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *must(void *memory)
{
    if (!memory) {
        fputs("out of memory\n", stderr);
        abort();
    }
    return memory;
}

/* Grows by copying, not by realloc, which would leave an unwiped copy behind. */
static void text_reserve(struct text *t, size_t more)
{
    if (t->len + more + 1 <= t->capacity) {
        return;
    }
    size_t capacity = (t->len + more + 1) * 2;
    char *bigger = must(malloc(capacity));
    if (t->ptr) {
        memcpy(bigger, t->ptr, t->len + 1);
        explicit_bzero(t->ptr, t->capacity);
        free(t->ptr);
    }
    t->ptr = bigger;
    t->capacity = capacity;
}

void text_add(struct text *t, const char *bytes, size_t len)
{
    text_reserve(t, len);
    if (len > 0) {
        memcpy(t->ptr + t->len, bytes, len);
    }
    t->len += len;
    t->ptr[t->len] = '\0';
}

void text_printf(struct text *t, const char *format, ...)
{
    size_t room = 128;
    for (;;) {
        va_list args;
        text_reserve(t, room);
        va_start(args, format);
        int len = vsnprintf(t->ptr + t->len, room + 1, format, args);
        va_end(args);
        if (len < 0) {
            t->ptr[t->len] = '\0';
            return;
        }
        if ((size_t)len <= room) {
            t->len += (size_t)len;
            return;
        }
        room = (size_t)len;
    }
}

void text_mask(struct text *t, const char *secret)
{
    const char *at = t->ptr;
    const char *found = at && secret && secret[0] ? strstr(at, secret) : NULL;
    if (!found) {
        return;
    }
    struct text masked = {0};
    while (found) {
        text_add(&masked, at, (size_t)(found - at));
        text_add(&masked, "***", 3);
        at = found + strlen(secret);
        found = strstr(at, secret);
    }
    text_add(&masked, at, strlen(at));
    text_done(t);
    *t = masked;
}

const char *text_z(const struct text *t)
{
    return t->ptr ? t->ptr : "";
}

void text_done(struct text *t)
{
    if (t->ptr) {
        explicit_bzero(t->ptr, t->capacity);
        free(t->ptr);
    }
    *t = (struct text){0};
}

char *string_copy(const char *s)
{
    return s ? must(strdup(s)) : NULL;
}

void secret_free(char *s)
{
    if (s) {
        explicit_bzero(s, strlen(s));
        free(s);
    }
}

int failure_set(struct failure *f, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(f->text, sizeof(f->text), format, args);
    va_end(args);
    return -1;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static PRINTF_LIKE(3, 0) void format_into(char *out, size_t size, const char *fmt, va_list args)
{
    int n = vsnprintf(out, size, fmt, args);
    if (n >= 0 && (size_t)n >= size && size > 4) {
        memcpy(out + size - 4, "...", 4); /* say that something is missing */
    }
}

int err_set(struct err *err, enum err_code code, const char *fmt, ...)
{
    va_list args;
    memset(err, 0, sizeof(*err));
    err->code = code;
    va_start(args, fmt);
    format_into(err->msg, sizeof(err->msg), fmt, args);
    va_end(args);
    return -1;
}

int err_errno(struct err *err, const char *fmt, ...)
{
    int saved = errno;
    va_list args;
    memset(err, 0, sizeof(*err));
    err->code = ERR_IO;
    err->sys_errno = saved;
    va_start(args, fmt);
    format_into(err->msg, sizeof(err->msg), fmt, args);
    va_end(args);
    size_t len = strlen(err->msg);
    snprintf(err->msg + len, sizeof(err->msg) - len, ": %s", strerror(saved));
    return -1;
}

int err_wrap(struct err *err, const char *fmt, ...)
{
    char inner[ERR_MSG_SIZE];
    va_list args;
    memcpy(inner, err->msg, sizeof(inner));
    va_start(args, fmt);
    format_into(err->msg, sizeof(err->msg), fmt, args);
    va_end(args);
    size_t len = strlen(err->msg);
    size_t room = sizeof(err->msg) - len;
    int n = snprintf(err->msg + len, room, ": %s", inner);
    if (n >= 0 && (size_t)n >= room && room > 4) {
        memcpy(err->msg + sizeof(err->msg) - 4, "...", 4);
    }
    return -1;
}

int err_at(struct err *err, const char *file, int line, int column, const char *fmt, ...)
{
    va_list args;
    memset(err, 0, sizeof(*err));
    err->code = ERR_INVALID;
    snprintf(err->file, sizeof(err->file), "%s", file ? file : "");
    err->line = line;
    err->column = column;
    va_start(args, fmt);
    format_into(err->msg, sizeof(err->msg), fmt, args);
    va_end(args);
    return -1;
}

void err_hint(struct err *err, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    format_into(err->hint, sizeof(err->hint), fmt, args);
    va_end(args);
}

const char *err_text(const struct err *err, char *out, int out_size)
{
    char where[ERR_FILE_SIZE + 32] = "";
    if (err->file[0] && err->line > 0) {
        snprintf(where, sizeof(where), "%s:%d:%d: ", err->file, err->line, err->column);
    } else if (err->file[0]) {
        snprintf(where, sizeof(where), "%s: ", err->file);
    }
    snprintf(out, (size_t)out_size, "%serror: %s%s%s", where, err->msg, err->hint[0] ? "; " : "",
             err->hint);
    return out;
}

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CORE_ERR_H
#define BASE_CORE_ERR_H

/* The one way a function of ours says "could not do it".
 *
 * A function that can fail takes `struct err *err` last and returns -1 (or NULL). It fills err only
 * on failure and leaves its ret_ parameters untouched then. err lives on the caller's stack and is
 * never NULL. Each level may put context in front with err_wrap(). Only app/ prints it, once.
 *
 *     struct err err = {0};
 *     if (case_load(arena, path, &spec, &err) < 0)
 *         return err_wrap(&err, "loading case '%s'", path);
 *
 * What a mock *serves* (an OAuth error, a 403) is not an err, and a programmer's mistake is an
 * ASSERT. Threads: an err belongs to one thread. */

#include "base/core/attrs.h"

enum err_code {
    ERR_NONE = 0,
    ERR_INVALID,     /* input breaks a rule of ours: the message says which (exit 65) */
    ERR_USAGE,       /* the command line is wrong (exit 64) */
    ERR_NOT_FOUND,   /* the named thing does not exist */
    ERR_IO,          /* reading, writing, a socket; sys_errno is set */
    ERR_LIMIT,       /* a cap of ours was reached: size, depth, count, time */
    ERR_PROTOCOL,    /* a peer broke the protocol spoken with it */
    ERR_TIMEOUT,     /* a deadline passed */
    ERR_UNAVAILABLE, /* a thing needed from the system is missing or refused (exit 69) */
    ERR_INTERNAL     /* a bug or a vendor library's refusal without a better word (exit 70) */
};

#define ERR_MSG_SIZE  512
#define ERR_HINT_SIZE 256
#define ERR_FILE_SIZE 256

struct err {
    enum err_code code;
    int sys_errno;            /* errno at the time, or 0 */
    char file[ERR_FILE_SIZE]; /* the user's file the message is about, or "" */
    int line, column;         /* 1-based position in it, or 0 */
    char msg[ERR_MSG_SIZE];   /* a sentence without a full stop */
    char hint[ERR_HINT_SIZE]; /* what to do, or "did you mean `x'?"; may be "" */
};

/* Each returns -1, so that `return err_set(...)` reads well. */
int err_set(struct err *err, enum err_code code, const char *fmt, ...) PRINTF_LIKE(3, 4);
int err_errno(struct err *err, const char *fmt, ...)
    PRINTF_LIKE(2, 3);                                                 /* appends strerror(errno) */
int err_wrap(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3); /* "context: msg" */
int err_at(struct err *err, const char *file, int line, int column, const char *fmt, ...)
    PRINTF_LIKE(5, 6); /* ERR_INVALID with a position */
void err_hint(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Writes "file:line:col: error: msg; hint" (without the parts that are empty) into out. */
const char *err_text(const struct err *err, char *out, int out_size);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CORE_BUF_H
#define BASE_CORE_BUF_H

/* A growing byte buffer with a cap, for bodies, captured output and text under construction.
 *
 * The cap is given at birth. Reaching it sets `truncated` and drops the rest: the caller looks at
 * it where losing bytes matters. The content is always followed by a NUL that is not counted.
 * Ownership: the buf owns its bytes; buf_take hands them over. A zeroed struct buf is valid and has
 * the default cap BUF_DEFAULT_CAP. */

#include "base/core/attrs.h"
#include "base/core/str.h"

#include <stdbool.h>
#include <stddef.h>

#define BUF_DEFAULT_CAP ((size_t)64 * 1024 * 1024)

struct buf {
    char *ptr; /* NULL until the first byte */
    size_t len, capacity, cap;
    bool truncated;
};

void buf_init(struct buf *b, size_t cap);
void buf_done(struct buf *b);
#define AUTO_BUF AUTO(buf_done)
void buf_reset(struct buf *b); /* empties it, keeps the memory and the cap */

void buf_add(struct buf *b, const void *p, size_t len);
void buf_add_str(struct buf *b, struct str s);
void buf_add_z(struct buf *b, const char *z);
void buf_add_char(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Room for at least len more bytes at buf->ptr + buf->len; the caller then adds to buf->len.
 * Returns how much room there is (less than len when the cap is near). */
size_t buf_reserve(struct buf *b, size_t len);
void buf_remove_front(struct buf *b, size_t len);

struct str buf_str(const struct buf *b);
const char *buf_z(const struct buf *b);                   /* never NULL */
char *buf_take(struct buf *b, size_t *ret_len) NODISCARD; /* never NULL; free() it */

#endif

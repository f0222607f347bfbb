/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SYS_FD_H
#define BASE_SYS_FD_H

/* File descriptors: close-on-exec from birth, closed at the end of scope, -1 = none. */

#include "base/core/attrs.h"
#include "base/core/buf.h"
#include "base/core/err.h"

#include <stdbool.h>

void fd_close(int *fd); /* for AUTO(); sets -1 */
#define AUTO_FD AUTO(fd_close)
/* Hands a descriptor over: yields it and leaves -1 behind. */
static inline int fd_take(int *fd)
{
    int taken = *fd;
    *fd = -1;
    return taken;
}

/* Whoever starts a program may have closed the first three descriptors: a file opened later would
 * then get what is said on standard error. Puts something there that can be neither read from (0)
 * nor written to (1, 2), so that using it fails as with the closed one. For the start of main(). */
void fd_fill_stdio(void);
int fd_pipe(int ret_fds[2], struct err *err) NODISCARD; /* [0] reads, [1] writes; both CLOEXEC */
/* Connected stream sockets, non-blocking, CLOEXEC. */
int fd_pair(int ret_fds[2], struct err *err) NODISCARD;
/* A file in memory that several processes append to; readable by fd_read_all. */
int fd_memory(struct err *err) NODISCARD;
/* The whole content of a file from its start, wherever its offset is. */
int fd_read_all(int fd, struct buf *out, struct err *err) NODISCARD;
int fd_set_nonblocking(int fd, bool on, struct err *err) NODISCARD;
int fd_write_all(int fd, struct str bytes,
                 struct err *err) NODISCARD; /* survives EINTR, short writes */
/* Reads what is there now from a non-blocking fd into out (up to out's cap).
 * Returns 1 = more may come, 0 = end of file, -1 = error. */
int fd_read_available(int fd, struct buf *out, struct err *err) NODISCARD;

bool fd_is_open(int fd);
bool fd_is_listener(int fd); /* a socket that listens */

#endif

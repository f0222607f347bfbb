/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SYS_FD_MESSAGE_H
#define BASE_SYS_FD_MESSAGE_H

/* Messages with descriptors over a SOCK_SEQPACKET pair of unix sockets, between processes that
 * trust each other. Threads: one message is one system call, so several may send on one socket. */

#include "base/core/err.h"

#include <stddef.h>

#define FD_MESSAGE_MAX_FDS 64

struct fd_message {
    void *bytes;
    size_t len; /* to send; for receiving first the room, then what came */
    int fds[FD_MESSAGE_MAX_FDS];
    size_t fd_count;
};

/* The descriptors stay the caller's. ERR_UNAVAILABLE: nobody is on the other side any more. */
int fd_message_send(int socket, const struct fd_message *m, struct err *err) NODISCARD;
/* Blocks. 1 = got one, whose descriptors (CLOEXEC) are then the caller's; 0 = the other side is
 * gone. One that does not fit is ERR_LIMIT, and its descriptors are closed. */
int fd_message_receive(int socket, struct fd_message *m, struct err *err) NODISCARD;
void fd_message_close(struct fd_message *m); /* the descriptors; for AUTO() */

#endif

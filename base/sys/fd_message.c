/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys/fd_message.h"

#include "base/sys/fd.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

union rights {
    char bytes[CMSG_SPACE(sizeof(int) * FD_MESSAGE_MAX_FDS)];
    struct cmsghdr align;
};

void fd_message_close(struct fd_message *m)
{
    for (size_t i = 0; i < m->fd_count; i++) {
        fd_close(&m->fds[i]);
    }
    m->fd_count = 0;
}

int fd_message_send(int socket, const struct fd_message *m, struct err *err)
{
    union rights space;
    memset(&space, 0, sizeof(space));
    struct iovec part = {.iov_base = m->bytes, .iov_len = m->len};
    struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1};
    if (m->fd_count > 0) {
        header.msg_control = space.bytes;
        header.msg_controllen = CMSG_SPACE(sizeof(int) * m->fd_count);
        struct cmsghdr *rights = &space.align; /* the first one */
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(sizeof(int) * m->fd_count);
        memcpy(CMSG_DATA(rights), m->fds, sizeof(int) * m->fd_count);
    }
    ssize_t n;
    do {
        n = sendmsg(socket, &header, MSG_NOSIGNAL);
    } while (n < 0 && errno == EINTR);
    if (n < 0 && (errno == EPIPE || errno == ECONNRESET)) {
        return err_set(err, ERR_UNAVAILABLE, "the other side has ended");
    }
    return n < 0 ? err_errno(err, "cannot send a message") : 0;
}

static void take_fds(struct msghdr *header, struct fd_message *m)
{
    m->fd_count = 0;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c != NULL; c = CMSG_NXTHDR(header, c)) {
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) {
            m->fd_count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
            memcpy(m->fds, CMSG_DATA(c), m->fd_count * sizeof(int));
        }
    }
}

int fd_message_receive(int socket, struct fd_message *m, struct err *err)
{
    union rights space;
    struct iovec part = {.iov_base = m->bytes, .iov_len = m->len};
    struct msghdr header = {.msg_iov = &part,
                            .msg_iovlen = 1,
                            .msg_control = space.bytes,
                            .msg_controllen = sizeof(space.bytes)};
    ssize_t n;
    do {
        n = recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
    } while (n < 0 && errno == EINTR);
    if (n == 0 || (n < 0 && errno == ECONNRESET)) {
        return 0;
    }
    if (n < 0) {
        return err_errno(err, "cannot receive a message");
    }
    take_fds(&header, m);
    if ((header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
        fd_message_close(m);
        return err_set(err, ERR_LIMIT, "a message is longer than expected");
    }
    m->len = (size_t)n;
    return 1;
}

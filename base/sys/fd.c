/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_CHUNK_BYTES ((size_t)64 * 1024)
/* One call takes at most this much, so that a peer that never pauses cannot hold the caller. */
#define READ_MAX_BYTES ((size_t)4 * 1024 * 1024)

void fd_close(int *fd)
{
    int saved = errno;
    if (*fd >= 0) {
        close(*fd);
    }
    *fd = -1;
    errno = saved;
}

void fd_fill_stdio(void)
{
    for (int fd = 0; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF) {
            (void)open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY); /* the lowest free */
        }
    }
}

int fd_pipe(int ret_fds[2], struct err *err)
{
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) < 0) {
        return err_errno(err, "cannot make a pipe");
    }
    ret_fds[0] = fds[0];
    ret_fds[1] = fds[1];
    return 0;
}

int fd_pair(int ret_fds[2], struct err *err)
{
    int fds[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) < 0) {
        return err_errno(err, "cannot make a pair of sockets");
    }
    ret_fds[0] = fds[0];
    ret_fds[1] = fds[1];
    return 0;
}

int fd_memory(struct err *err)
{
    int fd = memfd_create("assay", MFD_CLOEXEC);
    if (fd < 0 || fcntl(fd, F_SETFL, O_APPEND) < 0) {
        err_errno(err, "cannot make a file in memory");
        fd_close(&fd);
        return -1;
    }
    return fd;
}

int fd_read_all(int fd, struct buf *out, struct err *err)
{
    enum { CHUNK = 64 * 1024 };
    for (off_t at = 0;;) {
        if (buf_reserve(out, CHUNK) == 0) {
            return err_set(err, ERR_LIMIT, "a file is larger than can be read");
        }
        ssize_t n = pread(fd, out->ptr + out->len, out->capacity - out->len - 1, at);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return err_errno(err, "cannot read");
        }
        if (n == 0) {
            return 0;
        }
        out->len += (size_t)n;
        out->ptr[out->len] = '\0';
        at += n;
    }
}

bool fd_is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

bool fd_is_listener(int fd)
{
    int listens = 0;
    socklen_t size = sizeof(listens);
    return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens != 0;
}

int fd_set_nonblocking(int fd, bool on, struct err *err)
{
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0) {
        return err_errno(err, "cannot read the flags of descriptor %d", fd);
    }
    flags = on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
    if (fcntl(fd, F_SETFL, flags) < 0) {
        return err_errno(err, "cannot set the flags of descriptor %d", fd);
    }
    return 0;
}

int fd_write_all(int fd, struct str bytes, struct err *err)
{
    while (bytes.len > 0) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n >= 0) {
            bytes = str_slice(bytes, (size_t)n, bytes.len);
        } else if (errno == EAGAIN) {
            struct pollfd item = {.fd = fd, .events = POLLOUT};
            (void)poll(&item, 1, -1);
        } else if (errno != EINTR) {
            return err_errno(err, "cannot write");
        }
    }
    return 0;
}

int fd_read_available(int fd, struct buf *out, struct err *err)
{
    char dropped[4096]; /* beyond the cap: read all the same, or the writer would block for ever */
    for (size_t total = 0; total < READ_MAX_BYTES;) {
        size_t room = buf_reserve(out, READ_CHUNK_BYTES);
        void *into = room > 0 ? out->ptr + out->len : dropped;
        ssize_t n = read(fd, into, room > 0 ? room : sizeof(dropped));
        if (n == 0) {
            return 0;
        }
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return errno == EAGAIN ? 1 : err_errno(err, "cannot read");
        }
        total += (size_t)n;
        if (room == 0) {
            out->truncated = true;
            continue;
        }
        out->len += (size_t)n;
        out->ptr[out->len] = '\0';
    }
    return 1;
}

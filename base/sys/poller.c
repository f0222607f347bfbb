/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys/poller.h"

#include "base/core/attrs.h"
#include "base/core/xalloc.h"
#include "base/sys/clock.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

static int left_ms(int64_t deadline_ms)
{
    int64_t left = deadline_ms - monotonic_ms();
    return left <= 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

static int poll_until(struct pollfd *fds, size_t count, int64_t timeout_ms)
{
    int64_t deadline_ms = timeout_ms < 0 ? -1 : monotonic_ms() + timeout_ms;
    for (;;) {
        int left = timeout_ms < 0 ? -1 : left_ms(deadline_ms);
        int n = poll(fds, (nfds_t)count, left);
        bool expired = left != -1 && left_ms(deadline_ms) == 0;
        if (n > 0 || (n == 0 && expired) || (n < 0 && errno != EINTR)) {
            return n;
        }
        if (n < 0 && expired) {
            return 0;
        }
    }
}

int poll_wait(struct poll_item *items, size_t count, int64_t timeout_ms, struct err *err)
{
    struct pollfd *fds = xcalloc(count, sizeof(*fds));
    for (size_t i = 0; i < count; i++) {
        fds[i].fd = items[i].fd;
        fds[i].events =
            (short)((items[i].want_read ? POLLIN : 0) | (items[i].want_write ? POLLOUT : 0));
    }
    int n = poll_until(fds, count, timeout_ms);
    int saved = errno;
    for (size_t i = 0; i < count; i++) {
        short got = n > 0 ? fds[i].revents : 0;
        items[i].ready_read = (got & (POLLIN | POLLHUP)) != 0;
        items[i].ready_write = (got & POLLOUT) != 0;
        items[i].ready_error = (got & (POLLERR | POLLNVAL)) != 0;
    }
    free(fds);
    errno = saved;
    return n < 0 ? err_errno(err, "cannot wait on %zu descriptors", count) : n;
}

int signals_open(struct err *err)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGCHLD);
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0) {
        return err_errno(err, "cannot block signals");
    }
    int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return fd < 0 ? err_errno(err, "cannot read signals as a descriptor") : fd;
}

int signals_read(int fd)
{
    struct signalfd_siginfo info;
    ssize_t n;
    do {
        n = read(fd, &info, sizeof(info));
    } while (n < 0 && errno == EINTR);
    return n == (ssize_t)sizeof(info) ? (int)info.ssi_signo : 0;
}

void signals_ignore_pipe(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    (void)sigaction(SIGPIPE, &ignore, NULL);
}

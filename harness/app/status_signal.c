/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/app/status_signal.h"

#include "base/sys/fd.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

/* What the handler needs; it may do no more than write. */
static volatile sig_atomic_t asked_fd = -1;

static void on_signal(int sig)
{
    int saved = errno;
    (void)sig;
    if (write((int)asked_fd, "?", 1) < 0) {
        errno = saved; /* full: the question is there already */
    }
    errno = saved;
}

int status_signal_open(struct err *err)
{
    int fds[2];
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    if (fd_pipe(fds, err) < 0 || fd_set_nonblocking(fds[0], true, err) < 0 ||
        fd_set_nonblocking(fds[1], true, err) < 0) {
        return -1;
    }
    asked_fd = fds[1];
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGUSR1, &action, NULL) < 0) {
        return err_errno(err, "cannot listen to SIGUSR1");
    }
    return fds[0];
}

bool status_signal_read(int fd)
{
    char bytes[64];
    bool asked = false;
    while (read(fd, bytes, sizeof(bytes)) > 0) {
        asked = true;
    }
    return asked;
}

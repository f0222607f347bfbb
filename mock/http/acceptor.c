/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys/fd.h"
#include "mock/http/server_priv.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>

/* The owner's loop accepts, for two reasons. A pool whose threads all accept ends up uneven: who
 * wakes first takes ten, and a thread without a connection signs no token; of those added from here
 * the library gives each to the thread whose turn the descriptor's number makes it. And the
 * library, once out of descriptors, does not always look at its listener again. */

/* Others want their turn as well. */
#define ACCEPTED_AT_ONCE 256

int acceptor_open(struct http_server *s, int listen_fd, struct err *err)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &s->acceptor};
    s->acceptor.fd = listen_fd;
    return epoll_ctl(s->epoll_fd, EPOLL_CTL_ADD, listen_fd, &event) < 0
               ? err_errno(err, "cannot watch the listener")
               : 0;
}

/* Out of descriptors: the listener would stay readable, and the loop would spin. */
static void acceptor_pause(struct http_server *s)
{
    (void)epoll_ctl(s->epoll_fd, EPOLL_CTL_DEL, s->acceptor.fd, NULL);
    s->acceptor.paused = true;
}

void acceptor_look_again(struct http_server *s)
{
    struct err ignored = {0};
    if (s->acceptor.paused && acceptor_open(s, s->acceptor.fd, &ignored) == 0) {
        s->acceptor.paused = false;
    }
}

static bool is_passing(int error)
{
    return error == EINTR || error == ECONNABORTED || error == EPROTO;
}

void acceptor_take(struct http_server *s)
{
    for (int i = 0; i < ACCEPTED_AT_ONCE; i++) {
        struct sockaddr_storage peer;
        socklen_t len = sizeof(peer);
        int fd =
            accept4(s->acceptor.fd, (struct sockaddr *)&peer, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            /* Refused (the limit of connections), the library closes it. */
            (void)MHD_add_connection(s->daemon, fd, (struct sockaddr *)&peer, len);
        } else if (!is_passing(errno)) {
            if (errno != EAGAIN) {
                acceptor_pause(s);
            }
            return;
        }
    }
}

void acceptor_close(struct http_server *s)
{
    fd_close(&s->acceptor.fd);
}

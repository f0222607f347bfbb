/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/assert.h"
#include "base/sys/clock.h"
#include "base/sys/fd.h"
#include "base/sys/poller.h"
#include "mock/http/server_priv.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* The library tries a handshake again and again while it waits for the client: it does not take
 * note that the socket had nothing. So the reading of a handshake is ours. When there is nothing to
 * read the connection is suspended, as one is whose answer is held back, and the owner's loop wakes
 * it when the client goes on, when it is gone, or when it has had its time. */

#define LOOK_S 1 /* how often those that wait too long are looked for */

/* While some wait. Any thread may be the first to wait, so the owner's loop cannot be told a time.
 */
static void look_again(struct handshakes *all, bool on)
{
    struct itimerspec every = {0};
    every.it_value.tv_sec = every.it_interval.tv_sec = on ? LOOK_S : 0;
    (void)timerfd_settime(all->timer_fd, 0, &every, NULL);
}

static void list_add(struct handshakes *all, struct handshake *h)
{
    h->prev = NULL;
    h->next = all->waiting;
    if (all->waiting != NULL) {
        all->waiting->prev = h;
    } else {
        look_again(all, true);
    }
    all->waiting = h;
}

/* Under the server's lock. The connection belongs to the library's thread from here on. */
static void wake_locked(struct handshakes *all, struct handshake *h)
{
    (void)epoll_ctl(all->epoll_fd, EPOLL_CTL_DEL, h->fd, NULL);
    if (h->prev != NULL) {
        h->prev->next = h->next;
    } else {
        all->waiting = h->next;
    }
    if (h->next != NULL) {
        h->next->prev = h->prev;
    }
    MHD_resume_connection(h->mhd);
}

/* False: the server ends, or the descriptor cannot be watched; then the library goes on as it does.
 */
static bool wait_begin(struct handshake *h)
{
    struct http_server *s = h->server;
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP, .data.ptr = h};
    pthread_mutex_lock(&s->lock);
    bool waits =
        !s->closing && epoll_ctl(s->handshakes.epoll_fd, EPOLL_CTL_ADD, h->fd, &event) == 0;
    if (waits) {
        MHD_suspend_connection(h->mhd);
        list_add(&s->handshakes, h);
    }
    pthread_mutex_unlock(&s->lock);
    return waits;
}

/* ---- GnuTLS's callbacks, on the thread that serves the connection ---- */

static ssize_t on_pull(gnutls_transport_ptr_t context, void *to, size_t size)
{
    struct handshake *h = context;
    if (h->over) {
        errno = ETIMEDOUT;
        return -1;
    }
    ssize_t got = recv(h->fd, to, size, 0);
    if (got < 0 && errno == EAGAIN && !h->done) {
        (void)wait_begin(h);
        errno = EAGAIN;
    }
    return got;
}

static int on_pull_wait(gnutls_transport_ptr_t context, unsigned ms)
{
    const struct handshake *h = context;
    struct poll_item item = {.fd = h->fd, .want_read = true};
    struct err ignored = {0};
    int64_t timeout_ms = ms == GNUTLS_INDEFINITE_TIMEOUT ? -1 : (int64_t)ms;
    return poll_wait(&item, 1, timeout_ms, &ignored);
}

/* NOLINTNEXTLINE(readability-function-size): GnuTLS says what its parameters are */
static int on_finished(gnutls_session_t session, unsigned type, unsigned when, unsigned incoming,
                       const gnutls_datum_t *message)
{
    (void)type;
    (void)when;
    (void)message;
    struct handshake *h = gnutls_transport_get_ptr(session);
    h->done = h->done || incoming != 0; /* a server reads nothing after the client's Finished */
    return 0;
}

/* ---- */

void handshake_begin(struct http_server *s, struct MHD_Connection *mhd, struct handshake *h)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    ASSERT(info != NULL && info->tls_session != NULL);
    gnutls_session_t session = info->tls_session;
    *h = (struct handshake){
        .server = s,
        .mhd = mhd,
        .fd = gnutls_transport_get_int(session),
        .deadline_ms = monotonic_ms() + s->handshakes.limit_ms,
    };
    gnutls_transport_ptr_t received_from, sent_to;
    gnutls_transport_get_ptr2(session, &received_from, &sent_to);
    gnutls_transport_set_ptr2(session, h, sent_to);
    gnutls_transport_set_pull_function(session, on_pull);
    gnutls_transport_set_pull_timeout_function(session, on_pull_wait);
    gnutls_handshake_set_hook_function(session, GNUTLS_HANDSHAKE_FINISHED, GNUTLS_HOOK_POST,
                                       on_finished);
}

static int watch(int epoll_fd, int fd, void *as, struct err *err)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = as};
    return fd < 0 || epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0
               ? err_errno(err, "cannot watch TLS handshakes")
               : 0;
}

int handshakes_open(struct http_server *s, int64_t limit_s, struct err *err)
{
    struct handshakes *all = &s->handshakes;
    all->limit_ms = limit_s * 1000;
    all->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    all->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (watch(s->epoll_fd, all->epoll_fd, all, err) < 0) {
        return -1;
    }
    return watch(all->epoll_fd, all->timer_fd, NULL, err);
}

static void wake_late_locked(struct handshakes *all, int64_t now_ms)
{
    for (struct handshake *h = all->waiting, *next; h != NULL; h = next) {
        next = h->next;
        if (h->deadline_ms <= now_ms) {
            h->over = true;
            wake_locked(all, h);
        }
    }
}

void handshakes_step_locked(struct http_server *s)
{
    struct handshakes *all = &s->handshakes;
    struct epoll_event events[64];
    uint64_t ticks = 0;
    int count =
        all->epoll_fd >= 0 ? epoll_wait(all->epoll_fd, events, (int)ARRAY_LEN(events), 0) : 0;
    for (int i = 0; i < count; i++) {
        if (events[i].data.ptr != NULL) {
            wake_locked(all, events[i].data.ptr);
        }
    }
    if (count > 0 && read(all->timer_fd, &ticks, sizeof(ticks)) == (ssize_t)sizeof(ticks)) {
        wake_late_locked(all, monotonic_ms());
        look_again(all, all->waiting != NULL);
    }
}

void handshakes_wake_locked(struct http_server *s)
{
    while (s->handshakes.waiting != NULL) {
        s->handshakes.waiting->over = true;
        wake_locked(&s->handshakes, s->handshakes.waiting);
    }
}

void handshakes_close(struct http_server *s)
{
    fd_close(&s->handshakes.timer_fd);
    fd_close(&s->handshakes.epoll_fd);
}

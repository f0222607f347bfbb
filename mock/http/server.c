/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/http/server.h"

#include "base/core/assert.h"
#include "base/core/xalloc.h"
#include "base/sys/fd.h"
#include "mock/http/listen_priv.h"
#include "mock/http/server_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

/* The library's epoll descriptor (when the owner's loop runs it) and every suspended connection are
 * members of one outer epoll: so one descriptor tells the owner that there is something to do, and
 * a client that hangs up while it waits for a held answer is noticed. */

#define DEFAULT_MAX_BODY_BYTES  ((size_t)1024 * 1024)
#define DEFAULT_IDLE_TIMEOUT_S  120
#define DEFAULT_MAX_CONNECTIONS 16384
#define ACCEPT_PAUSE_MS         100

/* ---- suspended exchanges; all under the server's lock ---- */

static int fd_of(struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info != NULL ? info->connect_fd : -1;
}

int exchange_fd(const struct http_suspended *x)
{
    return fd_of(x->mhd);
}

static void suspend_locked(struct http_suspended *x)
{
    struct http_server *s = x->server;
    MHD_suspend_connection(x->mhd);
    x->suspended = true;
    x->prev = NULL;
    x->next = s->suspended;
    if (s->suspended != NULL) {
        s->suspended->prev = x;
    }
    s->suspended = x;
    struct epoll_event event = {.events = EPOLLRDHUP, .data.ptr = x};
    (void)epoll_ctl(s->epoll_fd, EPOLL_CTL_ADD, exchange_fd(x), &event);
}

static void resume_locked(struct http_suspended *x)
{
    struct http_server *s = x->server;
    if (!x->suspended) {
        x->resume_due = true;
        return;
    }
    (void)epoll_ctl(s->epoll_fd, EPOLL_CTL_DEL, exchange_fd(x), NULL);
    x->suspended = false;
    if (x->prev != NULL) {
        x->prev->next = x->next;
    } else {
        s->suspended = x->next;
    }
    if (x->next != NULL) {
        x->next->prev = x->prev;
    }
    MHD_resume_connection(x->mhd);
    atomic_store(&s->resumed, true);
}

void http_server_resume(struct http_suspended *later)
{
    struct http_server *s = later->server;
    pthread_mutex_lock(&s->lock);
    resume_locked(later);
    pthread_mutex_unlock(&s->lock);
}

/* True when it is suspended now; false when it was resumed in the meantime. */
bool exchange_suspend(struct http_suspended *x)
{
    struct http_server *s = x->server;
    pthread_mutex_lock(&s->lock);
    bool wait = !x->resume_due && !s->closing;
    atomic_store(&x->gone, s->closing);
    x->resume_due = false;
    if (wait) {
        suspend_locked(x);
    }
    pthread_mutex_unlock(&s->lock);
    return wait;
}

bool exchange_is_gone(struct http_suspended *x)
{
    return atomic_load(&x->gone);
}

/* Returns true when connections wait to be accepted. */
static bool suspended_watch(struct http_server *s)
{
    struct epoll_event events[64];
    bool accept = false;
    pthread_mutex_lock(&s->lock);
    int count = epoll_wait(s->epoll_fd, events, (int)ARRAY_LEN(events), 0);
    for (int i = 0; i < count; i++) {
        struct http_suspended *x = events[i].data.ptr;
        if (events[i].data.ptr == &s->acceptor) {
            accept = true;
        } else if (x != NULL && events[i].data.ptr != &s->handshakes) {
            atomic_store(&x->gone, true);
            resume_locked(x);
        }
    }
    handshakes_step_locked(s);
    pthread_mutex_unlock(&s->lock);
    return accept;
}

/* ---- answering ---- */

static enum MHD_Result exchange_serve(struct http_suspended *x)
{
    const struct http_server_hooks *hooks = &x->server->hooks;
    while (!atomic_load(&x->gone)) {
        enum serve_result result;
        if (x->served) {
            result = hooks->serve_again(hooks->context, &x->req, &x->reply, x->data);
        } else {
            x->served = true;
            result = hooks->serve(hooks->context, &x->req, &x->reply, x, &x->data);
        }
        switch (result) {
        case SERVE_REPLY:
            return reply_send(x);
        case SERVE_RESET:
            connection_reset(exchange_fd(x));
            return MHD_NO;
        case SERVE_CLOSE:
            return MHD_NO;
        case SERVE_LATER:
        default:
            if (exchange_suspend(x)) {
                return MHD_YES;
            }
        }
    }
    return MHD_NO;
}

/* ---- the library's callbacks ---- */

static void *on_target(void *context, const char *target, struct MHD_Connection *mhd)
{
    return exchange_new(context, mhd, target);
}

/* NOLINTNEXTLINE(readability-function-size): the library says what its parameters are */
static enum MHD_Result on_request(void *context, struct MHD_Connection *mhd, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **request)
{
    (void)context;
    (void)mhd;
    (void)url;
    (void)version;
    struct http_suspended *x = *request;
    if (!x->read) {
        x->read = true;
        exchange_take_head(x, method);
        return MHD_YES;
    }
    if (*upload_size > 0) {
        buf_add(&x->body, upload, *upload_size); /* what is beyond the cap is read and dropped */
        *upload_size = 0;
        return MHD_YES;
    }
    if (!x->served) {
        exchange_take_body(x);
    }
    return exchange_serve(x);
}

static void on_completed(void *context, struct MHD_Connection *mhd, void **request,
                         enum MHD_RequestTerminationCode code)
{
    (void)mhd;
    struct http_server *s = context;
    struct http_suspended *x = *request;
    *request = NULL;
    if (x == NULL) {
        return;
    }
    if (x->served) {
        bool completed = x->answered && code == MHD_REQUEST_TERMINATED_COMPLETED_OK;
        s->hooks.done(s->hooks.context, &x->req, &x->reply, completed, x->data);
    }
    exchange_free(x);
}

static void on_connection(void *context, struct MHD_Connection *mhd, void **socket_context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct http_server *s = context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        if (s->hooks.refuses != NULL && s->hooks.refuses(s->hooks.context)) {
            connection_reset(fd_of(mhd));
        }
        struct http_connection *c = connection_new(mhd, atomic_fetch_add(s->ids, 1) + 1);
        *socket_context = c;
        if (s->tls) {
            handshake_begin(s, mhd, &c->handshake);
        }
    } else {
        connection_free(*socket_context);
        *socket_context = NULL;
    }
}

static size_t on_unescape(void *context, struct MHD_Connection *mhd, char *text)
{
    (void)context;
    (void)mhd;
    return strlen(text); /* left as it is: base/text/url.h decodes */
}

PRINTF_LIKE(2, 0) static void on_log(void *context, const char *format, va_list args)
{
    const struct http_server *s = context;
    if (s->log != NULL) {
        char line[512];
        (void)vsnprintf(line, sizeof(line), format, args);
        s->log(line);
    }
}

/* ---- life ---- */

static int server_listen(const struct http_server_options *o, int *ret_fd, struct err *err)
{
    if (o->listen_fd >= 0) {
        if (fd_set_nonblocking(o->listen_fd, true, err) < 0) {
            return -1;
        }
        *ret_fd = o->listen_fd;
        return 0;
    }
    return o->unix_path != NULL ? listen_unix(o->unix_path, ret_fd, err)
                                : listen_tcp(o->address, o->port, ret_fd, err);
}

#define OPTION_COUNT_MAX 16

static void option_add(struct MHD_OptionItem *items, size_t *count, struct MHD_OptionItem item)
{
    ASSERT(*count < OPTION_COUNT_MAX);
    items[(*count)++] = item;
}

static void *text_pointer(const char *text)
{
    union {
        const char *in;
        void *out;
    } p = {.in = text};
    return p.out;
}

static unsigned daemon_flags(const struct http_server_options *o)
{
    unsigned flags = MHD_ALLOW_SUSPEND_RESUME | MHD_USE_SUPPRESS_DATE_NO_CLOCK | MHD_USE_ERROR_LOG;
    flags |= MHD_USE_NO_LISTEN_SOCKET;
    flags |= o->threads > 0 ? MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC : MHD_USE_EPOLL;
    flags |= o->cert_pem != NULL ? MHD_USE_TLS : 0;
    return flags;
}

static int64_t idle_timeout_s(const struct http_server_options *o)
{
    return o->idle_timeout_s > 0 ? o->idle_timeout_s : DEFAULT_IDLE_TIMEOUT_S;
}

static struct MHD_Daemon *daemon_start(struct http_server *s, const struct http_server_options *o)
{
    struct MHD_OptionItem items[OPTION_COUNT_MAX + 1];
    size_t n = 0;
    intptr_t limit =
        (intptr_t)(o->max_connections > 0 ? o->max_connections : DEFAULT_MAX_CONNECTIONS);
    intptr_t idle = (intptr_t)idle_timeout_s(o);
    option_add(items, &n, (struct MHD_OptionItem){MHD_OPTION_CONNECTION_LIMIT, limit, NULL});
    option_add(items, &n, (struct MHD_OptionItem){MHD_OPTION_CONNECTION_TIMEOUT, idle, NULL});
    option_add(items, &n, (struct MHD_OptionItem){MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL});
    if (o->threads == 0) {
        option_add(items, &n, (struct MHD_OptionItem){MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, NULL});
    } else if (o->threads > 1) {
        option_add(items, &n,
                   (struct MHD_OptionItem){MHD_OPTION_THREAD_POOL_SIZE, o->threads, NULL});
    }
    if (o->cert_pem != NULL) {
        option_add(
            items, &n,
            (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0, text_pointer(o->cert_pem)});
        option_add(items, &n,
                   (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, text_pointer(o->key_pem)});
    }
    if (o->cert_pem != NULL && o->tls_priorities != NULL) {
        option_add(items, &n,
                   (struct MHD_OptionItem){MHD_OPTION_HTTPS_PRIORITIES, 0,
                                           text_pointer(o->tls_priorities)});
    }
    items[n] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
    return MHD_start_daemon(
        daemon_flags(o), 0, NULL, NULL, on_request, s, MHD_OPTION_EXTERNAL_LOGGER, on_log, s,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, s, MHD_OPTION_UNESCAPE_CALLBACK, on_unescape, s,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, s, MHD_OPTION_NOTIFY_CONNECTION, on_connection,
        s, MHD_OPTION_ARRAY, items, MHD_OPTION_END);
}

static int outer_epoll_open(struct http_server *s, struct err *err)
{
    s->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (s->epoll_fd < 0) {
        return err_errno(err, "cannot make an epoll descriptor");
    }
    return 0;
}

static int outer_epoll_add_daemon(struct http_server *s, struct err *err)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    if (info == NULL || epoll_ctl(s->epoll_fd, EPOLL_CTL_ADD, info->epoll_fd, &event) < 0) {
        return err_errno(err, "cannot watch the listener");
    }
    return 0;
}

struct http_server *http_server_new(const struct http_server_options *o,
                                    const struct http_server_hooks *hooks, struct err *err)
{
    struct http_server *s = xcalloc(1, sizeof(*s));
    s->epoll_fd = -1;
    s->acceptor.fd = -1;
    s->handshakes.epoll_fd = s->handshakes.timer_fd = -1;
    s->hooks = *hooks;
    s->log = o->log;
    s->threads = o->threads;
    s->tls = o->cert_pem != NULL;
    s->ids = o->connection_ids != NULL ? o->connection_ids : &s->own_ids;
    s->max_body_bytes = o->max_body_bytes > 0 ? o->max_body_bytes : DEFAULT_MAX_BODY_BYTES;
    pthread_mutex_init(&s->lock, NULL);
    AUTO_FD int fd = -1;
    if (outer_epoll_open(s, err) < 0 ||
        (s->tls && handshakes_open(s, idle_timeout_s(o), err) < 0) ||
        server_listen(o, &fd, err) < 0) {
        goto fail;
    }
    s->unix_path = o->unix_path != NULL ? xstrdup(o->unix_path) : NULL;
    s->port = listen_port(fd);
    s->daemon = daemon_start(s, o);
    if (s->daemon == NULL) {
        err_set(err, ERR_UNAVAILABLE, "the HTTP library refuses to start%s",
                o->cert_pem != NULL ? "; is the certificate good?" : "");
        goto fail;
    }
    if (acceptor_open(s, fd_take(&fd), err) < 0 ||
        (o->threads == 0 && outer_epoll_add_daemon(s, err) < 0)) {
        goto fail;
    }
    return s;
fail:
    http_server_free(s);
    return NULL;
}

void http_server_free(struct http_server *s)
{
    if (s == NULL) {
        return;
    }
    pthread_mutex_lock(&s->lock);
    s->closing = true;
    while (s->suspended != NULL) {
        atomic_store(&s->suspended->gone, true);
        resume_locked(s->suspended);
    }
    handshakes_wake_locked(s);
    pthread_mutex_unlock(&s->lock);
    acceptor_close(s);
    if (s->daemon != NULL) {
        MHD_stop_daemon(s->daemon);
    }
    if (s->unix_path != NULL) {
        (void)unlink(s->unix_path);
        free(s->unix_path);
    }
    handshakes_close(s);
    fd_close(&s->epoll_fd);
    arena_pool_done(&s->arenas);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

int http_server_port(const struct http_server *s)
{
    return s->port;
}

int http_server_fd(const struct http_server *s)
{
    return s->epoll_fd;
}

int64_t http_server_timeout_ms(const struct http_server *s)
{
    MHD_UNSIGNED_LONG_LONG timeout = 0;
    if (s->acceptor.paused) {
        return ACCEPT_PAUSE_MS;
    }
    if (s->threads == 0 && atomic_load(&s->resumed)) {
        return 0;
    }
    if (s->threads > 0 || MHD_get_timeout(s->daemon, &timeout) != MHD_YES) {
        return -1;
    }
    return timeout < INT32_MAX ? (int64_t)timeout : INT32_MAX;
}

void http_server_run(struct http_server *s)
{
    acceptor_look_again(s);
    if (suspended_watch(s)) {
        acceptor_take(s);
    }
    if (s->threads == 0) {
        atomic_store(&s->resumed, false);
        (void)MHD_run(s->daemon);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/run/child_priv.h"

#include "base/sys/clock.h"
#include "base/sys/fd.h"
#include "base/sys/poller.h"
#include "harness/run/watch_priv.h"

#include <errno.h>
#include <unistd.h>

/* A process that ends closes its descriptors first: only who lives on after that has closed them.
 */
enum { CLOSED_GRACE_MS = 300 };

struct pipes {
    int in[2], out[2], err_out[2];
};

static void pipes_close(struct pipes *p)
{
    for (int i = 0; i < 2; i++) {
        fd_close(&p->in[i]);
        fd_close(&p->out[i]);
        fd_close(&p->err_out[i]);
    }
}

static int pipes_open(struct pipes *p, bool wants_stdin, struct err *err)
{
    if ((wants_stdin && (fd_pipe(p->in, err) < 0 || fd_set_nonblocking(p->in[1], true, err) < 0)) ||
        fd_pipe(p->out, err) < 0 || fd_pipe(p->err_out, err) < 0 ||
        fd_set_nonblocking(p->out[0], true, err) < 0) {
        return -1;
    }
    return fd_set_nonblocking(p->err_out[0], true, err);
}

static int take_fd(int *fd)
{
    int taken = *fd;
    *fd = -1;
    return taken;
}

static int launch(struct child *c, const struct process_options *options, struct err *err)
{
    if (c->seal == NULL) {
        return process_start(options, &c->process, err);
    }
    if (seal_spawn(c->seal, options, &c->inside, err) < 0) {
        return -1;
    }
    c->process = (struct process){.pid = c->inside.pid, .pidfd = c->inside.pidfd};
    return 0;
}

/* Reaps it if it has ended. */
static int child_poll(struct child *c, struct err *err)
{
    if (c->seal == NULL) {
        return process_poll(&c->process, &c->status, err);
    }
    int rc = seal_process_wait(c->seal, &c->inside, 0, &c->status, err);
    c->process.pidfd = c->inside.pidfd;
    return rc;
}

int child_start(const struct child_options *o, struct child *ret, struct err *err)
{
    AUTO(pipes_close) struct pipes p = {{-1, -1}, {-1, -1}, {-1, -1}};
    struct child c = {.out = o->out, .err_out = o->err_out, .seal = o->seal, .started = true};
    if (pipes_open(&p, o->wants_stdin, err) < 0) {
        return -1;
    }
    const struct process_options options = {.argv = o->argv,
                                            .envp = o->envp,
                                            .search_path = o->search_path,
                                            .cwd = o->cwd,
                                            .stdin_fd = p.in[0],
                                            .stdout_fd = p.out[1],
                                            .stderr_fd = p.err_out[1],
                                            .limits = o->limits};
    if (launch(&c, &options, err) < 0) {
        return -1;
    }
    c.stdin_fd = take_fd(&p.in[1]);
    c.stdout_fd = take_fd(&p.out[0]);
    c.stderr_fd = take_fd(&p.err_out[0]);
    c.out->closed = c.err_out->closed = false;
    *ret = c;
    return 0;
}

void child_done(struct child *c)
{
    if (c->started) {
        fd_close(&c->stdin_fd);
        fd_close(&c->stdout_fd);
        fd_close(&c->stderr_fd);
    }
    buf_done(&c->pending);
    *c = (struct child){0};
}

bool child_is_running(const struct child *c)
{
    return c->started && c->status.end == PROCESS_RUNNING;
}

static void pending_flush(struct child *c)
{
    while (c->stdin_fd >= 0 && c->pending.len > 0) {
        ssize_t n = write(c->stdin_fd, c->pending.ptr, c->pending.len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            c->send_errno = errno != EAGAIN && errno != EPIPE ? errno : c->send_errno;
            if (errno != EAGAIN) {
                child_close_stdin(c); /* it does not listen any more: its end will tell */
            }
            return;
        }
        buf_remove_front(&c->pending, (size_t)n);
    }
}

void child_send(struct child *c, struct str bytes)
{
    buf_add_str(&c->pending, bytes);
    pending_flush(c);
}

void child_close_stdin(struct child *c)
{
    fd_close(&c->stdin_fd);
    buf_reset(&c->pending);
}

static void stream_drain(int fd, struct stream *s)
{
    struct err ignored = {0};
    if (fd < 0 || s->closed) {
        return;
    }
    s->closed = fd_read_available(fd, &s->text, &ignored) <= 0;
    s->over_limit = s->over_limit || s->text.truncated;
}

void child_drain(struct child *c)
{
    stream_drain(c->stdout_fd, c->out);
    stream_drain(c->stderr_fd, c->err_out);
}

void child_signal(struct child *c, int sig)
{
    struct err ignored = {0};
    if (!child_is_running(c)) {
        return;
    }
    if (c->seal == NULL) {
        process_signal_group(&c->process, sig);
    } else if (seal_signal(c->seal, &c->inside, sig, &ignored) < 0) {
        ignored = (struct err){0}; /* the cell has ended, and it with it */
    }
}

enum {
    ITEM_MOCK,
    ITEM_DECOY,
    ITEM_PROCESS,
    ITEM_STDOUT,
    ITEM_STDERR,
    ITEM_STDIN,
    ITEM_EXECS,
    ITEM_COUNT
};

static void items_fill(const struct child *c, const struct watch *w, struct poll_item *items)
{
    for (int i = 0; i < ITEM_COUNT; i++) {
        items[i] = (struct poll_item){.fd = -1, .want_read = i != ITEM_STDIN};
    }
    items[ITEM_MOCK].fd = w->mock_fd;
    items[ITEM_DECOY].fd = w->decoy_fd;
    items[ITEM_EXECS].fd = w->followed != NULL ? seal_event_fd(w->followed) : -1;
    if (c == NULL || !child_is_running(c)) {
        return;
    }
    /* A cell's init tells of an end when it has reaped; the pidfd is readable before that, and
     * would be polled in a loop until then. */
    items[ITEM_PROCESS].fd = c->seal != NULL ? seal_event_fd(c->seal) : c->process.pidfd;
    items[ITEM_STDOUT].fd = c->out->closed ? -1 : c->stdout_fd;
    items[ITEM_STDERR].fd = c->err_out->closed ? -1 : c->stderr_fd;
    items[ITEM_STDIN].fd = c->pending.len > 0 ? c->stdin_fd : -1;
    items[ITEM_STDIN].want_write = true;
}

static bool is_over_limit(const struct child *c)
{
    return c->out->over_limit || c->err_out->over_limit;
}

/* What the state of things already means, without waiting. */
static bool wait_is_over(struct child *c, bool (*is_done)(void *ctx), void *ctx,
                         enum wait_end *ret_end)
{
    if (c == NULL) {
        return false;
    }
    if (is_over_limit(c)) {
        *ret_end = WAIT_OUTPUT;
    } else if (is_done != NULL && is_done(ctx)) {
        *ret_end = WAIT_READY;
    } else if (!child_is_running(c)) {
        *ret_end = WAIT_ENDED;
    } else {
        return false;
    }
    return true;
}

/* Takes in what poll reported. Reaping comes first, so that all the process wrote before its end is
 * there when its end is seen. */
static int events_take(struct child *c, const struct poll_item *items, struct err *err)
{
    if (c == NULL) {
        return 0;
    }
    if (items[ITEM_PROCESS].ready_read && child_poll(c, err) < 0) {
        return -1;
    }
    child_drain(c);
    pending_flush(c);
    return 0;
}

enum wait_end child_wait(struct child *c, struct watch *watch, bool (*is_done)(void *ctx),
                         void *ctx, int64_t deadline_ms, struct err *err)
{
    enum wait_end end = WAIT_HARNESS, late_end = WAIT_TIME;
    while (!wait_is_over(c, is_done, ctx, &end)) {
        /* What the init tells may have been taken in by another request already. */
        if (c != NULL && c->seal != NULL && child_poll(c, err) < 0) {
            return WAIT_HARNESS;
        }
        if (c != NULL && !child_is_running(c)) {
            child_drain(c);
            continue;
        }
        struct poll_item items[ITEM_COUNT];
        int64_t now = monotonic_ms();
        if (is_done != NULL && c->out->closed && late_end != WAIT_CLOSED &&
            now + CLOSED_GRACE_MS < deadline_ms) {
            deadline_ms = now + CLOSED_GRACE_MS;
            late_end = WAIT_CLOSED;
        }
        if (now >= deadline_ms) {
            return late_end;
        }
        int64_t sample_at = c != NULL ? watch_sample(watch) : deadline_ms;
        int64_t until = sample_at < deadline_ms ? sample_at : deadline_ms;
        items_fill(c, watch, items);
        if (poll_wait(items, ITEM_COUNT, until > now ? until - now : 0, err) < 0) {
            return WAIT_HARNESS;
        }
        if (items[ITEM_MOCK].ready_read || items[ITEM_DECOY].ready_read) {
            err_set(err, ERR_UNAVAILABLE, "the %s server ended in the middle of the case",
                    items[ITEM_MOCK].ready_read ? "mock" : "decoy");
            return WAIT_HARNESS;
        }
        if ((items[ITEM_EXECS].ready_read && watch_take_execs(watch, err) < 0) ||
            events_take(c, items, err) < 0) {
            return WAIT_HARNESS;
        }
    }
    return end;
}

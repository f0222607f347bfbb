/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/world/mock_process.h"

#include "base/net/http_client.h"
#include "base/sys/clock.h"
#include "base/sys/fd.h"
#include "base/sys/fs.h"
#include "base/sys/nursery.h"
#include "base/sys/poller.h"
#include "base/wire/control.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/un.h>

enum {
    NURSERY_MS = 5000,
    START_MS = 20000, /* generous: a loaded machine, a sanitizer build */
    CALL_MS = 20000,
    STOP_MS = 2000,
    READY_MAX_BYTES = 4096,
    LOG_SHOWN_BYTES = 200
};

/* The end of the mock's log, on one line, for an error message. */
static const char *log_tail(struct arena *a, const char *path)
{
    AUTO_BUF struct buf log = {0};
    struct err ignored = {0};
    if (fs_read_file(path, (size_t)1024 * 1024, &log, &ignored) < 0 || log.len == 0) {
        return "it wrote nothing";
    }
    struct str tail = str_trim(buf_str(&log));
    if (tail.len > LOG_SHOWN_BYTES) {
        tail = str_slice(tail, tail.len - LOG_SHOWN_BYTES, tail.len);
    }
    char *text = arena_strndup(a, tail.ptr, tail.len);
    for (char *p = text; *p != '\0'; p++) {
        *p = *p == '\n' ? ' ' : *p;
    }
    return text;
}

struct mock_argv {
    const char *items[32];
    size_t count;
};

static void argv_push(struct mock_argv *argv, const char *name, const char *value)
{
    argv->items[argv->count++] = name;
    argv->items[argv->count] = value;
    argv->count += value != NULL;
}

static const char *number(struct arena *a, int64_t value)
{
    return arena_printf(a, "%lld", (long long)value);
}

static const char *const mock_env[] = {"LANG=C.UTF-8", "TZ=UTC", NULL};

void mock_nursery_start(const char *program, struct nursery *ret)
{
    const char *const argv[] = {program, "nursery", "--fd", NULL};
    const struct process_options options = {.argv = argv,
                                            .envp = mock_env,
                                            .stdin_fd = -1,
                                            .stdout_fd = -1,
                                            .stderr_fd = -1,
                                            .limits = {.no_core = true}};
    struct err ignored = {0}; /* what is wrong with the program is told by the first mock */
    if (nursery_start(&options, NURSERY_MS, ret, &ignored) < 0) {
        *ret = (struct nursery){.fd = -1};
    }
}

/* A nursery that has ended is no matter either. */
static int process_begin(const struct mock_options *o, const struct process_options *options,
                         struct process *ret, struct err *err)
{
    struct err ignored = {0};
    if (o->nursery != NULL && o->nursery->fd >= 0 &&
        nursery_fork(o->nursery->fd, options, ret, &ignored) == 0) {
        return 0;
    }
    return process_start(options, ret, err);
}

static int mock_start(struct arena *a, struct mock_process *m, const struct mock_options *o,
                      int ready_fd, struct err *err)
{
    struct mock_argv argv = {.items = {o->program, "serve"}, .count = 2};
    AUTO_FD int own_fd = process_own_pidfd(err);
    int pass_fds[2 + MOCK_MAX_SOCKETS] = {ready_fd, own_fd};
    size_t pass_count = 2;
    if (own_fd < 0) {
        return -1;
    }
    argv_push(&argv, "--control", m->socket_path);
    argv_push(&argv, "--watch-fd", number(a, own_fd));
    argv_push(&argv, "--ready-fd", number(a, ready_fd));
    argv_push(&argv, "--quiet", NULL);
    argv_push(&argv, "--watch-parent", NULL);
    if (o->seed != 0) {
        argv_push(&argv, "--seed", arena_printf(a, "%llu", (unsigned long long)o->seed));
    }
    if (o->socket_count == 0) {
        argv_push(&argv, "--port", "0");
    }
    if (o->socket_count == 0 && o->tls_from != NULL) {
        argv_push(&argv, "--https", NULL);
        argv_push(&argv, "--https-port", "0");
    }
    if (o->tls_from != NULL) {
        argv_push(&argv, "--tls-from", o->tls_from);
    }
    for (size_t i = 0; i < o->socket_count; i++) {
        const struct mock_socket *s = &o->sockets[i];
        argv_push(&argv, s->is_https ? "--https-listen-fd" : "--listen-fd", number(a, s->fd));
        pass_fds[pass_count++] = s->fd;
    }
    AUTO_FD int log = open(m->log_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (log < 0) {
        return err_errno(err, "cannot write %s", m->log_path);
    }
    const struct process_options options = {.argv = argv.items,
                                            .envp = mock_env,
                                            .stdin_fd = -1,
                                            .stdout_fd = log,
                                            .stderr_fd = log,
                                            .pass_fds = pass_fds,
                                            .pass_fd_count = pass_count,
                                            .limits = {.no_core = true}};
    return process_begin(o, &options, &m->process, err);
}

int mock_launch(struct arena *a, const struct mock_options *o, struct mock_process *ret,
                struct err *err)
{
    struct mock_process m = {.name = o->name,
                             .socket_path = fs_join(a, o->dir, arena_printf(a, "%s.sock", o->name)),
                             .log_path = fs_join(a, o->dir, arena_printf(a, "%s.log", o->name)),
                             .ready_fd = -1};
    int fds[2] = {-1, -1};
    if (strlen(m.socket_path) >= sizeof(((struct sockaddr_un *)0)->sun_path)) {
        err_set(err, ERR_LIMIT, "%s: this path is too long for a socket", m.socket_path);
        err_hint(err, "set TMPDIR to a folder with a short name");
        return -1;
    }
    if (fd_pipe(fds, err) < 0) {
        return -1;
    }
    AUTO_FD int read_end = fds[0];
    AUTO_FD int write_end = fds[1];
    if (mock_start(a, &m, o, write_end, err) < 0) {
        return err_wrap(err, "starting the mock server %s", o->program);
    }
    m.ready_fd = fd_take(&read_end);
    m.zero_ms = monotonic_ms();
    *ret = m;
    return 0;
}

static int ready_line_read(struct arena *a, struct mock_process *m, struct buf *line,
                           struct err *err)
{
    int64_t deadline = monotonic_ms() + START_MS;
    while (line->len == 0 || line->ptr[line->len - 1] != '\n') {
        struct poll_item item = {.fd = m->ready_fd, .want_read = true};
        int64_t left = deadline - monotonic_ms();
        int ready = left > 0 ? poll_wait(&item, 1, left, err) : 0;
        if (ready < 0) {
            return -1;
        }
        if (ready == 0) {
            return err_set(err, ERR_TIMEOUT, "the mock server was not ready within %d s",
                           START_MS / 1000);
        }
        int more = fd_read_available(m->ready_fd, line, err);
        if (more < 0) {
            return -1;
        }
        bool complete = line->len > 0 && line->ptr[line->len - 1] == '\n';
        if ((more == 0 && !complete) || line->truncated) {
            return err_set(err, ERR_UNAVAILABLE, "the mock server ended at its start: %s",
                           log_tail(a, m->log_path));
        }
    }
    return 0;
}

/* Where it can be told, the mock's own zero of time is taken over, so that our times and those of
 * the journal are the same to the millisecond. */
static int zero_read(struct mock_process *m, struct err *err)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    int64_t before_ms = monotonic_ms();
    if (mock_call(m, "GET", CONTROL_HEALTH, NULL, &doc, err) < 0) {
        return -1;
    }
    int64_t real_ms = json_get_int(doc.root, "real_ms", -1);
    if (real_ms >= 0) {
        m->zero_ms = before_ms - real_ms;
    }
    return 0;
}

int mock_await(struct arena *a, struct mock_process *m, struct err *err)
{
    AUTO_BUF struct buf line = {0};
    AUTO_JSON_DOC struct json_doc doc = {0};
    buf_init(&line, READY_MAX_BYTES);
    if (fd_set_nonblocking(m->ready_fd, true, err) < 0 || ready_line_read(a, m, &line, err) < 0) {
        return -1;
    }
    fd_close(&m->ready_fd);
    if (json_read(str_trim(buf_str(&line)), "the mock server's ready line", NULL, &doc, err) < 0) {
        return -1;
    }
    m->port = json_get_int(doc.root, "port", 0);
    m->https_port = json_get_int(doc.root, "https_port", 0);
    if (m->port <= 0) {
        return err_set(err, ERR_PROTOCOL, "the mock server did not name its port");
    }
    const struct http_client_options options = {.unix_socket = m->socket_path,
                                                .timeout_ms = CALL_MS};
    m->client = http_client_new(&options, err);
    return m->client != NULL ? zero_read(m, err) : -1;
}

void mock_stop(struct mock_process *m)
{
    struct err ignored = {0};
    struct process_status status = {0};
    if (m->process.pid > 0) {
        bool asked =
            m->client != NULL && mock_call(m, "POST", CONTROL_SHUTDOWN, NULL, NULL, &ignored) == 0;
        if (!asked || process_wait(&m->process, STOP_MS, &status, &ignored) < 0 ||
            status.end == PROCESS_RUNNING) {
            process_signal_group(&m->process, SIGKILL);
            if (process_wait(&m->process, STOP_MS, &status, &ignored) < 0) {
                ignored = (struct err){0}; /* the caller's sweep has the last word */
            }
        }
        fd_close(&m->ready_fd);
    }
    http_client_free(m->client);
    *m = (struct mock_process){.ready_fd = -1};
}

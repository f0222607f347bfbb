/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/app/listeners.h"

#include "base/cli/term.h"
#include "base/sys/clock.h"
#include "base/sys/fs.h"
#include "base/sys/poller.h"
#include "mock/app/certificates.h"
#include "mock/app/engine.h"
#include "mock/app/serve.h"
#include "mock/control/control.h"
#include "mock/http/server.h"

#include <signal.h>
#include <unistd.h>

/* With threads the loop does not see requests come: how often a journal wait looks. */
#define WAIT_LOOK_MS        2
#define CONTROL_MAX_BODY    ((size_t)16 * 1024 * 1024)
#define CONTROL_CONNECTIONS 256
#define PARENT_LOOK_MS      1000

static void log_line(const char *line)
{
    say_detail("http: %s", line);
}

static int open_public(const struct serve_options *o, struct engine *engine, _Atomic int64_t *ids,
                       struct listeners *l, struct err *err)
{
    const struct http_server_options options = {
        .address = o->listen.address,
        .port = (int)o->listen.port,
        .listen_fd = (int)o->listen.listen_fd,
        .threads = l->threads,
        .connection_ids = ids,
        .log = log_line,
    };
    struct http_server_hooks hooks = engine_hooks(engine);
    l->http = http_server_new(&options, &hooks, err);
    return l->http != NULL ? 0 : -1;
}

static int open_tls(struct arena *a, const struct serve_options *o, const struct scenario *scenario,
                    _Atomic int64_t *ids, struct listeners *l, struct err *err)
{
    AUTO(certificates_done) struct certificates c = {0};
    if (o->listen.tls_from != NULL
            ? certificates_read(o->listen.tls_from, &c, err) < 0
            : certificates_make(a, scenario, &o->listen.tls_names, &c, err) < 0) {
        return -1;
    }
    if (o->listen.ca_out != NULL &&
        fs_write_file_atomic(o->listen.ca_out, buf_str(&c.ca_pem), 0644, err) < 0) {
        return -1;
    }
    const struct http_server_options options = {
        .address = o->listen.address,
        .port = (int)o->listen.https_port,
        .listen_fd = (int)o->listen.https_listen_fd,
        .cert_pem = buf_z(&c.cert_pem),
        .key_pem = buf_z(&c.key_pem),
        .threads = l->threads,
        .connection_ids = ids,
        .log = log_line,
    };
    struct http_server_hooks hooks = engine_hooks(l->engine);
    l->https = http_server_new(&options, &hooks, err);
    return l->https != NULL ? 0 : -1;
}

static int open_control(const struct serve_options *o, struct listeners *l, struct err *err)
{
    struct control_backend backend = engine_control_backend(l->engine);
    l->control = control_new(&backend);
    if (o->control == NULL) {
        return 0;
    }
    const struct http_server_options options = {
        .listen_fd = -1,
        .unix_path = o->control,
        .max_body_bytes = CONTROL_MAX_BODY,
        .max_connections = CONTROL_CONNECTIONS,
        .log = log_line,
    };
    struct http_server_hooks hooks = control_hooks(l->control);
    l->steering = http_server_new(&options, &hooks, err);
    return l->steering != NULL ? 0 : -1;
}

int listeners_open(struct arena *a, const struct serve_options *o, const struct scenario *scenario,
                   struct engine *engine, struct listeners *ret, struct err *err)
{
    struct listeners l = {.engine = engine, .threads = (int)o->listen.threads};
    _Atomic int64_t *ids = engine_connection_ids(engine);
    bool tls = o->listen.https || o->listen.https_listen_fd >= 0;
    if (open_public(o, engine, ids, &l, err) < 0 ||
        (tls && open_tls(a, o, scenario, ids, &l, err) < 0) || open_control(o, &l, err) < 0) {
        listeners_close(&l);
        return -1;
    }
    *ret = l;
    return 0;
}

void listeners_close(struct listeners *l)
{
    http_server_free(l->steering);
    http_server_free(l->https);
    http_server_free(l->http);
    control_free(l->control);
    *l = (struct listeners){0};
}

static int64_t sooner(int64_t a, int64_t b)
{
    return a < 0 || (b >= 0 && b < a) ? b : a;
}

static int64_t until(int64_t due_ms)
{
    if (due_ms < 0) {
        return -1;
    }
    int64_t left = due_ms - monotonic_ms();
    return left > 0 ? left : 0;
}

static int64_t server_timeout_ms(const struct http_server *s)
{
    return s != NULL ? http_server_timeout_ms(s) : -1;
}

static int64_t loop_timeout_ms(const struct listeners *l, int parent)
{
    int64_t timeout = parent != 0 ? PARENT_LOOK_MS : -1;
    timeout = sooner(timeout, server_timeout_ms(l->http));
    timeout = sooner(timeout, server_timeout_ms(l->https));
    timeout = sooner(timeout, server_timeout_ms(l->steering));
    timeout = sooner(timeout, until(engine_next_due_ms(l->engine)));
    timeout = sooner(timeout, until(control_next_due_ms(l->control)));
    if (l->threads > 0 && control_is_waiting(l->control)) {
        timeout = sooner(timeout, WAIT_LOOK_MS);
    }
    return timeout;
}

static int server_fd(const struct http_server *s)
{
    return s != NULL ? http_server_fd(s) : -1;
}

static void server_run(struct http_server *s)
{
    if (s != NULL) {
        http_server_run(s);
    }
}

static bool signal_ends(int signal_fd)
{
    for (int sig = signals_read(signal_fd); sig != 0; sig = signals_read(signal_fd)) {
        if (sig != SIGCHLD) {
            return true;
        }
    }
    return false;
}

static void listeners_step(struct listeners *l)
{
    engine_tick(l->engine);
    server_run(l->http);
    server_run(l->https);
    if (control_is_waiting(l->control)) {
        control_tick(l->control);
    }
    server_run(l->steering);
}

int listeners_run(struct listeners *l, int signal_fd, int parent, struct err *err)
{
    struct poll_item items[] = {
        {.fd = signal_fd, .want_read = true},
        {.fd = engine_fd(l->engine), .want_read = true},
        {.fd = server_fd(l->http), .want_read = true},
        {.fd = server_fd(l->https), .want_read = true},
        {.fd = server_fd(l->steering), .want_read = true},
    };
    for (;;) {
        if (poll_wait(items, ARRAY_LEN(items), loop_timeout_ms(l, parent), err) < 0) {
            return -1;
        }
        if (items[0].ready_read && signal_ends(signal_fd)) {
            return 0;
        }
        listeners_step(l);
        if (control_wants_shutdown(l->control) || (parent != 0 && getppid() != parent)) {
            return 0;
        }
    }
}

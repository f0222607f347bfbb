/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/app/listeners.h"

#include "base/cli/term.h"
#include "base/crypto/random.h"
#include "base/sys/clock.h"
#include "base/sys/fs.h"
#include "base/sys/poller.h"
#include "base/text/number.h"
#include "base/wire/scenario.h"
#include "mock/app/certificates.h"
#include "mock/app/config_watch.h"
#include "mock/app/engine.h"
#include "mock/app/serve.h"
#include "mock/app/tls_fault.h"
#include "mock/control/control.h"
#include "mock/http/server.h"
#include "mock/web/web.h"

#include <signal.h>
#include <unistd.h>

/* With threads the loop does not see requests come: how often a journal wait looks. */
#define WAIT_LOOK_MS        2
#define CONTROL_MAX_BODY    ((size_t)16 * 1024 * 1024)
#define CONTROL_CONNECTIONS 256
#define PARENT_LOOK_MS      1000
#define WEB_LOOK_MS         100

#define FD_MAX (1 << 20)

#define SECRET_BYTES          24
#define SECRET_MIN_BYTES      8
#define SECRET_FILE_MAX_BYTES ((size_t)4096)

static void log_line(const char *line)
{
    say_detail("http: %s", line);
}

/* The first server of a kind is made for the first of its descriptors, or for address and port when
 * there is none; what else listens already is served alike. */
static int open_all(struct http_server_options *options, const struct str_list *fds,
                    struct listeners *l, struct http_server **ret_first, struct err *err)
{
    struct http_server_hooks hooks = engine_hooks(l->engine);
    for (size_t i = 0; i == 0 || i < fds->count; i++) {
        int64_t fd = -1;
        if (i < fds->count && parse_int64(str_of(fds->items[i]), 0, FD_MAX, &fd, err) < 0) {
            return err_set(err, ERR_USAGE, "%s is no number of a descriptor", fds->items[i]);
        }
        if (l->more_count == LISTENERS_MORE_MAX) {
            return err_set(err, ERR_USAGE, "more than %zu descriptors to serve",
                           LISTENERS_MORE_MAX);
        }
        options->listen_fd = (int)fd;
        struct http_server *made = http_server_new(options, &hooks, err);
        if (made == NULL) {
            return -1;
        }
        if (i == 0) {
            *ret_first = made;
        } else {
            l->more[l->more_count++] = made;
        }
    }
    return 0;
}

static int open_public(const struct serve_options *o, _Atomic int64_t *ids, struct listeners *l,
                       struct err *err)
{
    struct http_server_options options = {
        .address = o->listen.address,
        .port = (int)o->listen.port,
        .threads = l->threads,
        .connection_ids = ids,
        .log = log_line,
    };
    return open_all(&options, &o->listen.listen_fds, l, &l->http, err);
}

static int open_https(const struct serve_options *o, const struct certificates *c,
                      _Atomic int64_t *ids, struct listeners *l, struct err *err)
{
    struct http_server_options options = {
        .address = o->listen.address,
        .port = (int)o->listen.https_port,
        .cert_pem = buf_z(&c->cert_pem),
        .key_pem = buf_z(&c->key_pem),
        .threads = l->threads,
        .connection_ids = ids,
        .log = log_line,
    };
    return open_all(&options, &o->listen.https_listen_fds, l, &l->https, err);
}

static int open_flawed(const struct serve_options *o, const struct certificates *c, int port,
                       struct listener_flawed *ret, struct engine *engine, struct err *err)
{
    const struct http_server_options options = {
        .address = o->listen.address,
        .port = port,
        .listen_fd = -1,
        .cert_pem = buf_z(&c->cert_pem),
        .key_pem = buf_z(&c->key_pem),
        .threads = (int)o->listen.threads,
        .connection_ids = engine_connection_ids(engine),
        .log = log_line,
        .tls_priorities = tls_fault_priorities(ret->flaw.fault),
    };
    struct http_server_hooks hooks = engine_hooks(engine);
    ret->server = http_server_new(&options, &hooks, err);
    return ret->server != NULL ? 0
                               : err_wrap(err, "--tls-fault %s", tls_fault_name(ret->flaw.fault));
}

/* Those of the command line, then those of the scenario. */
static int flaws_collect(struct arena *a, const struct serve_options *o,
                         const struct scenario *scenario, struct listeners *l, struct err *err)
{
    size_t told = o->steer.tls_faults.count, count = told + scenario->tls_faults.count;
    if (count > LISTENERS_FLAWED_MAX) {
        return err_set(err, ERR_USAGE, "more than %zu listeners with flaws", LISTENERS_FLAWED_MAX);
    }
    for (size_t i = 0; i < count; i++) {
        struct scenario_tls_fault *flaw = &l->flawed[i].flaw;
        if (i >= told) {
            *flaw = *SHAPE_LIST_AT(struct scenario_tls_fault, scenario->tls_faults, i - told);
        } else if (tls_fault_parse(a, o->steer.tls_faults.items[i], flaw, err) < 0) {
            return -1;
        }
    }
    l->flawed_count = count;
    return 0;
}

static int open_tls(struct arena *a, const struct serve_options *o, const struct scenario *scenario,
                    struct listeners *l, struct err *err)
{
    bool good = o->listen.https || o->listen.https_listen_fds.count > 0;
    if (flaws_collect(a, o, scenario, l, err) < 0) {
        return -1;
    }
    if (!good && l->flawed_count == 0) {
        return o->listen.ca_out == NULL
                   ? 0
                   : err_set(err, ERR_USAGE, "--ca-out is for HTTPS; add --https");
    }
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
    if (good && open_https(o, &c, engine_connection_ids(l->engine), l, err) < 0) {
        return -1;
    }
    for (size_t i = 0; i < l->flawed_count; i++) {
        AUTO(certificates_done) struct certificates flawed = {0};
        struct listener_flawed *f = &l->flawed[i];
        if (certificates_make_flawed(a, scenario, &c, f->flaw.fault, &flawed, err) < 0 ||
            open_flawed(o, &flawed, (int)f->flaw.port, f, l->engine, err) < 0) {
            return -1;
        }
    }
    return 0;
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

/* The first line of the file, or a secret of our own. */
static int secret_choose(const struct serve_options *o, struct listeners *l, struct buf *ret,
                         struct err *err)
{
    if (o->steer.secret_file == NULL) {
        struct rng rng;
        rng_init_system(&rng);
        rng_base64url(&rng, &l->secret, SECRET_BYTES);
        buf_add_str(ret, buf_str(&l->secret));
        return 0;
    }
    AUTO_BUF struct buf text = {0};
    struct str line;
    if (fs_read_file(o->steer.secret_file, SECRET_FILE_MAX_BYTES, &text, err) < 0) {
        return -1;
    }
    struct str rest = buf_str(&text);
    if (!str_split(&rest, '\n', &line) || str_trim(line).len < SECRET_MIN_BYTES) {
        return err_set(err, ERR_USAGE,
                       "'%s' has no secret of at least %d characters in its first line",
                       o->steer.secret_file, SECRET_MIN_BYTES);
    }
    buf_add_str(ret, str_trim(line));
    return 0;
}

static int open_guarded(const struct serve_options *o, struct listeners *l, struct err *err)
{
    if (o->steer.control_port < 0) {
        return 0;
    }
    AUTO_BUF struct buf secret = {0};
    if (secret_choose(o, l, &secret, err) < 0) {
        return -1;
    }
    const struct http_server_options options = {
        .address = "127.0.0.1",
        .port = (int)o->steer.control_port,
        .listen_fd = -1,
        .max_body_bytes = CONTROL_MAX_BODY,
        .max_connections = CONTROL_CONNECTIONS,
        .log = log_line,
    };
    struct http_server_hooks hooks = control_guarded_hooks(l->control, buf_str(&secret));
    l->guarded = http_server_new(&options, &hooks, err);
    return l->guarded != NULL ? 0 : err_wrap(err, "--control-port");
}

static int open_page(const struct serve_options *o, struct listeners *l, struct err *err)
{
    if (o->steer.web_port < 0) {
        return 0;
    }
    struct control_backend backend = engine_control_backend(l->engine);
    l->web = web_new(&backend);
    const struct http_server_options options = {
        .address = "127.0.0.1",
        .port = (int)o->steer.web_port,
        .listen_fd = -1,
        .max_connections = CONTROL_CONNECTIONS,
        .log = log_line,
    };
    struct http_server_hooks hooks = web_hooks(l->web);
    l->page = http_server_new(&options, &hooks, err);
    return l->page != NULL ? 0 : err_wrap(err, "--web");
}

static int watch_config(const struct serve_options *o, struct listeners *l, struct err *err)
{
    if (o->config == NULL) {
        return 0;
    }
    l->config = config_watch_new(o->config, err);
    return l->config != NULL ? 0 : -1;
}

int listeners_open(struct arena *a, const struct serve_options *o, const struct scenario *scenario,
                   struct engine *engine, struct listeners *ret, struct err *err)
{
    struct listeners l = {.engine = engine, .threads = (int)o->listen.threads};
    if (open_public(o, engine_connection_ids(engine), &l, err) < 0 ||
        open_tls(a, o, scenario, &l, err) < 0 || open_control(o, &l, err) < 0 ||
        open_guarded(o, &l, err) < 0 || open_page(o, &l, err) < 0 || watch_config(o, &l, err) < 0) {
        listeners_close(&l);
        return -1;
    }
    *ret = l;
    return 0;
}

void listeners_close(struct listeners *l)
{
    http_server_free(l->page);
    http_server_free(l->guarded);
    http_server_free(l->steering);
    for (size_t i = 0; i < l->flawed_count; i++) {
        http_server_free(l->flawed[i].server);
    }
    for (size_t i = 0; i < l->more_count; i++) {
        http_server_free(l->more[i]);
    }
    http_server_free(l->https);
    http_server_free(l->http);
    control_free(l->control);
    web_free(l->web);
    config_watch_free(l->config);
    buf_done(&l->secret);
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

/* All servers that there may be. */
#define SERVERS_MAX (5 + LISTENERS_MORE_MAX + LISTENERS_FLAWED_MAX)

static size_t servers_of(const struct listeners *l, struct http_server **ret)
{
    size_t n = 0;
    ret[n++] = l->http;
    ret[n++] = l->https;
    for (size_t i = 0; i < l->more_count; i++) {
        ret[n++] = l->more[i];
    }
    for (size_t i = 0; i < l->flawed_count; i++) {
        ret[n++] = l->flawed[i].server;
    }
    ret[n++] = l->steering;
    ret[n++] = l->guarded;
    ret[n++] = l->page;
    return n;
}

static int64_t loop_timeout_ms(const struct listeners *l, int parent)
{
    int64_t timeout = parent != 0 ? PARENT_LOOK_MS : -1;
    struct http_server *servers[SERVERS_MAX];
    size_t count = servers_of(l, servers);
    for (size_t i = 0; i < count; i++) {
        timeout = sooner(timeout, server_timeout_ms(servers[i]));
    }
    timeout = sooner(timeout, until(engine_next_due_ms(l->engine)));
    timeout = sooner(timeout, until(control_next_due_ms(l->control)));
    if (l->threads > 0 && control_is_waiting(l->control)) {
        timeout = sooner(timeout, WAIT_LOOK_MS);
    }
    if (l->threads > 0 && web_is_watched(l->web)) {
        timeout = sooner(timeout, WEB_LOOK_MS);
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

static bool signal_ends(const struct listeners *l, int signal_fd)
{
    for (int sig = signals_read(signal_fd); sig != 0; sig = signals_read(signal_fd)) {
        if (sig == SIGHUP && l->config != NULL) {
            config_watch_reload(l->config, l->engine);
        } else if (sig != SIGCHLD) {
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
    for (size_t i = 0; i < l->more_count; i++) {
        server_run(l->more[i]);
    }
    for (size_t i = 0; i < l->flawed_count; i++) {
        server_run(l->flawed[i].server);
    }
    if (control_is_waiting(l->control)) {
        control_tick(l->control);
    }
    server_run(l->steering);
    server_run(l->guarded);
    server_run(l->page);
    web_tick(l->web); /* last: the page tells what its own buttons did, too */
}

/* Beside the servers: signals, whom this one ends with, the engine, the scenario file. */
enum { POLL_SIGNALS, POLL_WATCHED, POLL_ENGINE, POLL_CONFIG, POLL_SERVERS };

static bool is_over(struct listeners *l, const struct listeners_ends *ends,
                    const struct poll_item *items)
{
    const struct poll_item *watched = &items[POLL_WATCHED];
    return (items[POLL_SIGNALS].ready_read && signal_ends(l, ends->signal_fd)) ||
           watched->ready_read || watched->ready_error;
}

int listeners_run(struct listeners *l, const struct listeners_ends *ends, struct err *err)
{
    struct http_server *servers[SERVERS_MAX];
    struct poll_item items[POLL_SERVERS + SERVERS_MAX];
    size_t count = servers_of(l, servers);
    items[POLL_SIGNALS] = (struct poll_item){.fd = ends->signal_fd, .want_read = true};
    items[POLL_WATCHED] = (struct poll_item){.fd = ends->watch_fd, .want_read = true};
    items[POLL_ENGINE] = (struct poll_item){.fd = engine_fd(l->engine), .want_read = true};
    items[POLL_CONFIG] = (struct poll_item){
        .fd = l->config != NULL ? config_watch_fd(l->config) : -1, .want_read = true};
    for (size_t i = 0; i < count; i++) {
        items[POLL_SERVERS + i] =
            (struct poll_item){.fd = server_fd(servers[i]), .want_read = true};
    }
    for (;;) {
        if (poll_wait(items, POLL_SERVERS + count, loop_timeout_ms(l, ends->parent), err) < 0) {
            return -1;
        }
        if (is_over(l, ends, items)) {
            return 0;
        }
        if (items[POLL_CONFIG].ready_read && config_watch_changed(l->config)) {
            config_watch_reload(l->config, l->engine);
        }
        listeners_step(l);
        if (control_wants_shutdown(l->control) ||
            (ends->parent != 0 && getppid() != ends->parent)) {
            return 0;
        }
    }
}

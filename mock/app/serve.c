/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/app/serve.h"

#include "base/cli/exit_code.h"
#include "base/cli/term.h"
#include "base/json/shape_encode.h"
#include "base/sys/env.h"
#include "base/sys/fd.h"
#include "base/sys/poller.h"
#include "base/text/number.h"
#include "mock/app/default_scenario.h"
#include "mock/app/engine.h"
#include "mock/app/listeners.h"
#include "mock/app/start_text.h"
#include "mock/space/space.h"

#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define THREADS_MAX     256
#define WARM_UP_JOURNAL ((size_t)1024 * 1024)
/* Who serves from a pool serves load: the values of so many secrets are kept, about 50 kB each when
 * the journal is read. */
#define LISTED_BY_A_POOL ((size_t)1000)

/* Thousands of idle connections are normal for a mock under test. */
static void raise_open_files(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static bool is_loopback(const char *address)
{
    return strcmp(address, "localhost") == 0 || strcmp(address, "::1") == 0 ||
           strncmp(address, "127.", 4) == 0;
}

static int announce(struct arena *a, const struct serve_options *o, const struct listeners *l,
                    struct err *err)
{
    AUTO_BUF struct buf text = {0};
    if (!is_loopback(o->listen.address) && o->listen.listen_fds.count == 0) {
        say_info("warning: listening on %s: other machines can reach this mock, and it hands out "
                 "tokens to anyone who knows its test credentials",
                 o->listen.address);
    }
    if (!o->quiet) {
        start_text(a, o, l, &text);
        say_result("%s", buf_z(&text));
        (void)fflush(stdout);
    }
    if (o->ready_fd >= 0) {
        buf_reset(&text);
        start_ready_line(o, l, &text);
        int fd = (int)o->ready_fd;
        int result = fd_write_all(fd, buf_str(&text), err);
        fd_close(&fd);
        return result < 0 ? err_wrap(err, "--ready-fd %d", (int)o->ready_fd) : 0;
    }
    return 0;
}

static int serve_until_end(struct arena *a, const struct serve_options *o, struct engine *engine,
                           const struct scenario *scenario, int signal_fd, struct err *err)
{
    struct listeners_ends ends = {.signal_fd = signal_fd, .watch_fd = (int)o->watch_fd};
    if (o->watch_parent) {
        ends.parent = (int)getppid();
        (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
    }
    struct listeners listeners = {0};
    if (listeners_open(a, o, scenario, engine, &listeners, err) < 0) {
        return -1;
    }
    int result = announce(a, o, &listeners, err);
    if (result == 0) {
        result = listeners_run(&listeners, &ends, err);
    }
    engine_begin_shutdown(engine);
    listeners_close(&listeners);
    return result;
}

static void config_print(const struct scenario *scenario)
{
    AUTO_JSON struct json *shown = shape_encode_masked(&scenario_shape, scenario);
    AUTO_BUF struct buf text = {0};
    json_write_pretty(&text, shown);
    buf_add_char(&text, '\n');
    say_result("%s", buf_z(&text));
}

static int serve(struct arena *a, const struct serve_options *o, struct err *err)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct scenario scenario;
    if (scenario_load(a, o->config, &doc, &scenario, err) < 0) {
        return -1;
    }
    AUTO_FD int signal_fd = signals_open(err);
    if (signal_fd < 0) {
        return -1;
    }
    signals_ignore_pipe();
    raise_open_files();
    const struct space_options options = {
        .seeded = o->seed >= 0,
        .seed = o->seed >= 0 ? (uint64_t)o->seed : 0,
        .journal_max_bytes = (size_t)o->journal_mib * 1024 * 1024,
        .max_listed = o->listen.threads > 0 ? LISTED_BY_A_POOL : 0,
    };
    struct engine *engine = engine_new(&options, (size_t)o->listen.threads, err);
    if (engine == NULL) {
        return -1;
    }
    /* What cannot be served is not printed either. */
    int result = engine_load(engine, &doc, &scenario, err);
    if (result == 0 && o->print_config) {
        config_print(&scenario);
    } else if (result == 0) {
        result = serve_until_end(a, o, engine, &scenario, signal_fd, err);
    }
    engine_free(engine);
    return result;
}

int serve_warm_up(struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct scenario scenario;
    const struct space_options options = {.journal_max_bytes = WARM_UP_JOURNAL};
    if (scenario_load(a, NULL, &doc, &scenario, err) < 0) {
        return -1;
    }
    struct engine *engine = engine_new(&options, 0, err);
    int result = engine != NULL ? engine_load(engine, &doc, &scenario, err) : -1;
    engine_free(engine);
    return result;
}

static bool is_watched(const struct serve_options *o)
{
    return o->control != NULL || o->steer.control_port >= 0 || o->steer.web_port >= 0;
}

/* Nobody reads the journal of a mock without a control interface, so its order is no matter. */
static int threads_choose(struct serve_options *o, struct err *err)
{
    const char *wanted = o->listen.threads_wanted;
    if (strcmp(wanted, "auto") == 0) {
        o->listen.threads = is_watched(o) ? 0 : env_cpu_count();
        return 0;
    }
    if (parse_int64(str_of(wanted), 0, THREADS_MAX, &o->listen.threads, err) < 0) {
        err_set(err, ERR_USAGE, "--threads %s: neither auto nor a number up to %d", wanted,
                THREADS_MAX);
        return -1;
    }
    return 0;
}

static int listener_check(const char *option, const struct str_list *fds, struct err *err)
{
    for (size_t i = 0; i < fds->count; i++) {
        int64_t fd;
        if (parse_int64(str_of(fds->items[i]), 0, INT32_MAX, &fd, err) < 0 ||
            !fd_is_listener((int)fd)) {
            return err_set(err, ERR_USAGE, "--%s %s: no descriptor of a socket that listens",
                           option, fds->items[i]);
        }
    }
    return 0;
}

/* An option that would change nothing is a mistake that nobody else tells. */
static int options_check(const struct serve_options *o, struct err *err)
{
    bool https = o->listen.https || o->listen.https_listen_fds.count > 0;
    const char *idle = o->listen.tls_from != NULL      ? "tls-from"
                       : o->listen.tls_names.count > 0 ? "tls-name"
                                                       : NULL;
    if (!https && idle != NULL) {
        return err_set(err, ERR_USAGE, "--%s is for HTTPS; add --https", idle);
    }
    if (o->steer.secret_file != NULL && o->steer.control_port < 0) {
        return err_set(err, ERR_USAGE,
                       "--control-secret-file is for --control-port; add --control-port 0");
    }
    const int64_t fds[] = {o->watch_fd, o->ready_fd};
    const char *const names[] = {"watch-fd", "ready-fd"};
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        if (fds[i] >= 0 && !fd_is_open((int)fds[i])) {
            return err_set(err, ERR_USAGE, "--%s %d: this descriptor is not open", names[i],
                           (int)fds[i]);
        }
    }
    return listener_check("listen-fd", &o->listen.listen_fds, err) < 0
               ? -1
               : listener_check("https-listen-fd", &o->listen.https_listen_fds, err);
}

int serve_run(void *program, const void *options, const struct str_list *args)
{
    (void)program;
    (void)args;
    struct serve_options o = *(const struct serve_options *)options;
    AUTO_ARENA struct arena *a = arena_new();
    struct err err = {0};
    term_setup(TERM_AUTO, o.quiet ? -1 : (o.verbose ? 1 : 0));
    if (threads_choose(&o, &err) < 0 || options_check(&o, &err) < 0 || serve(a, &o, &err) < 0) {
        say_error(&err);
        return (int)exit_code_of(&err);
    }
    return EXIT_OK;
}

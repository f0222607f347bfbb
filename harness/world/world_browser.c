/* SPDX-License-Identifier: Apache-2.0 */
/* The user's browser: openers that the connector finds under every usual name, and the program
 * behind them, which acts on its own in the same network. */
#include "harness/browser/browser.h"
#include "harness/browser/desktop.h"

#include "base/json/json_read.h"

#include "base/sys/clock.h"
#include "base/sys/env.h"
#include "base/sys/fd.h"
#include "base/sys/fs.h"
#include "base/sys/poller.h"
#include "harness/seal/seal.h"
#include "harness/world/world_priv.h"

#include <signal.h>
#include <unistd.h>

enum {
    START_MS = 90000,
    READY_STEP_MS = 5,
    END_MS = 30000, /* Chromium under load */
    LOG_MAX_BYTES = 16 * 1024 * 1024,
    PORT_FROM = 10000,
    PORTS = 20000
};

/* Where the browser keeps its things in a cell. */
#define CELL_DIR SEAL_BOX "/desktop"

struct world_browser {
    const char *dir, *inner_dir; /* as the harness and as the connector see it */
    const char *bin;             /* inner folder of the openers */
    const char *desktop;         /* inner folder of it; NULL = the connector needs none */
    struct process process;      /* pid 0 = not running */
    pid_t inner_pid;             /* of it, in a cell */
    int in_fd, log_fd;
};

/* What programs call to show a page to their user. */
static const char *const openers[] = {
    "xdg-open",   "sensible-browser", "x-www-browser", "www-browser",
    "gnome-open", "kde-open",         "gvfs-open",     "open",
    "wslview",    "firefox",          "google-chrome", "chromium"};

const char *world_redirect_port(const struct world *w)
{
    bool free_choice = w->seal == NULL && MODE_IS_BROWSER(w->options.mode) &&
                       manifest_uses(w->options.manifest, w->options.mode, VAR_REDIRECT_PORT) &&
                       w->options.mode != MODE_U2M_BUILT_IN;
    return free_choice
               ? arena_printf(w->arena, "%d", PORT_FROM + (int)(w->mock.process.pid % PORTS))
               : "8020";
}

/* Comes back at once, whatever becomes of the page: that is how desktops behave. The address is the
 * last argument. One append is one line. */
static int openers_write(const struct world *w, struct err *err)
{
    const struct world_browser *b = w->browser;
    const char *bin = fs_join(w->arena, b->dir, "bin");
    const char *script = arena_printf(
        w->arena,
        "#!/bin/sh\nfor url; do :; done\nprintf '%%s\\t%%s\\n' \"${0##*/}\" \"$url\" >> "
        "'%s/requests'\n",
        b->inner_dir);
    if (fs_make_dirs(bin, 0755, err) < 0 ||
        fs_write_file(fs_join(w->arena, b->dir, "requests"), STR(""), 0644, err) < 0) {
        return -1;
    }
    for (size_t i = 0; i < ARRAY_LEN(openers); i++) {
        if (fs_write_file(fs_join(w->arena, bin, openers[i]), str_of(script), 0755, err) < 0) {
            return -1;
        }
    }
    return 0;
}

static int desktop_prepare(struct world *w, struct err *err)
{
    struct world_browser *b = w->browser;
    if (!w->options.manifest->desktop) {
        return 0;
    }
    b->desktop = fs_join(w->arena, b->inner_dir, "session");
    return desktop_write(w->arena, fs_join(w->arena, b->dir, "session"), b->desktop,
                         world_browser_opener(w), err);
}

int world_browser_prepare(struct world *w, struct err *err)
{
    if (!MODE_IS_BROWSER(w->options.mode)) {
        return 0;
    }
    struct world_browser *b = ARENA_NEW(w->arena, struct world_browser);
    *b = (struct world_browser){.in_fd = -1, .log_fd = -1};
    b->dir = w->seal != NULL ? seal_path(w->seal, w->arena, "desktop")
                             : fs_join(w->arena, w->dir, "desktop");
    b->inner_dir = w->seal != NULL ? CELL_DIR : b->dir;
    b->bin = fs_join(w->arena, b->inner_dir, "bin");
    w->browser = b;
    return openers_write(w, err) < 0 || desktop_prepare(w, err) < 0
               ? err_wrap(err, "the openers of the browser")
               : 0;
}

const char *world_browser_path(struct world *w, const char *path)
{
    return arena_printf(w->arena, "%s:%s", w->browser->bin, path);
}

const char *world_browser_desktop(const struct world *w)
{
    return w->browser->desktop;
}

const char *world_browser_opener(const struct world *w)
{
    return fs_join(w->arena, w->browser->bin, openers[0]);
}

static struct str_list environment(const struct world *w)
{
    struct str_list env = w->options.walls->trust.environ;
    struct str_list all = {0};
    for (size_t i = 0; w->seal != NULL && i < env.count; i++) {
        *VEC_PUSH(w->arena, &all) = env.items[i];
    }
    *VEC_PUSH(w->arena, &all) = "PATH=/usr/local/bin:/usr/bin:/bin";
    *VEC_PUSH(w->arena, &all) = "LANG=C.UTF-8";
    *VEC_PUSH(w->arena, &all) = BROWSER_MARK;
    *VEC_PUSH(w->arena, &all) = arena_printf(w->arena, "HOME=%s", w->browser->inner_dir);
    *VEC_PUSH(w->arena, &all) = arena_printf(w->arena, "TMPDIR=%s", w->browser->inner_dir);
    *VEC_PUSH(w->arena, &all) = NULL;
    return all;
}

static int launch(struct world *w, int in_fd, struct err *err)
{
    struct world_browser *b = w->browser;
    const char *const argv[] = {w->options.browser_program, NULL};
    struct str_list env = environment(w);
    const struct process_options options = {.argv = argv,
                                            .envp = env.items,
                                            .stdin_fd = in_fd,
                                            .stdout_fd = b->log_fd,
                                            .stderr_fd = -1,
                                            .cwd = b->inner_dir};
    if (w->seal == NULL) {
        return process_start(&options, &b->process, err);
    }
    struct seal_process inside;
    if (seal_spawn_plain(w->seal, &options, &inside, err) < 0) {
        return -1;
    }
    b->process = (struct process){.pid = inside.pid, .pidfd = inside.pidfd};
    b->inner_pid = inside.inner_pid;
    return 0;
}

static int configure(struct world *w, const char *password, struct err *err)
{
    const struct world_browser *b = w->browser;
    const struct browser_config config = {
        .engine = w->options.engine,
        .play = w->options.spec->given.browser,
        .requests = fs_join(w->arena, b->inner_dir, "requests"),
        .dir = b->inner_dir,
        .user = WORLD_USER,
        .password = password,
        .desktop = b->desktop,
        .chromium = w->options.engine == BROWSER_CHROMIUM ? BROWSER_CHROMIUM_PATH : NULL,
        .chromedriver = w->options.engine == BROWSER_CHROMIUM ? BROWSER_CHROMEDRIVER_PATH : NULL};
    AUTO_JSON struct json *json = browser_config_write(&config);
    AUTO_BUF struct buf line = {0};
    json_write(&line, json);
    buf_add_char(&line, '\n');
    return fd_write_all(b->in_fd, buf_str(&line), err);
}

/* Its end shows at the descriptor, whoever reaps it. */
static bool ended_await(struct world_browser *b, int64_t timeout_ms)
{
    struct poll_item item = {.fd = b->process.pidfd, .want_read = true};
    struct err ignored = {0};
    return poll_wait(&item, 1, timeout_ms, &ignored) == 1;
}

/* The connector is not to wait for a browser that is still being started. */
static int ready_await(struct world_browser *b, struct err *err)
{
    int64_t deadline = monotonic_ms() + START_MS;
    bool ended = false;
    for (;;) {
        AUTO_BUF struct buf log = {0};
        AUTO_JSON_DOC struct json_doc doc = {0};
        struct str rest, line;
        if (fd_read_all(b->log_fd, &log, err) < 0) {
            return -1;
        }
        rest = buf_str(&log);
        if (str_find(rest, STR("\n"), 0) >= 0 && str_split(&rest, '\n', &line)) {
            if (json_read(line, "the browser's log", NULL, &doc, err) < 0) {
                return -1;
            }
            const char *problem = json_get_string(doc.root, "ready", "it does not say that it is");
            return problem[0] == '\0' ? 0 : err_set(err, ERR_UNAVAILABLE, "%s", problem);
        }
        if (ended || monotonic_ms() >= deadline) {
            return err_set(err, ERR_UNAVAILABLE,
                           ended ? "it ended at its start" : "it was not ready in time");
        }
        ended = ended_await(b, READY_STEP_MS); /* what it wrote before is looked at once more */
    }
}

int world_browser_start(struct world *w, const char *password, struct err *err)
{
    struct world_browser *b = w->browser;
    int fds[2];
    if (b == NULL) {
        return 0;
    }
    b->log_fd = fd_memory(err);
    if (b->log_fd < 0 || fd_pipe(fds, err) < 0) {
        return -1;
    }
    AUTO_FD int read_end = fds[0];
    b->in_fd = fds[1];
    if (launch(w, read_end, err) < 0 || configure(w, password, err) < 0 ||
        ready_await(b, err) < 0) {
        return err_wrap(err, "starting the browser %s", w->options.browser_program);
    }
    return 0;
}

pid_t world_browser_pid(const struct world *w)
{
    return w->browser != NULL ? w->browser->process.pid : 0;
}

pid_t world_browser_inner_pid(const struct world *w)
{
    return w->browser != NULL ? w->browser->inner_pid : 0;
}

static bool browser_end(struct world *w)
{
    struct world_browser *b = w->browser;
    struct process_status status = {0};
    struct err ignored = {0};
    fd_close(&b->in_fd);
    bool by_itself = ended_await(b, END_MS);
    if (!by_itself) {
        (void)kill(b->process.pid, SIGKILL);
        (void)ended_await(b, END_MS);
    }
    if (w->seal == NULL && process_wait(&b->process, END_MS, &status, &ignored) < 0) {
        by_itself = false;
    }
    fd_close(&b->process.pidfd);
    b->process.pid = 0;
    return by_itself;
}

int world_browser_finish(struct world *w, struct buf *ret_log, const char **ret_dir,
                         struct err *err)
{
    struct world_browser *b = w->browser;
    if (b == NULL) {
        return 0;
    }
    bool died = ended_await(b, 0);
    if (!browser_end(w) || died) {
        return err_set(err, ERR_UNAVAILABLE, "the browser %s",
                       died ? "ended in the middle of the case" : "could not be ended");
    }
    buf_init(ret_log, LOG_MAX_BYTES);
    *ret_dir = b->dir;
    return fd_read_all(b->log_fd, ret_log, err);
}

void world_browser_down(struct world *w)
{
    struct world_browser *b = w->browser;
    if (b == NULL) {
        return;
    }
    if (b->process.pid > 0) {
        (void)browser_end(w);
    }
    fd_close(&b->log_fd);
    fd_close(&b->in_fd);
    w->browser = NULL;
}

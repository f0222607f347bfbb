/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/app/config_watch.h"

#include "base/cli/term.h"
#include "base/core/xalloc.h"
#include "base/json/json_read.h"
#include "base/wire/scenario.h"
#include "mock/app/default_scenario.h"
#include "mock/app/engine.h"

#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>

struct config_watch {
    char *path;
    const char *name; /* the last part of it */
    int fd;
};

struct config_watch *config_watch_new(const char *path, struct err *err)
{
    struct config_watch *w = xcalloc(1, sizeof(*w));
    w->path = xstrdup(path);
    const char *slash = strrchr(w->path, '/');
    w->name = slash != NULL ? slash + 1 : w->path;
    AUTO_FREE char *dir =
        slash == NULL ? xstrdup(".") : xstrndup(path, (size_t)(slash + 1 - w->path));
    /* The folder, because a file that is replaced by rename takes its own watch with it. */
    w->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (w->fd < 0 || inotify_add_watch(w->fd, dir, IN_CLOSE_WRITE | IN_MOVED_TO) < 0) {
        err_errno(err, "cannot watch '%s'", dir);
        config_watch_free(w);
        return NULL;
    }
    return w;
}

void config_watch_free(struct config_watch *w)
{
    if (w != NULL) {
        if (w->fd >= 0) {
            (void)close(w->fd);
        }
        free(w->path);
        free(w);
    }
}

int config_watch_fd(const struct config_watch *w)
{
    return w->fd;
}

bool config_watch_changed(struct config_watch *w)
{
    _Alignas(struct inotify_event) char events[4096];
    bool changed = false;
    for (ssize_t len = read(w->fd, events, sizeof(events)); len > 0;
         len = read(w->fd, events, sizeof(events))) {
        for (size_t at = 0; at < (size_t)len;) {
            const struct inotify_event *e = (const void *)&events[at];
            changed = changed || (e->len > 0 && strcmp(e->name, w->name) == 0);
            at += sizeof(*e) + e->len;
        }
    }
    return changed;
}

void config_watch_reload(const struct config_watch *w, struct engine *engine)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct scenario scenario;
    struct err err = {0};
    if (scenario_load(a, w->path, &doc, &scenario, &err) < 0 ||
        engine_load(engine, &doc, &scenario, &err) < 0) {
        say_error(&err);
        say_info("the scenario of before stays");
        return;
    }
    say_info(
        "read '%s' again: its principals have new credentials unless it gives them, and tokens "
        "of before are unknown",
        w->path);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/run/watch_priv.h"

#include "base/core/str.h"
#include "base/sys/clock.h"
#include "harness/browser/browser.h"
#include "harness/seal/seal.h"

#include <unistd.h>

/* In milliseconds, but for factors and sizes. */
enum {
    FIRST_INTERVAL_MS = 4,
    WORKING_INTERVAL_MS =
        25, /* at most this long between samples while it was asked for something */
    IDLE_INTERVAL_MS = 250,
    WORKING_COST_FACTOR = 5, /* a sample may take a fifth of the time, on a machine that slow */
    IDLE_COST_FACTOR = 20,
    MAX_VIEWS = 8192,
    MAX_VIEW_BYTES = 64 * 1024 * 1024
};

static bool lists_equal(const struct str_list *a, const struct str_list *b)
{
    if (a->count != b->count) {
        return false;
    }
    for (size_t i = 0; i < a->count; i++) {
        if (strcmp(a->items[i], b->items[i]) != 0) {
            return false;
        }
    }
    return true;
}

static bool is_known(const struct watch *w, const struct process_view *view)
{
    VEC_FOREACH(struct process_view, it, &w->views) {
        if (it->pid == view->pid && lists_equal(&it->argv, &view->argv) &&
            lists_equal(&it->environ, &view->environ)) {
            return true;
        }
    }
    return false;
}

static struct str_list list_copy(struct watch *w, const struct str_list *list)
{
    struct str_list copy = {0};
    VEC_FOREACH(const char *, text, list) {
        w->view_bytes += (int64_t)strlen(*text);
        *VEC_PUSH(w->arena, &copy) = arena_strdup(w->arena, *text);
    }
    return copy;
}

static bool has_room(const struct watch *w)
{
    return w->views.count < MAX_VIEWS && w->view_bytes < MAX_VIEW_BYTES;
}

static void view_add(struct watch *w, const struct process_view *view)
{
    *VEC_PUSH(w->arena, &w->views) = (struct process_view){.pid = view->pid,
                                                           .parent = view->parent,
                                                           .argv = list_copy(w, &view->argv),
                                                           .environ = list_copy(w, &view->environ)};
}

int watch_take_execs(struct watch *w, struct err *err)
{
    for (int got = 1; w->followed != NULL && got > 0;) {
        AUTO_ARENA struct arena *scratch = arena_new();
        struct seal_exec exec;
        got = seal_next_exec(w->followed, scratch, &exec, err);
        if (got < 0) {
            return -1;
        }
        if (got > 0 && !has_room(w)) {
            w->lost++;
        } else if (got > 0) {
            const struct process_view view = {.pid = exec.inner_pid,
                                              .parent = exec.inner_parent,
                                              .argv = exec.argv,
                                              .environ = exec.environ};
            view_add(w, &view);
            *VEC_PUSH(w->arena, &w->at_ms) = exec.at_ms;
        }
    }
    return 0;
}

static bool is_below(const struct process_views *views, const struct process_view *view, pid_t pid)
{
    enum { DEEPEST = 64 };
    pid_t at = view->pid, parent = view->parent;
    for (int depth = 0; at != pid && depth < DEEPEST; depth++) {
        const struct process_view *next = NULL;
        VEC_FOREACH(const struct process_view, it, views) {
            next = it->pid == parent ? it : next;
        }
        if (parent == pid) {
            return true;
        }
        if (next == NULL) {
            return false;
        }
        at = next->pid;
        parent = next->parent;
    }
    return at == pid;
}

static bool is_marked(const struct process_view *view)
{
    VEC_FOREACH(const char *, entry, &view->environ) {
        if (strcmp(*entry, BROWSER_MARK) == 0) {
            return true;
        }
    }
    return false;
}

void watch_without_browser(struct process_views *views, pid_t browser_pid)
{
    struct process_views all = *views;
    AUTO_ARENA struct arena *scratch = arena_new();
    bool *ours = ARENA_ARRAY(scratch, bool, all.count + 1);
    size_t kept = 0;
    for (size_t i = 0; i < all.count; i++) {
        ours[i] = browser_pid > 0 &&
                  (is_marked(&all.items[i]) || is_below(&all, &all.items[i], browser_pid));
    }
    for (size_t i = 0; i < all.count; i++) {
        if (!ours[i]) {
            views->items[kept++] = all.items[i];
        }
    }
    views->count = kept;
}

size_t watch_sample_now(struct watch *w)
{
    AUTO_ARENA struct arena *scratch = arena_new();
    struct process_views views = {0};
    size_t count = 0;
    process_list_below(scratch, w->cell_pid != 0 ? w->cell_pid : getpid(), &views);
    watch_without_browser(&views, w->browser_pid);
    VEC_FOREACH(struct process_view, view, &views) {
        if (view->pid != w->mock_pid && view->pid != w->decoy_pid && view->pid != w->proxy_pid) {
            count++;
            if (w->followed == NULL && has_room(w) && !is_known(w, view)) {
                view_add(w, view);
            }
        }
    }
    return count;
}

int64_t watch_sample(struct watch *w)
{
    int64_t now = monotonic_ms();
    if (w->followed != NULL) {
        return INT64_MAX;
    }
    if (now < w->next_ms) {
        return w->next_ms;
    }
    (void)watch_sample_now(w);
    int64_t after = monotonic_ms();
    int64_t floor_ms = (after - now) * (w->is_idle ? IDLE_COST_FACTOR : WORKING_COST_FACTOR);
    int64_t ceiling_ms = w->is_idle ? IDLE_INTERVAL_MS : WORKING_INTERVAL_MS;
    w->interval_ms = w->interval_ms * 2;
    if (w->interval_ms > ceiling_ms) {
        w->interval_ms = ceiling_ms;
    }
    if (w->interval_ms < floor_ms) {
        w->interval_ms = floor_ms;
    }
    w->next_ms = after + w->interval_ms;
    return w->next_ms;
}

bool watch_is_direct(const struct watch *w, pid_t pid)
{
    VEC_FOREACH(pid_t, it, &w->direct) {
        if (*it == pid) {
            return true;
        }
    }
    return false;
}

bool watch_is_copy(const struct watch *w, const struct process_view *view)
{
    VEC_FOREACH(struct process_view, it, &w->views) {
        if (watch_is_direct(w, it->pid) && lists_equal(&it->argv, &view->argv)) {
            return true;
        }
    }
    return false;
}

void watch_relax(struct watch *w)
{
    w->is_idle = true;
}

void watch_hurry(struct watch *w)
{
    w->is_idle = false;
    w->interval_ms = FIRST_INTERVAL_MS;
    w->next_ms = monotonic_ms() + FIRST_INTERVAL_MS;
}

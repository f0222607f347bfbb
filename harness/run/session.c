/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/run/session_priv.h"

#include "base/sys/clock.h"
#include "base/sys/fs.h"
#include "harness/world/world_clock.h"

#include <errno.h>
#include <signal.h>

enum {
    TERM_GRACE_MS = 1000, /* between SIGTERM and SIGKILL */
    KILL_MS = 5000,       /* a killed process that is still there then is stuck in the kernel */
    SETTLE_MS = 60,       /* for children that end just as their parent does */
    SETTLE_STEP_MS = 3
};

int64_t session_now_ms(const struct session *s)
{
    return monotonic_ms() - s->world->mock.zero_ms;
}

int64_t session_deadline(const struct session *s, int64_t from_now_ms)
{
    int64_t deadline = monotonic_ms() + from_now_ms;
    return deadline < s->case_deadline_ms ? deadline : s->case_deadline_ms;
}

static struct process_limits limits_of(const struct manifest *m)
{
    return (struct process_limits){.memory_bytes = m->limits.memory_bytes,
                                   .file_bytes = m->limits.file_bytes,
                                   .open_files = m->limits.open_files,
                                   .processes = m->limits.processes,
                                   .no_core = true};
}

static int start_refused(struct session *s, const struct err *why, struct err *err)
{
    struct evidence *e = s->evidence;
    if (why->code != ERR_NOT_FOUND && why->code != ERR_UNAVAILABLE) {
        *err = *why;
        return err_wrap(err, "starting the connector");
    }
    const char *hint = why->hint[0] != '\0' ? why->hint : "";
    e->process.start_error = arena_strdup(s->arena, why->msg);
    e->could_not_run = arena_printf(s->arena, "the connector could not be started: %s%s%s",
                                    why->msg, hint[0] != '\0' ? "; " : "", hint);
    s->lost = true;
    return 0;
}

int session_start(struct session *s, const char *const *argv, bool wants_stdin, struct err *err)
{
    const struct world_start *start = &s->world->start;
    const struct child_options options = {.argv = argv,
                                          .envp = start->envp,
                                          .cwd = start->cwd,
                                          .search_path = start->search_path,
                                          .limits = limits_of(s->job->manifest),
                                          .wants_stdin = wants_stdin,
                                          .out = &s->output.out,
                                          .err_out = &s->output.err_out,
                                          .seal = s->world->seal};
    struct err why = {0};
    if (argv[0] == NULL) {
        err_set(&why, ERR_NOT_FOUND, "the manifest names no program");
        return start_refused(s, &why, err);
    }
    if (child_start(&options, &s->child, &why) < 0) {
        return start_refused(s, &why, err);
    }
    for (size_t i = 0; argv[i] != NULL; i++) {
        *VEC_PUSH(s->arena, &s->given_argv) = argv[i];
    }
    *VEC_PUSH(s->arena, &s->watch.direct) =
        s->watch.followed != NULL ? s->child.inside.inner_pid : s->child.process.pid;
    s->evidence->process.started = true;
    s->evidence->process.killed_for = "";
    s->evidence->process.began_ms = session_now_ms(s);
    return 0;
}

static int child_kill(struct session *s, const char *reason, struct err *err)
{
    if (!child_is_running(&s->child)) {
        return 0;
    }
    s->evidence->process.killed_for = reason;
    child_signal(&s->child, SIGKILL);
    /* Limits are broken already: only the end counts now. */
    s->output.out.over_limit = s->output.err_out.over_limit = false;
    enum wait_end end = WAIT_OUTPUT;
    int64_t deadline = monotonic_ms() + KILL_MS;
    while (end == WAIT_OUTPUT) {
        end = child_wait(&s->child, &s->watch, NULL, NULL, deadline, err);
        s->output.out.over_limit = s->output.err_out.over_limit = false;
    }
    if (end == WAIT_TIME) {
        return err_set(err, ERR_TIMEOUT, "the connector cannot be killed");
    }
    return end == WAIT_HARNESS ? -1 : 0;
}

enum wait_end session_wait(struct session *s, bool (*is_done)(void *ctx), void *ctx,
                           int64_t deadline_ms, struct err *err)
{
    watch_hurry(&s->watch);
    enum wait_end end = child_wait(&s->child, &s->watch, is_done, ctx, deadline_ms, err);
    if (end == WAIT_READY) {
        watch_look_at_files(&s->watch);
    }
    const char *reason = end == WAIT_OUTPUT ? "output" : end == WAIT_TIME ? "time" : NULL;
    return reason != NULL && child_kill(s, reason, err) < 0 ? WAIT_HARNESS : end;
}

int session_pause(struct session *s, int64_t ms, struct err *err)
{
    struct child *child = s->child.started ? &s->child : NULL;
    int64_t deadline = session_deadline(s, ms);
    watch_relax(&s->watch);
    enum wait_end end = child_wait(child, &s->watch, NULL, NULL, deadline, err);
    if (end == WAIT_HARNESS) {
        return -1;
    }
    bool over = end == WAIT_TIME && deadline >= s->case_deadline_ms;
    if (child == NULL || (end != WAIT_OUTPUT && !over)) {
        return 0;
    }
    return child_kill(s, over ? "time" : "output", err);
}

/* Waits for the end alone; output beyond the limit does not matter any more, but is taken in. */
static enum wait_end end_wait(struct session *s, int64_t ms, struct err *err)
{
    int64_t deadline = monotonic_ms() + ms;
    return child_wait(&s->child, &s->watch, NULL, NULL, deadline, err);
}

int session_stop(struct session *s, struct err *err)
{
    if (!child_is_running(&s->child)) {
        return 0;
    }
    child_close_stdin(&s->child);
    enum wait_end end = end_wait(s, s->job->manifest->limits.stop_ms, err);
    if (end == WAIT_TIME) {
        s->evidence->process.killed_for = "stop";
        child_signal(&s->child, SIGTERM);
        end = end_wait(s, TERM_GRACE_MS, err);
    }
    if (end == WAIT_HARNESS) {
        return -1;
    }
    return end == WAIT_ENDED ? 0 : child_kill(s, end == WAIT_OUTPUT ? "output" : "stop", err);
}

/* The tracer knows; without one the table of processes is read. */
static int someone_lives(struct session *s, bool *ret_lives, struct err *err)
{
    if (s->watch.followed != NULL) {
        return world_lives(s->world, ret_lives, err);
    }
    *ret_lives = watch_sample_now(&s->watch) > 0;
    return 0;
}

/* A child of the connector that is about to end by itself is no stray. */
static int settle(struct session *s, bool *ret_lives, struct err *err)
{
    int64_t deadline = monotonic_ms() + SETTLE_MS;
    while (monotonic_ms() < deadline) {
        if (someone_lives(s, ret_lives, err) < 0) {
            return -1;
        }
        if (!*ret_lives) {
            return 0;
        }
        child_drain(&s->child);
        if (child_wait(NULL, &s->watch, NULL, NULL, monotonic_ms() + SETTLE_STEP_MS, err) ==
            WAIT_HARNESS) {
            return -1;
        }
    }
    return 0;
}

static void strays_add(struct session *s, const struct stray_record *found, size_t count)
{
    struct process_record *p = &s->evidence->process;
    size_t total = p->stray_count + count;
    struct stray_record *all = ARENA_ARRAY(s->arena, struct stray_record, total);
    for (size_t i = 0; i < total; i++) {
        all[i] = i < p->stray_count ? p->strays[i] : found[i - p->stray_count];
    }
    p->strays = total > 0 ? all : NULL;
    p->stray_count = total;
}

/* Nothing can leave a cell: what is below its init now was left behind by the connector. */
static void cell_sweep(struct session *s)
{
    struct process_views views = {0};
    process_list_below(s->arena, s->watch.cell_pid, &views);
    watch_without_browser(&views, s->watch.browser_pid);
    struct stray_record *found = ARENA_ARRAY(s->arena, struct stray_record, views.count);
    for (size_t i = 0; i < views.count; i++) {
        const struct process_view *view = &views.items[i];
        const char *name = view->argv.count > 0 ? fs_basename(view->argv.items[0]) : "?";
        found[i] = (struct stray_record){.command = arena_strdup(s->arena, name), .pid = view->pid};
        (void)kill(view->pid, SIGKILL);
    }
    strays_add(s, found, views.count);
}

static int sweep(struct session *s, struct err *err)
{
    pid_t keep[4] = {s->watch.mock_pid};
    struct process_strays strays = {0};
    size_t keep_count = 1;
    if (s->watch.decoy_pid > 0) {
        keep[keep_count++] = s->watch.decoy_pid;
    }
    if (s->watch.proxy_pid > 0) {
        keep[keep_count++] = s->watch.proxy_pid;
    }
    if (s->watch.browser_pid > 0) {
        keep[keep_count++] = s->watch.browser_pid;
    }
    if (s->world->seal != NULL) {
        cell_sweep(s);
        return 0;
    }
    if (process_sweep(s->arena, keep, keep_count, monotonic_ms() + KILL_MS, &strays, err) < 0) {
        return -1;
    }
    struct stray_record *found = ARENA_ARRAY(s->arena, struct stray_record, strays.count);
    for (size_t i = 0; i < strays.count; i++) {
        found[i] =
            (struct stray_record){.command = strays.items[i].command, .pid = strays.items[i].pid};
    }
    strays_add(s, found, strays.count);
    return 0;
}

static void status_record(struct session *s)
{
    struct process_record *p = &s->evidence->process;
    const struct process_status *status = &s->child.status;
    bool killed = p->killed_for != NULL && p->killed_for[0] != '\0';
    p->end = status->end == PROCESS_EXITED ? "exited" : killed ? "killed" : "signaled";
    p->code = status->code;
    p->ended_ms = session_now_ms(s);
    p->user_ms = status->user_ms;
    p->system_ms = status->system_ms;
    p->max_rss_bytes = status->max_rss_bytes;
}

int session_finish(struct session *s, struct err *err)
{
    if (!s->child.started) {
        return 0;
    }
    status_record(s);
    bool lives = true;
    if (settle(s, &lives, err) < 0 || ((lives || s->watch.followed == NULL) && sweep(s, err) < 0) ||
        watch_take_execs(&s->watch, err) < 0) {
        return -1;
    }
    int send_errno = s->child.send_errno;
    child_drain(&s->child);
    child_done(&s->child);
    if (send_errno != 0) {
        errno = send_errno;
        return err_errno(err, "cannot write to the connector");
    }
    return 0;
}

const char *session_end_text(struct session *s)
{
    const struct process_status *status = &s->child.status;
    const char *killed_for = s->evidence->process.killed_for;
    if (killed_for != NULL && str_eq_z(str_of(killed_for), "output")) {
        return arena_printf(s->arena, "it was ended, as it wrote more than %lld bytes of output",
                            (long long)s->job->manifest->limits.output_bytes);
    }
    return arena_printf(s->arena, "the process ended with %s %d",
                        status->end == PROCESS_SIGNALED ? "signal" : "exit status", status->code);
}

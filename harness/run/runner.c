/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/run/runner.h"

#include "base/core/xalloc.h"
#include "base/sys/clock.h"
#include "base/sys/fd.h"
#include "base/sys/fs.h"
#include "base/sys/nursery.h"
#include "base/sys/poller.h"
#include "base/sys/process.h"
#include "harness/run/turn_priv.h"
#include "harness/world/world.h"

#include <signal.h>
#include <stdlib.h>

enum {
    SWEEP_MS = 5000,
    /* A worker ends by itself: limits bound the connector, time-outs the calls to the mock. This is
     * for one that is stuck all the same. */
    OVERTIME_MS = 120 * 1000,
    /* From so many cases on it is quicker to load a mock first. */
    NURSERY_JOBS = 4
};

struct worker {
    struct process process; /* pid 0 = idle */
    size_t job;
    int64_t began_ms, asked_ms, deadline_ms;
    int64_t waited_ms; /* for its turn */
    enum { TURN_NONE, TURN_ASKED, TURN_TAKEN } turn;
    bool announced; /* on_start was called */
    int turn_fd;
};

struct runner {
    const struct runner_options *options;
    const struct run_job *jobs;
    size_t job_count, next_job;
    struct run_settings settings; /* base_dir is the run's own folder */
    struct nursery nursery;
    struct worker *workers;
    size_t worker_count, running;
    size_t turns_free; /* how many connectors more may run */
    int signals_fd, signal;
};

struct errand {
    struct run_settings settings;
    struct run_job job;
};

/* In the worker. */
static int errand_run(void *ctx)
{
    const struct errand *e = ctx;
    struct err err = {0};
    return run_case(&e->settings, &e->job, &err) < 0 ? 1 : 0;
}

static int64_t deadline_from(const struct run_settings *settings, const struct run_job *job,
                             int64_t from_ms)
{
    return from_ms + world_case_ms(job->spec, job->manifest, settings->walls) +
           job->manifest->limits.stop_ms + OVERTIME_MS;
}

static int worker_start(struct runner *r, struct worker *w, struct err *err)
{
    size_t job = r->next_job++;
    struct errand errand = {r->settings, r->jobs[job]};
    AUTO_FREE char *dir = xstrdup(errand.job.evidence_dir); /* the jobs may be kept from workers */
    int turn[2];
    errand.job.evidence_dir = dir;
    if (fd_pair(turn, err) < 0) {
        return -1;
    }
    errand.settings.has_turns = true;
    errand.settings.turn_fd = turn[1];
    *w = (struct worker){.job = job, .began_ms = monotonic_ms(), .turn_fd = turn[0]};
    w->deadline_ms = deadline_from(&r->settings, &r->jobs[job], w->began_ms);
    int rc = process_fork(errand_run, &errand, &w->process, err);
    fd_close(&turn[1]);
    if (rc < 0) {
        fd_close(&w->turn_fd);
        return err_wrap(err, "starting a worker");
    }
    r->running++;
    return 0;
}

static void announce(struct runner *r, struct worker *w)
{
    if (!w->announced && r->options->on_start != NULL) {
        r->options->on_start(r->options->ctx, w->job);
    }
    w->announced = true;
}

static void turn_give_back(struct runner *r, struct worker *w)
{
    r->turns_free += w->turn == TURN_TAKEN;
    w->turn = TURN_NONE;
}

static int turn_listen(struct runner *r, struct worker *w, struct err *err)
{
    AUTO_BUF struct buf words = {0};
    if (fd_read_available(w->turn_fd, &words, err) < 0) {
        return -1;
    }
    for (size_t i = 0; i < words.len; i++) {
        if (words.ptr[i] == TURN_WANTED) {
            w->turn = TURN_ASKED;
            w->asked_ms = monotonic_ms();
        } else {
            turn_give_back(r, w);
        }
    }
    return 0;
}

/* Who has waited longest comes first. */
static struct worker *turn_next(struct runner *r)
{
    struct worker *first = NULL;
    for (size_t i = 0; i < r->worker_count && r->turns_free > 0; i++) {
        struct worker *w = &r->workers[i];
        if (w->process.pid != 0 && w->turn == TURN_ASKED &&
            (first == NULL || w->asked_ms < first->asked_ms)) {
            first = w;
        }
    }
    return first;
}

static void turns_give(struct runner *r)
{
    struct err ignored = {0};
    for (struct worker *w = turn_next(r); w != NULL; w = turn_next(r)) {
        int64_t now = monotonic_ms();
        w->turn = TURN_TAKEN;
        w->waited_ms = now - w->asked_ms;
        w->deadline_ms = deadline_from(&r->settings, &r->jobs[w->job], now);
        r->turns_free--;
        announce(r, w);
        if (fd_write_all(w->turn_fd, STR("g"), &ignored) < 0) {
            process_signal_group(&w->process, SIGKILL); /* it would wait for ever */
        }
    }
}

static bool has_next(const struct runner *r)
{
    return r->next_job < r->job_count &&
           (r->options->is_enough == NULL || !r->options->is_enough(r->options->ctx));
}

static int workers_fill(struct runner *r, struct err *err)
{
    for (size_t i = 0; i < r->worker_count && has_next(r); i++) {
        if (r->workers[i].process.pid == 0 && worker_start(r, &r->workers[i], err) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Ends all below us that belongs to no worker that is still running. The mocks of the nursery end
 * with the worker that asked for them. */
static int runner_sweep(struct runner *r, struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    pid_t *keep = ARENA_ARRAY(a, pid_t, r->worker_count + 1);
    size_t keep_count = 0;
    if (r->nursery.process.pid != 0) {
        keep[keep_count++] = r->nursery.process.pid;
    }
    for (size_t i = 0; i < r->worker_count; i++) {
        if (r->workers[i].process.pid != 0) {
            keep[keep_count++] = r->workers[i].process.pid;
        }
    }
    struct process_strays strays = {0};
    return process_sweep(a, keep, keep_count, monotonic_ms() + SWEEP_MS, &strays, err);
}

/* A worker that died has left its connector, its mock and its evidence behind. */
static int death_record(struct runner *r, const struct worker *w,
                        const struct process_status *status, struct err *err)
{
    AUTO_FREE char *reason =
        xasprintf("the worker process of this case ended with %s %d",
                  status->end == PROCESS_SIGNALED ? "signal" : "exit status", status->code);
    if (runner_sweep(r, err) < 0) {
        return -1;
    }
    return run_case_save_harness_error(&r->jobs[w->job], reason, err);
}

static int worker_end(struct runner *r, struct worker *w, const struct process_status *status,
                      struct err *err)
{
    w->process.pid = 0;
    r->running--;
    turn_give_back(r, w);
    fd_close(&w->turn_fd);
    announce(r, w);
    bool died = status->end != PROCESS_EXITED || status->code != 0;
    if (died && death_record(r, w, status, err) < 0) {
        return -1;
    }
    if (r->options->on_end != NULL) {
        r->options->on_end(r->options->ctx, w->job, monotonic_ms() - w->began_ms - w->waited_ms);
    }
    return 0;
}

static int workers_reap(struct runner *r, struct err *err)
{
    for (size_t i = 0; i < r->worker_count; i++) {
        struct worker *w = &r->workers[i];
        struct process_status status = {0};
        if (w->process.pid == 0) {
            continue;
        }
        if (monotonic_ms() >= w->deadline_ms) {
            process_signal_group(&w->process, SIGKILL);
        }
        if (process_poll(&w->process, &status, err) < 0) {
            return -1;
        }
        if (status.end != PROCESS_RUNNING && worker_end(r, w, &status, err) < 0) {
            return -1;
        }
    }
    return 0;
}

static int events_wait(struct runner *r, struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    size_t count = r->worker_count;
    struct poll_item *items = ARENA_ARRAY(a, struct poll_item, 2 * count + 2);
    struct poll_item *wake = &items[2 * count + 1];
    bool wakes = r->options->on_wake != NULL;
    int64_t now = monotonic_ms(), deadline = INT64_MAX;
    for (size_t i = 0; i < count; i++) {
        const struct worker *w = &r->workers[i];
        bool busy = w->process.pid != 0;
        items[i] = (struct poll_item){.fd = busy ? w->process.pidfd : -1, .want_read = true};
        items[count + i] = (struct poll_item){.fd = busy ? w->turn_fd : -1, .want_read = true};
        deadline = busy && w->deadline_ms < deadline ? w->deadline_ms : deadline;
    }
    items[2 * count] = (struct poll_item){.fd = r->signals_fd, .want_read = true};
    *wake = (struct poll_item){.fd = wakes ? r->options->wake_fd : -1, .want_read = true};
    int64_t left = deadline > now ? deadline - now : 0;
    if (poll_wait(items, 2 * count + 2, left, err) < 0) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        if (items[count + i].ready_read && turn_listen(r, &r->workers[i], err) < 0) {
            return -1;
        }
    }
    if (wakes && wake->ready_read) {
        r->options->on_wake(r->options->ctx);
    }
    int sig = 0;
    while ((sig = signals_read(r->signals_fd)) != 0) {
        r->signal = sig == SIGCHLD ? r->signal : sig;
    }
    return 0;
}

static int jobs_run(struct runner *r, struct err *err)
{
    while (r->signal == 0 && (r->running > 0 || has_next(r))) {
        if (workers_fill(r, err) < 0 || events_wait(r, err) < 0) {
            return -1;
        }
        turns_give(r); /* before looking at what has ended, which takes longer */
        if (workers_reap(r, err) < 0) {
            return -1;
        }
        turns_give(r);
    }
    return 0;
}

/* Leaves nothing: workers that still run are killed, then all that was below them. */
static int all_end(struct runner *r, struct err *err)
{
    for (size_t i = 0; i < r->worker_count; i++) {
        struct worker *w = &r->workers[i];
        struct process_status status = {0};
        if (w->process.pid != 0) {
            process_signal_group(&w->process, SIGKILL);
            if (process_wait(&w->process, SWEEP_MS, &status, err) < 0) {
                return -1;
            }
            w->process.pid = 0;
            fd_close(&w->turn_fd);
        }
    }
    nursery_end(&r->nursery);
    return runner_sweep(r, err);
}

static void signals_close(int *fd, const sigset_t *before)
{
    while (signals_read(*fd) != 0) {
    }
    fd_close(fd);
    (void)sigprocmask(SIG_SETMASK, before, NULL);
}

static int runner_go(struct runner *r, struct err *err)
{
    if (r->job_count >= NURSERY_JOBS) {
        mock_nursery_start(r->settings.mock_program, &r->nursery);
        r->settings.nursery = &r->nursery;
    }
    int rc = jobs_run(r, err);
    struct err ignored = {0};
    int end_rc = all_end(r, rc == 0 ? err : &ignored);
    struct err removal = {0};
    if (!r->settings.keep_worlds && fs_remove_tree(r->settings.base_dir, &removal) < 0 && rc == 0 &&
        end_rc == 0) {
        *err = removal;
        return -1;
    }
    return rc < 0 || end_rc < 0 ? -1 : 0;
}

/* More than may run a connector: some prepare a world, or look through what was left. */
static size_t workers_wanted(const struct runner_options *o, size_t parallel)
{
    return o->is_enough != NULL ? parallel : parallel + parallel / 2 + 1;
}

int runner_run(const struct runner_options *options, const struct run_job *jobs, size_t count,
               int *ret_signal, struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    size_t parallel = options->parallel < 1 ? 1 : (size_t)options->parallel;
    struct runner r = {.options = options,
                       .jobs = jobs,
                       .job_count = count,
                       .settings = *options->settings,
                       .workers = ARENA_ARRAY(a, struct worker, workers_wanted(options, parallel)),
                       .worker_count = workers_wanted(options, parallel),
                       .nursery = {.fd = -1},
                       .turns_free = parallel};
    sigset_t before;
    if (process_become_subreaper(err) < 0 ||
        fs_make_temp_dir(a, options->settings->base_dir, "assay-", &r.settings.base_dir, err) < 0) {
        return -1;
    }
    (void)sigprocmask(SIG_SETMASK, NULL, &before);
    r.signals_fd = signals_open(err);
    int rc = r.signals_fd >= 0 ? runner_go(&r, err) : -1;
    if (r.signals_fd >= 0) {
        signals_close(&r.signals_fd, &before);
    }
    if (rc == 0) {
        *ret_signal = r.signal;
    }
    return rc;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "run_fixture.h"

#include "base/sys/clock.h"
#include "base/sys/process.h"

#include <criterion/criterion.h>

#include <signal.h>
#include <unistd.h>

TestSuite(runner, .timeout = 60);

enum { JOBS = 12 };

struct progress {
    int started, ended, running, most;
    int most_puppets; /* that ran when another was about to */
};

static bool is_puppet(const struct process_view *view)
{
    return view->argv.count > 2 && strstr(view->argv.items[1], "lines.py") != NULL;
}

static int puppets_below(void)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct process_views views = {0};
    int count = 0;
    process_list_below(a, getpid(), &views);
    VEC_FOREACH(struct process_view, view, &views) {
        count += is_puppet(view);
    }
    return count;
}

static void on_start(void *ctx, size_t job)
{
    struct progress *p = ctx;
    int puppets = puppets_below();
    (void)job;
    p->most_puppets = puppets > p->most_puppets ? puppets : p->most_puppets;
    p->started++;
    p->running++;
    p->most = p->running > p->most ? p->running : p->most;
}

static void on_end(void *ctx, size_t job, int64_t took_ms)
{
    struct progress *p = ctx;
    (void)job;
    cr_expect_geq(took_ms, 0);
    p->ended++;
    p->running--;
}

static size_t processes_below(struct run_fixture *f)
{
    struct process_views views = {0};
    process_list_below(f->arena, getpid(), &views);
    return views.count;
}

Test(runner, several_jobs_run_at_a_time_and_each_leaves_its_evidence)
{
    AUTO_FIXTURE struct run_fixture *f = fixture_new(DRIVE_LINES);
    fixture_puppet(f, "lines.py", "good", NULL);
    fixture_step(f, "validate", 1);
    struct run_job jobs[JOBS];
    struct progress p = {0};
    struct err err = {0};
    int sig = -1;
    for (int i = 0; i < JOBS; i++) {
        jobs[i] = f->job;
        jobs[i].evidence_dir = arena_printf(f->arena, "%s/e%d", f->dir, i);
    }
    const struct runner_options options = {
        .settings = &f->settings, .parallel = 3, .ctx = &p, .on_start = on_start, .on_end = on_end};
    cr_assert_eq(runner_run(&options, jobs, JOBS, &sig, &err), 0, "%s", err.msg);
    cr_assert_eq(sig, 0);
    cr_assert_eq(p.started, JOBS);
    cr_assert_eq(p.ended, JOBS);
    cr_expect_geq(p.most, 3);
    cr_expect_lt(p.most_puppets, 3, "a turn is given only when another connector has ended");
    cr_assert_eq(processes_below(f), 0);
    for (int i = 0; i < JOBS; i++) {
        struct evidence *e = NULL;
        cr_assert_eq(evidence_load(f->arena, jobs[i].evidence_dir, &e, &err), 0, "%s", err.msg);
        cr_expect_eq(e->operations[0].answer, ANSWER_OK);
        evidence_done(e);
    }
}

/* Kills the (only) worker, or sends a signal to the runner, once the connector runs. */
enum meddling { KILL_WORKER, KILL_RUNNER, TERMINATE_RUNNER };

struct meddler {
    pid_t runner;
    enum meddling what;
};

static int meddle(void *ctx)
{
    const struct meddler *m = ctx;
    AUTO_ARENA struct arena *a = arena_new();
    for (int i = 0; i < 200; i++) {
        struct process_views views = {0};
        process_list_below(a, m->runner, &views);
        VEC_FOREACH(struct process_view, view, &views) {
            if (is_puppet(view)) {
                return kill(m->what == KILL_WORKER ? view->parent : m->runner,
                            m->what == TERMINATE_RUNNER ? SIGTERM : SIGKILL);
            }
        }
        sleep_ms(10);
    }
    return 1;
}

/* The runner runs in a process of its own here, so that the meddler is not below it. */
struct run_in_child {
    struct run_fixture *f;
    int expected_signal;
};

static int run_in_child(void *ctx)
{
    const struct run_in_child *r = ctx;
    struct run_fixture *f = r->f;
    struct progress p = {0};
    struct err err = {0};
    int sig = -1;
    const struct runner_options options = {
        .settings = &f->settings, .parallel = 1, .ctx = &p, .on_end = on_end};
    if (runner_run(&options, &f->job, 1, &sig, &err) < 0) {
        return 10;
    }
    if (processes_below(f) > 0) {
        return 11;
    }
    if (sig != r->expected_signal) {
        return 12;
    }
    return p.ended == (sig == 0 ? 1 : 0) ? 0 : 13;
}

static struct process_status run_meddled(struct run_fixture *f, enum meddling what)
{
    struct err err = {0};
    struct process runner = {0}, meddler = {0};
    struct process_status runner_status = {0}, meddler_status = {0};
    struct run_in_child r = {f, what == TERMINATE_RUNNER ? SIGTERM : 0};
    fixture_puppet(f, "lines.py", "hang-in-operation", NULL);
    fixture_step(f, "validate", 1);
    cr_assert_eq(process_become_subreaper(&err), 0, "orphans must be seen here");
    cr_assert_eq(process_fork(run_in_child, &r, &runner, &err), 0);
    struct meddler m = {runner.pid, what};
    cr_assert_eq(process_fork(meddle, &m, &meddler, &err), 0);
    cr_assert_eq(process_wait(&meddler, 20000, &meddler_status, &err), 0);
    cr_assert_eq(process_wait(&runner, 20000, &runner_status, &err), 0);
    cr_assert_eq(meddler_status.code, 0, "the connector was never seen");
    return runner_status;
}

static void ended_well(struct run_fixture *f, struct process_status status)
{
    cr_assert_eq(status.end, PROCESS_EXITED);
    cr_assert_eq(status.code, 0, "run_in_child: %d", status.code);
    cr_assert_eq(processes_below(f), 0);
}

Test(runner, worker_that_dies_leaves_a_harness_error)
{
    AUTO_FIXTURE struct run_fixture *f = fixture_new(DRIVE_LINES);
    struct err err = {0};
    ended_well(f, run_meddled(f, KILL_WORKER));
    cr_assert_eq(evidence_load(f->arena, f->job.evidence_dir, &f->evidence, &err), 0, "%s",
                 err.msg);
    cr_assert(strstr(f->evidence->harness_error, "signal 9") != NULL, "%s",
              f->evidence->harness_error);
    cr_assert_str_eq(f->evidence->case_id, "puppet/case");
}

Test(runner, signal_breaks_the_run_off_and_leaves_nothing)
{
    AUTO_FIXTURE struct run_fixture *f = fixture_new(DRIVE_LINES);
    struct err err = {0};
    struct evidence *e = NULL;
    ended_well(f, run_meddled(f, TERMINATE_RUNNER));
    cr_assert_lt(evidence_load(f->arena, f->job.evidence_dir, &e, &err), 0);
}

Test(runner, death_of_the_runner_takes_all_with_it)
{
    AUTO_FIXTURE struct run_fixture *f = fixture_new(DRIVE_LINES);
    struct process_status status = run_meddled(f, KILL_RUNNER);
    cr_assert_eq(status.end, PROCESS_SIGNALED);
    int64_t deadline = monotonic_ms() + 3000;
    while (processes_below(f) > 0 && monotonic_ms() < deadline) {
        sleep_ms(5);
    }
    cr_assert_eq(processes_below(f), 0);
}

Test(runner, no_jobs_is_no_run)
{
    AUTO_FIXTURE struct run_fixture *f = fixture_new(DRIVE_LINES);
    struct err err = {0};
    int sig = -1;
    const struct runner_options options = {.settings = &f->settings, .parallel = 0};
    cr_assert_eq(runner_run(&options, NULL, 0, &sig, &err), 0, "%s", err.msg);
    cr_assert_eq(sig, 0);
}

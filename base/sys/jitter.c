/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys/jitter.h"

#include "base/core/xalloc.h"
#include "base/sys/clock.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

enum { PERIOD_MS = 10 };
#define NS_PER_MS ((int64_t)1000000)
#define NS_PER_S  ((int64_t)1000000000)

/* Stopped by a condition, not by a descriptor: nothing that can fail stands between the end of a
 * case and the end of its thread. */
struct jitter_meter {
    pthread_t thread;
    pthread_mutex_t lock; /* of `stop` */
    pthread_cond_t told;  /* waits by CLOCK_MONOTONIC */
    bool stop;
    _Atomic int64_t worst_ns;
};

static int64_t now_ns(void)
{
    static const struct clock plain = {0};
    return clock_monotonic_ns(&plain);
}

static void note(struct jitter_meter *m, int64_t late_ns)
{
    if (late_ns > atomic_load(&m->worst_ns)) {
        atomic_store(&m->worst_ns, late_ns);
    }
}

/* A wait that is ended early says nothing, one that is ended late is counted too: when the machine
 * stalls at the end, that is when it stalled. */
static void *meter_run(void *context)
{
    struct jitter_meter *m = context;
    pthread_mutex_lock(&m->lock);
    while (!m->stop) {
        int64_t due_ns = now_ns() + PERIOD_MS * NS_PER_MS;
        const struct timespec due = {.tv_sec = (time_t)(due_ns / NS_PER_S),
                                     .tv_nsec = (long)(due_ns % NS_PER_S)};
        while (!m->stop && pthread_cond_timedwait(&m->told, &m->lock, &due) == 0) {
        }
        note(m, now_ns() - due_ns);
    }
    pthread_mutex_unlock(&m->lock);
    return NULL;
}

static int thread_start(struct jitter_meter *m)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int rc = pthread_create(&m->thread, NULL, meter_run, m);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc;
}

static void meter_free(struct jitter_meter *m)
{
    pthread_cond_destroy(&m->told);
    pthread_mutex_destroy(&m->lock);
    free(m);
}

int jitter_begin(struct jitter_meter **ret, struct err *err)
{
    struct jitter_meter *m = xcalloc(1, sizeof(*m));
    pthread_condattr_t by_monotonic;
    pthread_mutex_init(&m->lock, NULL);
    pthread_condattr_init(&by_monotonic);
    (void)pthread_condattr_setclock(&by_monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&m->told, &by_monotonic);
    pthread_condattr_destroy(&by_monotonic);
    int problem = thread_start(m);
    if (problem != 0) {
        meter_free(m);
        errno = problem;
        return err_errno(err, "cannot measure how late this machine wakes sleepers");
    }
    *ret = m;
    return 0;
}

int64_t jitter_end(struct jitter_meter *m)
{
    if (m == NULL) {
        return 0;
    }
    pthread_mutex_lock(&m->lock);
    m->stop = true;
    pthread_cond_signal(&m->told);
    pthread_mutex_unlock(&m->lock);
    (void)pthread_join(m->thread, NULL);
    int64_t worst_ns = atomic_load(&m->worst_ns);
    meter_free(m);
    return worst_ns < NS_PER_MS / 2 ? 0 : (worst_ns + NS_PER_MS - 1) / NS_PER_MS;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys/jitter.h"

#include "base/core/xalloc.h"
#include "base/sys/clock.h"
#include "base/sys/fd.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { PERIOD_MS = 10 };
#define NS_PER_MS ((int64_t)1000000)

struct jitter_meter {
    pthread_t thread;
    int stop; /* eventfd: readable = end */
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
    for (int woken = 0; woken <= 0;) {
        struct pollfd item = {.fd = m->stop, .events = POLLIN};
        int64_t due_ns = now_ns() + PERIOD_MS * NS_PER_MS;
        woken = poll(&item, 1, PERIOD_MS);
        note(m, now_ns() - due_ns);
    }
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

int jitter_begin(struct jitter_meter **ret, struct err *err)
{
    struct jitter_meter *m = xcalloc(1, sizeof(*m));
    m->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int problem = m->stop < 0 ? errno : thread_start(m);
    if (problem != 0) {
        fd_close(&m->stop);
        free(m);
        errno = problem;
        return err_errno(err, "cannot measure how late this machine wakes sleepers");
    }
    *ret = m;
    return 0;
}

int64_t jitter_end(struct jitter_meter *m)
{
    const uint64_t one = 1;
    if (m == NULL) {
        return 0;
    }
    /* cannot fail: the counter of a new eventfd has room */
    ssize_t written = write(m->stop, &one, sizeof(one));
    (void)written;
    (void)pthread_join(m->thread, NULL);
    int64_t worst_ns = atomic_load(&m->worst_ns);
    fd_close(&m->stop);
    free(m);
    return worst_ns < NS_PER_MS / 2 ? 0 : (worst_ns + NS_PER_MS - 1) / NS_PER_MS;
}

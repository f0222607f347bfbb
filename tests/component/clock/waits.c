/* SPDX-License-Identifier: Apache-2.0 */
/* Every way to wait with a time-out: pending over a jump that makes it due, pending over one that
 * does not, and begun after a jump. Long ones are 3000 s and would outlast any test. */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>

#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ipc.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <threads.h>

/* linux/futex.h, which not every C library's folder has */
#define FUTEX_WAIT_PRIVATE        128
#define FUTEX_LOCK_PI_PRIVATE     (6 | 128)
#define FUTEX_WAIT_BITSET_PRIVATE (9 | 128)
#define FUTEX_CLOCK_REALTIME      256
#define FUTEX_BITSET_MATCH_ANY    0xffffffff

enum { LONG_MS = 3000 * S_TO_MS, SHORT_MS = 300, CUT_MS = (3600 + 1) * S_TO_MS + 200 };

static struct timespec span(int64_t ms)
{
    return (struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
}

/* Each waits ms and returns whether it ended as a time-out does. */
static bool by_nanosleep(int64_t ms)
{
    struct timespec t = span(ms);
    return nanosleep(&t, NULL) == 0;
}
static bool by_nanosleep_remainder(int64_t ms)
{
    struct timespec t = span(ms);
    return nanosleep(&t, &t) == 0;
}
static bool by_sleep_relative(int64_t ms)
{
    struct timespec t = span(ms);
    return clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL) == 0;
}
static bool by_sleep_absolute(int64_t ms)
{
    struct timespec t = deadline_in(CLOCK_MONOTONIC, ms);
    return clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == 0;
}
static bool by_sleep_wall(int64_t ms)
{
    struct timespec t = deadline_in(CLOCK_REALTIME, ms);
    return clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &t, NULL) == 0;
}
static bool by_poll(int64_t ms)
{
    return poll(NULL, 0, (int)ms) == 0;
}
static bool by_ppoll(int64_t ms)
{
    struct timespec t = span(ms);
    return ppoll(NULL, 0, &t, NULL) == 0;
}
static bool by_raw_ppoll(int64_t ms)
{
    static const struct timespec second = {.tv_sec = 1}; /* cannot be written by the kernel */
    struct timespec t = span(ms);
    return syscall(SYS_ppoll, NULL, 0, ms == 1000 ? &second : &t, NULL, 8) == 0;
}
static bool by_select(int64_t ms)
{
    struct timeval t = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
    return select(0, NULL, NULL, NULL, &t) == 0;
}
static bool by_raw_select(int64_t ms)
{
    struct timeval t = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
    return syscall(SYS_select, 0, NULL, NULL, NULL, &t) == 0;
}
static bool by_pselect(int64_t ms)
{
    struct timespec t = span(ms);
    return pselect(0, NULL, NULL, NULL, &t, NULL) == 0;
}
static bool by_epoll(int64_t ms)
{
    struct epoll_event event;
    int fd = epoll_create1(0);
    bool timed_out = epoll_wait(fd, &event, 1, (int)ms) == 0;
    close(fd);
    return timed_out;
}
static bool by_epoll_mask(int64_t ms)
{
    struct epoll_event event;
    sigset_t mask;
    sigemptyset(&mask);
    int fd = epoll_create1(0);
    bool timed_out = epoll_pwait(fd, &event, 1, (int)ms, &mask) == 0;
    close(fd);
    return timed_out;
}
static bool by_epoll_2(int64_t ms)
{
    struct epoll_event event;
    struct timespec t = span(ms);
    int fd = epoll_create1(0);
    bool timed_out = syscall(441, fd, &event, 1, &t, NULL, 8) == 0; /* epoll_pwait2 */
    close(fd);
    return timed_out;
}
static bool futex(int op, const struct timespec *t)
{
    uint32_t word = 0;
    return syscall(SYS_futex, &word, op, 0, t, NULL, FUTEX_BITSET_MATCH_ANY) < 0 &&
           errno == ETIMEDOUT;
}
static bool by_futex_relative(int64_t ms)
{
    struct timespec t = span(ms);
    return futex(FUTEX_WAIT_PRIVATE, &t);
}
static bool by_futex_absolute(int64_t ms)
{
    struct timespec t = deadline_in(CLOCK_MONOTONIC, ms);
    return futex(FUTEX_WAIT_BITSET_PRIVATE, &t);
}
static bool by_futex_wall(int64_t ms)
{
    struct timespec t = deadline_in(CLOCK_REALTIME, ms);
    return futex(FUTEX_WAIT_BITSET_PRIVATE | FUTEX_CLOCK_REALTIME, &t);
}
static bool by_futex_waitv(int64_t ms)
{
    uint32_t word = 0;
    const struct {
        uint64_t value, address;
        uint32_t flags, reserved;
    } one = {0, (uintptr_t)&word, 2, 0};
    struct timespec t = deadline_in(CLOCK_MONOTONIC, ms);
    return syscall(449, &one, 1, 0, &t, CLOCK_MONOTONIC) < 0 && errno == ETIMEDOUT;
}
static bool by_condition(int64_t ms)
{
    pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t c = PTHREAD_COND_INITIALIZER;
    struct timespec t = deadline_in(CLOCK_REALTIME, ms);
    pthread_mutex_lock(&m);
    int result = 0;
    while (result == 0) {
        result = pthread_cond_timedwait(&c, &m, &t);
    }
    pthread_mutex_unlock(&m);
    return result == ETIMEDOUT;
}
static bool by_condition_monotonic(int64_t ms)
{
    pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t c;
    pthread_condattr_t a;
    pthread_condattr_init(&a);
    pthread_condattr_setclock(&a, CLOCK_MONOTONIC);
    pthread_cond_init(&c, &a);
    struct timespec t = deadline_in(CLOCK_MONOTONIC, ms);
    pthread_mutex_lock(&m);
    int result = 0;
    while (result == 0) {
        result = pthread_cond_timedwait(&c, &m, &t);
    }
    pthread_mutex_unlock(&m);
    return result == ETIMEDOUT;
}
static bool by_c11_condition(int64_t ms)
{
    mtx_t m;
    cnd_t c;
    struct timespec t;
    timespec_get(&t, TIME_UTC);
    t.tv_sec += ms / 1000;
    t.tv_nsec += ms % 1000 * 1000000;
    t.tv_sec += t.tv_nsec / 1000000000;
    t.tv_nsec %= 1000000000;
    mtx_init(&m, mtx_timed);
    cnd_init(&c);
    mtx_lock(&m);
    int result = thrd_success;
    while (result == thrd_success) {
        result = cnd_timedwait(&c, &m, &t);
    }
    mtx_unlock(&m);
    return result == thrd_timedout;
}
static bool by_mutex_pi(int64_t ms)
{
    /* The word names another live thread as the owner. */
    uint32_t word = (uint32_t)getppid();
    struct timespec t = deadline_in(CLOCK_REALTIME, ms);
    word = (uint32_t)getpid();
    if ((pid_t)syscall(SYS_gettid) == getpid()) {
        return by_futex_wall(ms); /* in the main thread that would be a deadlock */
    }
    return syscall(SYS_futex, &word, FUTEX_LOCK_PI_PRIVATE, 0, &t) < 0 && errno == ETIMEDOUT;
}
static bool by_signal_wait(int64_t ms)
{
    sigset_t set;
    struct timespec t = span(ms);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    return sigtimedwait(&set, NULL, &t) < 0 && errno == EAGAIN;
}
#ifdef __GLIBC__
static bool by_semaphore(int64_t ms)
{
    struct timespec t = span(ms);
    int id = semget(IPC_PRIVATE, 1, 0600 | IPC_CREAT);
    struct sembuf down = {.sem_op = -1};
    if (id < 0) {
        return false;
    }
    bool timed_out = semtimedop(id, &down, 1, &t) < 0 && errno == EAGAIN;
    semctl(id, 0, IPC_RMID);
    return timed_out;
}
#endif
static bool by_queue(int64_t ms)
{
    char name[64], message[128];
    struct mq_attr attr = {.mq_maxmsg = 1, .mq_msgsize = sizeof(message)};
    snprintf(name, sizeof(name), "/assay-clock-%ld", (long)syscall(SYS_gettid));
    mqd_t queue = mq_open(name, O_RDWR | O_CREAT, 0600, &attr);
    if (queue == (mqd_t)-1) {
        return by_poll(ms); /* no such file system here */
    }
    mq_unlink(name);
    struct timespec t = deadline_in(CLOCK_REALTIME, ms);
    bool timed_out =
        mq_timedreceive(queue, message, sizeof(message), NULL, &t) < 0 && errno == ETIMEDOUT;
    mq_close(queue);
    return timed_out;
}

static const struct way {
    const char *name;
    bool (*wait)(int64_t ms);
} ways[] = {
    {"nanosleep", by_nanosleep},
    {"nanosleep-remainder", by_nanosleep_remainder},
    {"sleep-relative", by_sleep_relative},
    {"sleep-absolute", by_sleep_absolute},
    {"sleep-wall", by_sleep_wall},
    {"poll", by_poll},
    {"ppoll", by_ppoll},
    {"raw-ppoll", by_raw_ppoll},
    {"select", by_select},
    {"raw-select", by_raw_select},
    {"pselect", by_pselect},
    {"epoll", by_epoll},
    {"epoll-mask", by_epoll_mask},
    {"epoll-2", by_epoll_2},
    {"futex-relative", by_futex_relative},
    {"futex-absolute", by_futex_absolute},
    {"futex-wall", by_futex_wall},
    {"futex-waitv", by_futex_waitv},
    {"condition", by_condition},
    {"condition-monotonic", by_condition_monotonic},
    {"c11-condition", by_c11_condition},
    {"mutex-pi", by_mutex_pi},
    {"signal-wait", by_signal_wait},
#ifdef __GLIBC__
    {"semaphore", by_semaphore},
#endif
    {"queue", by_queue},
};
enum { WAYS = sizeof(ways) / sizeof(ways[0]) };

struct job {
    const struct way *way;
    int64_t ms, took_ms;
    bool timed_out;
    atomic_int tid;
};

/* On a busy machine a thread may begin late, and what it begins after the jump is not due. */
static void await_sleep(const struct job *j)
{
    for (int i = 0; i < 5000; i++) {
        char path[64], text[256] = "";
        snprintf(path, sizeof(path), "/proc/self/task/%d/stat", (int)j->tid);
        FILE *f = j->tid != 0 ? fopen(path, "r") : NULL;
        if (f != NULL) {
            bool known = fgets(text, sizeof(text), f) != NULL;
            fclose(f);
            const char *close = known ? strrchr(text, ')') : NULL;
            if (close != NULL && close[2] == 'S') {
                return;
            }
        }
        usleep(1000);
    }
}

static void *run_job(void *p)
{
    struct job *j = p;
    int64_t start = clock_ms(CLOCK_MONOTONIC);
    j->tid = (int)syscall(SYS_gettid);
    j->timed_out = j->way->wait(j->ms);
    j->took_ms = clock_ms(CLOCK_MONOTONIC) - start;
    return NULL;
}

/* All ways at once, each in a thread; the jump, if any, comes while they wait. */
static void all_ways(const char *phase, int64_t ms, int jump_s, int64_t at_least, int64_t at_most)
{
    pthread_t threads[WAYS];
    struct job jobs[WAYS];
    char name[96];
    for (int i = 0; i < WAYS; i++) {
        memset(&jobs[i], 0, sizeof(jobs[i]));
        jobs[i].way = &ways[i];
        jobs[i].ms = ms;
        pthread_create(&threads[i], NULL, run_job, &jobs[i]);
    }
    for (int i = 0; jump_s > 0 && i < WAYS; i++) {
        await_sleep(&jobs[i]);
    }
    if (jump_s > 0) {
        ask_jump(jump_s, 150);
        await_jump();
    }
    for (int i = 0; i < WAYS; i++) {
        pthread_join(threads[i], NULL);
        snprintf(name, sizeof(name), "%s-%s", phase, ways[i].name);
        check(jobs[i].timed_out && jobs[i].took_ms >= at_least - 3 && jobs[i].took_ms <= at_most,
              name, jobs[i].took_ms);
    }
}

int main(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    all_ways("before", SHORT_MS, 0, SHORT_MS, SHORT_MS + 2500);
    all_ways("due-at-first-jump", LONG_MS, JUMP_S, JUMP_S * S_TO_MS, CUT_MS + 2500);
    all_ways("after", SHORT_MS, 0, SHORT_MS, SHORT_MS + 2500);
    all_ways("due-at-second-jump", LONG_MS, JUMP_S, JUMP_S * S_TO_MS, CUT_MS + 2500);
    /* Not due yet: 3000.5 s with a jump of 3000 s leave half a second, less what was before it. */
    all_ways("shortened", LONG_MS + 700, LONG_MS / S_TO_MS, LONG_MS + 700, LONG_MS + 700 + 2500);
    all_ways("at-the-end", SHORT_MS, 0, SHORT_MS, SHORT_MS + 2500);
    return failures != 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A jump as over a suspension of the machine: CLOCK_REALTIME, BOOTTIME and TAI go on, and who waits
 * for a time of theirs is woken; CLOCK_MONOTONIC and every duration measured by it stand still. */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/wait.h>

/* linux/futex.h, which not every C library's folder has */
#define FUTEX_WAIT_PRIVATE        128
#define FUTEX_LOCK_PI_PRIVATE     (6 | 128)
#define FUTEX_WAIT_BITSET_PRIVATE (9 | 128)
#define FUTEX_CLOCK_REALTIME      256
#define FUTEX_BITSET_MATCH_ANY    0xffffffff

/* musl makes a duration of such a deadline before it asks the kernel to wait. */
#ifdef __GLIBC__
enum { LIBC_KEEPS_DEADLINES = true };
#else
enum { LIBC_KEEPS_DEADLINES = false };
#endif

enum { LONG_MS = 3000 * S_TO_MS, PENDING_MS = 900, SHORT_MS = 200, AFTER_MS = 250 };

static struct timespec span(int64_t ms)
{
    return (struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
}

/* ---- clocks ---- */

static const struct {
    clockid_t id;
    const char *name;
    bool goes_on;
} clocks[] = {{CLOCK_REALTIME, "realtime", true},
              {CLOCK_REALTIME_COARSE, "realtime-coarse", true},
              {CLOCK_BOOTTIME, "boottime", true},
              {11, "tai", true},
              {CLOCK_MONOTONIC, "monotonic", false},
              {CLOCK_MONOTONIC_RAW, "monotonic-raw", false},
              {CLOCK_MONOTONIC_COARSE, "monotonic-coarse", false}};
enum { CLOCKS = sizeof(clocks) / sizeof(clocks[0]) };

struct reading {
    int64_t libc[CLOCKS], raw[CLOCKS], day, raw_day, time, raw_time;
};

static int64_t day_ms(bool raw)
{
    struct timeval tv;
    if (raw) {
        syscall(SYS_gettimeofday, &tv, NULL);
    } else {
        gettimeofday(&tv, NULL);
    }
    return (int64_t)tv.tv_sec * 1000 + tv.tv_usec / 1000;
}

static struct reading read_all(void)
{
    struct reading r = {.day = day_ms(false),
                        .raw_day = day_ms(true),
                        .time = (int64_t)time(NULL) * 1000,
                        .raw_time = (int64_t)syscall(SYS_time, NULL) * 1000};
    for (int i = 0; i < CLOCKS; i++) {
        r.libc[i] = clock_ms(clocks[i].id);
        r.raw[i] = raw_clock_ms(clocks[i].id);
    }
    return r;
}

static bool is_later(int64_t before, int64_t after, int64_t seconds)
{
    int64_t over_ms = after - before - seconds * S_TO_MS;
    return over_ms > -1100 && over_ms < 5000;
}

static bool compare(const char *where, const struct reading *a, const struct reading *b,
                    int64_t wall_s, int64_t monotonic_s)
{
    bool good = is_later(a->day, b->day, wall_s) && is_later(a->raw_day, b->raw_day, wall_s) &&
                is_later(a->time, b->time, wall_s) && is_later(a->raw_time, b->raw_time, wall_s);
    char name[64];
    snprintf(name, sizeof(name), "%s-time-of-day", where);
    check(good, name, b->day - a->day);
    for (int i = 0; i < CLOCKS; i++) {
        int64_t wanted = clocks[i].goes_on ? wall_s : monotonic_s;
        bool held =
            is_later(a->libc[i], b->libc[i], wanted) && is_later(a->raw[i], b->raw[i], wanted);
        snprintf(name, sizeof(name), "%s-%s", where, clocks[i].name);
        check(held, name, b->libc[i] - a->libc[i]);
        good = good && held;
    }
    return good;
}

static void suspend_now(int seconds, int after_ms)
{
    printf("SUSPEND %d %d\n", seconds, after_ms);
    fflush(stdout);
    if (after_ms == 0) {
        await_jump();
    }
}

static void in_fork(const char *where, const struct reading *before, int64_t wall_s,
                    int64_t monotonic_s)
{
    int status = -1;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        struct reading r = read_all();
        _exit(compare(where, before, &r, wall_s, monotonic_s) ? 0 : 1);
    }
    waitpid(pid, &status, 0);
    check(status == 0, where, status);
}

/* suspend REALTIME_MS MONOTONIC_MS WALL_S MONOTONIC_S: another program */
static void in_exec(char *self, const struct reading *before, int64_t wall_s, int64_t monotonic_s)
{
    char text[4][24];
    int status = -1;
    snprintf(text[0], sizeof(text[0]), "%lld", (long long)before->libc[0]);
    snprintf(text[1], sizeof(text[1]), "%lld", (long long)before->libc[4]);
    snprintf(text[2], sizeof(text[2]), "%lld", (long long)wall_s);
    snprintf(text[3], sizeof(text[3]), "%lld", (long long)monotonic_s);
    char *const args[] = {self, text[0], text[1], text[2], text[3], NULL};
    pid_t pid = vfork();
    if (pid == 0) {
        execv(self, args);
        _exit(9);
    }
    waitpid(pid, &status, 0);
    check(status == 0, "exec", status);
}

static int64_t number(const char *text)
{
    return strtoll(text, NULL, 10); /* allow: a test program's own arguments */
}

static int as_child(char **argv)
{
    return is_later(number(argv[1]), clock_ms(CLOCK_REALTIME), number(argv[3])) &&
                   is_later(number(argv[2]), clock_ms(CLOCK_MONOTONIC), number(argv[4]))
               ? 0
               : 1;
}

/* ---- waits; each ms long, and whether it ended as a time-out does ---- */

static bool sleeps(clockid_t id, bool absolute, int64_t ms)
{
    struct timespec at = absolute ? deadline_in(id, ms) : span(ms);
    return clock_nanosleep(id, absolute ? TIMER_ABSTIME : 0, &at, NULL) == 0;
}
static bool by_sleep_realtime(int64_t ms)
{
    return sleeps(CLOCK_REALTIME, true, ms);
}
static bool by_sleep_boottime(int64_t ms)
{
    return sleeps(CLOCK_BOOTTIME, true, ms);
}
static bool by_sleep_boottime_relative(int64_t ms)
{
    return sleeps(CLOCK_BOOTTIME, false, ms);
}
static bool by_sleep_tai(int64_t ms)
{
    return sleeps(11, true, ms);
}
static bool by_sleep_monotonic(int64_t ms)
{
    return sleeps(CLOCK_MONOTONIC, true, ms);
}
static bool by_sleep_monotonic_relative(int64_t ms)
{
    return sleeps(CLOCK_MONOTONIC, false, ms);
}
static bool by_sleep_realtime_relative(int64_t ms)
{
    return sleeps(CLOCK_REALTIME, false, ms);
}
static bool by_nanosleep(int64_t ms)
{
    struct timespec t = span(ms);
    return nanosleep(&t, NULL) == 0;
}

static bool futex_ends(int op, struct timespec at, uint32_t word)
{
    long n = syscall(SYS_futex, &word, op, word, &at, NULL, FUTEX_BITSET_MATCH_ANY);
    return n < 0 && errno == ETIMEDOUT;
}
static bool by_futex_realtime(int64_t ms)
{
    return futex_ends(FUTEX_WAIT_BITSET_PRIVATE | FUTEX_CLOCK_REALTIME,
                      deadline_in(CLOCK_REALTIME, ms), 7);
}
static bool by_futex_monotonic(int64_t ms)
{
    return futex_ends(FUTEX_WAIT_BITSET_PRIVATE, deadline_in(CLOCK_MONOTONIC, ms), 7);
}
static bool by_futex_relative(int64_t ms)
{
    return futex_ends(FUTEX_WAIT_PRIVATE, span(ms), 7);
}
static bool by_futex_pi(int64_t ms)
{
    uint32_t word = (uint32_t)getpid(); /* the main thread has it, and lives on */
    struct timespec at = deadline_in(CLOCK_REALTIME, ms);
    return syscall(SYS_futex, &word, FUTEX_LOCK_PI_PRIVATE, 0, &at) < 0 && errno == ETIMEDOUT;
}

static bool condition_ends(clockid_t id, int64_t ms)
{
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_condattr_t attr;
    pthread_cond_t cond;
    struct timespec at = deadline_in(id, ms);
    int result = 0;
    pthread_condattr_init(&attr);
    if (id != CLOCK_REALTIME) { /* which it is by itself */
        pthread_condattr_setclock(&attr, id);
    }
    pthread_cond_init(&cond, &attr);
    pthread_mutex_lock(&lock);
    while (result == 0) {
        result = pthread_cond_timedwait(&cond, &lock, &at);
    }
    pthread_mutex_unlock(&lock);
    return result == ETIMEDOUT;
}
static bool by_condition(int64_t ms)
{
    return condition_ends(CLOCK_REALTIME, ms);
}
static bool by_condition_monotonic(int64_t ms)
{
    return condition_ends(CLOCK_MONOTONIC, ms);
}
static bool by_semaphore(int64_t ms)
{
    sem_t sem;
    struct timespec at = deadline_in(CLOCK_REALTIME, ms);
    sem_init(&sem, 0, 0);
    return sem_timedwait(&sem, &at) < 0 && errno == ETIMEDOUT;
}
static bool by_queue(int64_t ms)
{
    char name[64], message[64];
    snprintf(name, sizeof(name), "/assay-suspend-%d", (int)getpid());
    struct mq_attr attr = {.mq_maxmsg = 1, .mq_msgsize = sizeof(message)};
    mqd_t queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attr);
    mq_unlink(name);
    struct timespec at = deadline_in(CLOCK_REALTIME, ms);
    bool ends =
        mq_timedreceive(queue, message, sizeof(message), NULL, &at) < 0 && errno == ETIMEDOUT;
    mq_close(queue);
    return ends;
}
static bool by_poll(int64_t ms)
{
    return poll(NULL, 0, (int)ms) == 0;
}
static bool by_select(int64_t ms)
{
    struct timeval t = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
    return select(0, NULL, NULL, NULL, &t) == 0;
}
static bool by_epoll(int64_t ms)
{
    struct epoll_event event;
    int fd = epoll_create1(EPOLL_CLOEXEC);
    bool ends = epoll_wait(fd, &event, 1, (int)ms) == 0;
    close(fd);
    return ends;
}

static bool timerfd_ends(clockid_t id, bool absolute, int64_t ms)
{
    uint64_t count = 0;
    struct itimerspec spec = {.it_value = absolute ? deadline_in(id, ms) : span(ms)};
    int fd = timerfd_create(id, TFD_CLOEXEC);
    timerfd_settime(fd, absolute ? TFD_TIMER_ABSTIME : 0, &spec, NULL);
    bool ends = read(fd, &count, sizeof(count)) == sizeof(count) && count == 1;
    close(fd);
    return ends;
}
static bool by_timerfd_realtime(int64_t ms)
{
    return timerfd_ends(CLOCK_REALTIME, true, ms);
}
static bool by_timerfd_boottime(int64_t ms)
{
    return timerfd_ends(CLOCK_BOOTTIME, false, ms);
}
static bool by_timerfd_monotonic(int64_t ms)
{
    return timerfd_ends(CLOCK_MONOTONIC, true, ms);
}
static bool by_timerfd_realtime_relative(int64_t ms)
{
    return timerfd_ends(CLOCK_REALTIME, false, ms);
}

static atomic_int rings[3];

static void on_ring(int sig, siginfo_t *info, void *ignored)
{
    (void)ignored;
    rings[sig == SIGALRM ? 2 : info->si_value.sival_int]++;
}

static bool ring_comes(int which)
{
    while (rings[which] == 0) {
        poll(NULL, 0, 5);
    }
    return rings[which] == 1;
}
static bool timer_rings(clockid_t id, int which, int64_t ms)
{
    timer_t timer;
    struct sigevent event = {
        .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value = {.sival_int = which}};
    struct itimerspec spec = {.it_value = span(ms)};
    rings[which] = 0;
    if (timer_create(id, &event, &timer) < 0 || timer_settime(timer, 0, &spec, NULL) < 0) {
        return false;
    }
    bool rang = ring_comes(which);
    timer_delete(timer);
    return rang;
}
static bool by_timer_boottime(int64_t ms)
{
    return timer_rings(CLOCK_BOOTTIME, 0, ms);
}
static bool by_timer_monotonic(int64_t ms)
{
    return timer_rings(CLOCK_MONOTONIC, 1, ms);
}
static bool by_alarm(int64_t ms)
{
    struct itimerval it = {.it_value = {ms / 1000, ms % 1000 * 1000}};
    rings[2] = 0;
    setitimer(ITIMER_REAL, &it, NULL);
    return ring_comes(2);
}

static const struct way {
    const char *name;
    bool (*wait)(int64_t ms);
    bool goes_on;
} ways[] = {{"sleep-realtime", by_sleep_realtime, true},
            {"sleep-boottime", by_sleep_boottime, true},
            {"sleep-boottime-relative", by_sleep_boottime_relative, true},
            {"sleep-tai", by_sleep_tai, true},
            {"futex-realtime", by_futex_realtime, true},
            {"futex-pi", by_futex_pi, true},
            {"condition", by_condition, LIBC_KEEPS_DEADLINES},
            {"semaphore", by_semaphore, LIBC_KEEPS_DEADLINES},
            {"queue", by_queue, true},
            {"timerfd-realtime", by_timerfd_realtime, true},
            {"timerfd-boottime", by_timerfd_boottime, true},
            {"timer-boottime", by_timer_boottime, true},
            {"sleep-monotonic", by_sleep_monotonic, false},
            {"sleep-monotonic-relative", by_sleep_monotonic_relative, false},
            {"sleep-realtime-relative", by_sleep_realtime_relative, false},
            {"nanosleep", by_nanosleep, false},
            {"futex-monotonic", by_futex_monotonic, false},
            {"futex-relative", by_futex_relative, false},
            {"condition-monotonic", by_condition_monotonic, false},
            {"poll", by_poll, false},
            {"select", by_select, false},
            {"epoll", by_epoll, false},
            {"timerfd-monotonic", by_timerfd_monotonic, false},
            {"timerfd-realtime-relative", by_timerfd_realtime_relative, false},
            {"timer-monotonic", by_timer_monotonic, false},
            {"alarm", by_alarm, false}};
enum { WAYS = sizeof(ways) / sizeof(ways[0]) };

struct waiter {
    const struct way *way;
    pthread_t thread;
    int64_t ms, took_ms;
    bool ended;
};

static void *wait_out(void *ctx)
{
    struct waiter *w = ctx;
    int64_t start = clock_ms(CLOCK_MONOTONIC);
    w->ended = w->way->wait(w->ms);
    w->took_ms = clock_ms(CLOCK_MONOTONIC) - start;
    return NULL;
}

/* All at once. Those whose clock goes on wait 50 minutes, and are woken by a suspension of an hour;
 * the others wait a second of which nothing is taken away. */
static void all_ways(const char *phase, int suspend_s)
{
    struct waiter waiters[WAYS];
    char name[64];
    sigset_t rings_set;
    sigemptyset(&rings_set);
    sigaddset(&rings_set, SIGUSR1);
    sigaddset(&rings_set, SIGALRM);
    pthread_sigmask(SIG_BLOCK, &rings_set, NULL); /* in the threads: rings are for this one */
    for (int i = 0; i < WAYS; i++) {
        bool is_long = suspend_s > 0 && ways[i].goes_on;
        waiters[i] = (struct waiter){.way = &ways[i],
                                     .ms = is_long         ? LONG_MS
                                           : suspend_s > 0 ? PENDING_MS
                                                           : SHORT_MS};
        pthread_create(&waiters[i].thread, NULL, wait_out, &waiters[i]);
    }
    pthread_sigmask(SIG_UNBLOCK, &rings_set, NULL);
    if (suspend_s > 0) {
        suspend_now(suspend_s, AFTER_MS);
        await_jump();
    }
    for (int i = 0; i < WAYS; i++) {
        const struct waiter *w = &waiters[i];
        pthread_join(w->thread, NULL);
        bool woken = suspend_s > 0 && ways[i].goes_on;
        bool held = woken ? w->took_ms >= AFTER_MS / 2 && w->took_ms < AFTER_MS + 3000
                          : is_about(w->took_ms, w->ms);
        snprintf(name, sizeof(name), "%s-%s", phase, ways[i].name);
        check(w->ended && held, name, w->took_ms);
    }
}

int main(int argc, char **argv)
{
    struct sigaction action = {.sa_sigaction = on_ring, .sa_flags = SA_RESTART | SA_SIGINFO};
    if (argc == 5) {
        return as_child(argv);
    }
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGALRM, &action, NULL);
    struct reading first = read_all();
    all_ways("first", JUMP_S);
    struct reading second = read_all();
    compare("suspended", &first, &second, JUMP_S, 0);
    in_fork("fork", &first, JUMP_S, 0);
    in_exec(argv[0], &first, JUMP_S, 0);
    all_ways("after", 0);
    all_ways("again", JUMP_S);
    struct reading third = read_all();
    compare("suspended-again", &second, &third, JUMP_S, 0);
    jump_now(JUMP_S);
    struct reading fourth = read_all();
    compare("then-jumped", &third, &fourth, JUMP_S, JUMP_S);
    all_ways("jumped", 0);
    all_ways("at-last", JUMP_S);
    in_exec(argv[0], &first, (int64_t)4 * JUMP_S, JUMP_S);
    return failures != 0;
}

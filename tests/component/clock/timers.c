/* SPDX-License-Identifier: Apache-2.0 */
/* Timers that run on their own: pending over a jump, shortened by one, armed after one. */
#include "probe.h"

#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/wait.h>

enum { LONG_S = 3000, SOON_MS = 1500 };

static atomic_int alarms, ticks;

static void on_alarm(int sig)
{
    (void)sig;
    alarms++;
}

static void on_tick(int sig)
{
    (void)sig;
    ticks++;
}

/* Waits up to ms in small steps, so that signals and the jump come between. */
static bool comes_true(atomic_int *count, int wanted, int64_t ms)
{
    int64_t end = clock_ms(CLOCK_MONOTONIC) + ms;
    while (*count < wanted && clock_ms(CLOCK_MONOTONIC) < end) {
        poll(NULL, 0, 5);
    }
    return *count >= wanted;
}

static int timerfd_in(clockid_t id, int64_t ms, bool absolute, int64_t interval_ms)
{
    struct itimerspec spec = {.it_interval = {interval_ms / 1000, interval_ms % 1000 * 1000000}};
    spec.it_value = absolute
                        ? deadline_in(id, ms)
                        : (struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    int fd = timerfd_create(id, TFD_NONBLOCK | TFD_CLOEXEC);
    if (timerfd_settime(fd, absolute ? TFD_TIMER_ABSTIME : 0, &spec, NULL) < 0) {
        return -1;
    }
    return fd;
}

static bool fires(int fd, int within_ms)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    uint64_t count = 0;
    return poll(&p, 1, within_ms) == 1 && read(fd, &count, sizeof(count)) == sizeof(count) &&
           count >= 1;
}

static timer_t timer_in(clockid_t id, int64_t ms, bool absolute)
{
    timer_t timer;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    struct itimerspec spec = {0};
    spec.it_value = absolute
                        ? deadline_in(id, ms)
                        : (struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    if (timer_create(id, &event, &timer) < 0 ||
        timer_settime(timer, absolute ? TIMER_ABSTIME : 0, &spec, NULL) < 0) {
        check(false, "timer-create", 0);
    }
    return timer;
}

static void descriptors(const char *when, int jump_s, int64_t ms)
{
    int64_t start = clock_ms(CLOCK_MONOTONIC);
    int fds[] = {timerfd_in(CLOCK_MONOTONIC, ms, false, 0),
                 timerfd_in(CLOCK_MONOTONIC, ms, true, 0), timerfd_in(CLOCK_REALTIME, ms, true, 0),
                 timerfd_in(CLOCK_BOOTTIME, ms, false, 0)};
    int unarmed = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    char name[64];
    jump_now(jump_s);
    for (int i = 0; i < 4; i++) {
        snprintf(name, sizeof(name), "timerfd-%s-%d", when, i);
        check(fires(fds[i], SOON_MS + 3000), name, clock_ms(CLOCK_MONOTONIC) - start);
        close(fds[i]);
    }
    int64_t took = clock_ms(CLOCK_MONOTONIC) - start;
    check(took >= ms - 3 && took >= (int64_t)jump_s * 1000, "timerfds-not-early", took);
    check(!fires(unarmed, 0), "timerfd-unarmed-stays-so", 0);
    close(unarmed);
}

static void shared_descriptor(void)
{
    int fd = timerfd_in(CLOCK_MONOTONIC, (int64_t)JUMP_S * 1000 + SOON_MS, false, 0);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        pause();
        _exit(0);
    }
    jump_now(JUMP_S / 2); /* once for both processes, not once for each */
    check(!fires(fd, 100), "timerfd-shared-is-moved-once", 0);
    jump_now(JUMP_S / 2);
    check(fires(fd, SOON_MS + 3000), "timerfd-shared-fires", 0);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    close(fd);
}

static void signals(const char *when, int jump_s, int64_t ms)
{
    char name[64];
    alarms = ticks = 0;
    struct itimerval it = {.it_value = {ms / 1000, ms % 1000 * 1000}};
    int64_t start = clock_ms(CLOCK_MONOTONIC); /* before: this process may be held up in between */
    setitimer(ITIMER_REAL, &it, NULL);
    timer_t timers[] = {timer_in(CLOCK_MONOTONIC, ms, false), timer_in(CLOCK_REALTIME, ms, true)};
    jump_now(jump_s);
    snprintf(name, sizeof(name), "setitimer-%s", when);
    check(comes_true(&alarms, 1, SOON_MS + 3000), name, alarms);
    for (int i = 0; i < 2; i++) { /* one signal may stand for both */
        struct itimerspec left;
        timer_gettime(timers[i], &left);
        int64_t end = clock_ms(CLOCK_MONOTONIC) + SOON_MS + 3000;
        while ((left.it_value.tv_sec || left.it_value.tv_nsec) && clock_ms(CLOCK_MONOTONIC) < end) {
            poll(NULL, 0, 5);
            timer_gettime(timers[i], &left);
        }
        snprintf(name, sizeof(name), "timer-%s-%d", when, i);
        check(!left.it_value.tv_sec && !left.it_value.tv_nsec, name, left.it_value.tv_sec);
        timer_delete(timers[i]);
    }
    int64_t took = clock_ms(CLOCK_MONOTONIC) - start;
    check(took >= ms - 3, "timers-not-early", took);
    check(ticks >= 1, "timer-signal", ticks);
}

int main(void)
{
    signal(SIGALRM, on_alarm);
    signal(SIGUSR1, on_tick);
    descriptors("due", JUMP_S, LONG_S * 1000);
    signals("due", JUMP_S, LONG_S * 1000);
    descriptors("shortened", LONG_S, LONG_S * 1000 + SOON_MS);
    signals("shortened", LONG_S, LONG_S * 1000 + SOON_MS);
    shared_descriptor();
    alarms = 0;
    alarm(LONG_S);
    jump_now(LONG_S - 2);
    check(alarms == 0, "alarm-not-early", alarms);
    check(comes_true(&alarms, 1, 5000), "alarm-shortened", alarms);
    int64_t start = clock_ms(CLOCK_MONOTONIC);
    int soon = timerfd_in(CLOCK_MONOTONIC, 300, true, 0);
    bool fired = fires(soon, 5000);
    check(fired && is_about(clock_ms(CLOCK_MONOTONIC) - start, 298), "timerfd-after-jumps",
          clock_ms(CLOCK_MONOTONIC) - start);
    int ticker = timerfd_in(CLOCK_MONOTONIC, 3600 * 1000, false, 50);
    jump_now(JUMP_S + 1);
    check(fires(ticker, 1000) && fires(ticker, 1000), "timerfd-interval-goes-on", 0);
    return failures != 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* assay-clock-probe: what clock_self_probe() runs. It prints a line of times in milliseconds
 * (realtime, monotonic, boottime, and realtime by a bare system call), waits for a line on stdin,
 * prints the times again; then "due" when a futex deadline that was set fifty minutes ahead before
 * the jump has passed, and "slept" after an absolute sleep of 50 ms; and the times once more after
 * another line. */
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { AHEAD_S = 3000, SHORT_MS = 50 };

static long long to_ms(struct timespec ts)
{
    return (long long)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* allow: this program is there to read the machine's own clocks, in every way there is */
static long long clock_ms(clockid_t id)
{
    struct timespec ts = {0};
    (void)clock_gettime(id, &ts); /* allow: see above */
    return to_ms(ts);
}

static void tell_times(void)
{
    struct timespec raw = {0};
    (void)syscall(SYS_clock_gettime, CLOCK_REALTIME, &raw);
    printf("times %lld %lld %lld %lld\n", clock_ms(CLOCK_REALTIME), clock_ms(CLOCK_MONOTONIC),
           clock_ms(CLOCK_BOOTTIME), to_ms(raw));
    fflush(stdout);
}

struct ahead {
    struct timespec at;
    bool timed_out;
};

static void *wait_ahead(void *ctx)
{
    struct ahead *a = ctx;
    uint32_t word = 0;
    long n = syscall(SYS_futex, &word, FUTEX_WAIT_BITSET_PRIVATE, 0, &a->at, NULL,
                     FUTEX_BITSET_MATCH_ANY);
    a->timed_out = n < 0 && errno == ETIMEDOUT;
    return NULL;
}

static void await_line(void)
{
    char byte = 0;
    while (byte != '\n' && read(STDIN_FILENO, &byte, 1) == 1) {
    }
}

int main(void)
{
    pthread_t waiter;
    struct ahead ahead = {.at = {.tv_sec = clock_ms(CLOCK_MONOTONIC) / 1000 + AHEAD_S}};
    if (pthread_create(&waiter, NULL, wait_ahead, &ahead) != 0) {
        return 1;
    }
    tell_times();
    await_line();
    tell_times();
    (void)pthread_join(waiter, NULL);
    printf(ahead.timed_out ? "due\n" : "not due\n");
    long long start = clock_ms(CLOCK_MONOTONIC), end = start + SHORT_MS;
    const struct timespec at = {.tv_sec = end / 1000, .tv_nsec = end % 1000 * 1000000};
    (void)syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
    printf("slept %lld\n", clock_ms(CLOCK_MONOTONIC) - start);
    fflush(stdout);
    await_line();
    tell_times();
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_COMPONENT_CLOCK_PROBE_H
#define TESTS_COMPONENT_CLOCK_PROBE_H

/* What the C test programs share: saying what held, asking for a jump, reading clocks. */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define S_TO_MS 1000
#define JUMP_S  3600

static int failures;

static inline void check(bool held, const char *name, long long seen)
{
    printf("%s %s %lld\n", held ? "OK" : "FAIL", name, seen);
    fflush(stdout);
    failures += !held;
}

static inline int64_t clock_ms(clockid_t id)
{
    struct timespec ts;
    clock_gettime(id, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static inline int64_t raw_clock_ms(clockid_t id)
{
    struct timespec ts;
    syscall(SYS_clock_gettime, id, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static inline struct timespec deadline_in(clockid_t id, int64_t ms)
{
    int64_t at = clock_ms(id) + ms;
    return (struct timespec){.tv_sec = at / 1000, .tv_nsec = at % 1000 * 1000000};
}

/* Asks for a jump after_ms from now and goes on at once. */
static inline void ask_jump(int seconds, int after_ms)
{
    printf("JUMP %d %d\n", seconds, after_ms);
    fflush(stdout);
}

static inline void await_jump(void)
{
    char line[16];
    ssize_t n = 0;
    for (char c = 0; c != '\n' && n < (ssize_t)sizeof(line) && read(0, &c, 1) == 1; n++) {
        line[n] = c;
    }
}

static inline void jump_now(int seconds)
{
    ask_jump(seconds, 0);
    await_jump();
}

/* A wait of this length that was cut short by a jump of JUMP_S, or simply lasted: in ms, generous
 * upwards, as the machine may be busy. */
static inline bool is_about(int64_t took_ms, int64_t wanted_ms)
{
    return took_ms >= wanted_ms - 2 && took_ms < wanted_ms + 2000;
}

#endif

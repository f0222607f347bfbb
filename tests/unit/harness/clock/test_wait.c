/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/clock/wait.h"

#include "base/core/attrs.h"

#include <criterion/criterion.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>

#define SOME 0x7000 /* a pointer */

static const struct {
    const char *name;
    int64_t nr;
    uint64_t args[6];
    int arg; /* -1 = no wait with a time-out */
    enum wait_format format;
    bool absolute, updated;
    int remainder_arg;
} rows[] = {
    {"read", SYS_read, {3, SOME, 9}, -1, 0, false, false, -1},
    {"nanosleep", SYS_nanosleep, {SOME, 0}, 0, WAIT_TIMESPEC, false, false, -1},
    {"nanosleep+rem", SYS_nanosleep, {SOME, SOME}, 0, WAIT_TIMESPEC, false, false, 1},
    {"sleep",
     SYS_clock_nanosleep,
     {CLOCK_MONOTONIC, 0, SOME, SOME},
     2,
     WAIT_TIMESPEC,
     false,
     false,
     3},
    {"sleep abs",
     SYS_clock_nanosleep,
     {CLOCK_REALTIME, TIMER_ABSTIME, SOME, SOME},
     2,
     WAIT_TIMESPEC,
     true,
     false,
     -1},
    {"sleep cpu",
     SYS_clock_nanosleep,
     {CLOCK_PROCESS_CPUTIME_ID, 0, SOME, 0},
     -1,
     0,
     false,
     false,
     -1},
    {"sleep other cpu", SYS_clock_nanosleep, {(uint64_t)-6, 0, SOME, 0}, -1, 0, false, false, -1},
    {"futex wake", SYS_futex, {SOME, FUTEX_WAKE_PRIVATE, 1, SOME}, -1, 0, false, false, -1},
    {"futex forever", SYS_futex, {SOME, FUTEX_WAIT_PRIVATE, 1, 0}, -1, 0, false, false, -1},
    {"futex rel",
     SYS_futex,
     {SOME, FUTEX_WAIT_PRIVATE, 1, SOME},
     3,
     WAIT_TIMESPEC,
     false,
     false,
     -1},
    {"futex abs",
     SYS_futex,
     {SOME, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 1, SOME},
     3,
     WAIT_TIMESPEC,
     true,
     false,
     -1},
    {"futex pi",
     SYS_futex,
     {SOME, FUTEX_LOCK_PI_PRIVATE, 0, SOME},
     3,
     WAIT_TIMESPEC,
     true,
     false,
     -1},
    {"poll forever", SYS_poll, {SOME, 1, (uint64_t)-1}, -1, 0, false, false, -1},
    {"poll forever, 32 bits", SYS_poll, {SOME, 1, 0xffffffff}, -1, 0, false, false, -1},
    {"poll now", SYS_poll, {SOME, 1, 0}, -1, 0, false, false, -1},
    {"poll", SYS_poll, {SOME, 1, 500}, 2, WAIT_MS, false, false, -1},
    {"ppoll", SYS_ppoll, {SOME, 1, SOME}, 2, WAIT_TIMESPEC, false, true, -1},
    {"select forever", SYS_select, {1, SOME, 0, 0, 0}, -1, 0, false, false, -1},
    {"select", SYS_select, {1, SOME, 0, 0, SOME}, 4, WAIT_TIMEVAL, false, true, -1},
    {"epoll", SYS_epoll_pwait, {3, SOME, 1, 10}, 3, WAIT_MS, false, false, -1},
    {"epoll 2", SYS_epoll_pwait2, {3, SOME, 1, SOME}, 3, WAIT_TIMESPEC, false, false, -1},
    {"queue", SYS_mq_timedreceive, {3, SOME, 1, 0, SOME}, 4, WAIT_TIMESPEC, true, false, -1},
    {"signal", SYS_rt_sigtimedwait, {SOME, 0, SOME, 8}, 2, WAIT_TIMESPEC, false, false, -1},
};

Test(wait, calls_are_told_by_number_and_arguments)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct wait w = {0};
        bool waits = wait_of_call(rows[i].nr, rows[i].args, &w);
        cr_expect_eq(waits, rows[i].arg >= 0, "%s", rows[i].name);
        if (waits) {
            cr_expect_eq(w.arg, rows[i].arg, "%s", rows[i].name);
            cr_expect_eq(w.format, rows[i].format, "%s", rows[i].name);
            cr_expect_eq(w.absolute, rows[i].absolute, "%s", rows[i].name);
            cr_expect_eq(w.updated, rows[i].updated, "%s", rows[i].name);
            cr_expect_eq(w.remainder_arg, rows[i].remainder_arg, "%s", rows[i].name);
        }
    }
}

Test(wait, only_absolute_timers_are_rewritten)
{
    struct wait w = {0};
    const uint64_t absolute[6] = {3, TIMER_ABSTIME, SOME};
    const uint64_t relative[6] = {3, 0, SOME};
    cr_expect(wait_of_timer(SYS_timerfd_settime, absolute, &w));
    cr_expect(w.absolute && w.format == WAIT_ITIMERSPEC && w.arg == 2);
    cr_expect_not(wait_of_timer(SYS_timerfd_settime, relative, &w));
    cr_expect_not(wait_of_timer(SYS_timerfd_gettime, absolute, &w));
}

Test(wait, a_deadline_never_moves_before_the_epoch)
{
    int64_t sec = 5000, nsec = 7;
    wait_deadline_shift(&sec, &nsec, 3600);
    cr_expect(sec == 1400 && nsec == 7);
    wait_deadline_shift(&sec, &nsec, 1400);
    cr_expect(sec == 0 && nsec == 7);
    wait_deadline_shift(&sec, &nsec, 1);
    cr_expect(sec == 0 && nsec == 0);
}

Test(wait, calls_that_may_have_moved_data_or_state_are_not_begun_again)
{
    cr_expect(wait_may_reissue(SYS_recvfrom));
    cr_expect(wait_may_reissue(SYS_epoll_wait));
    cr_expect_not(wait_may_reissue(SYS_connect));
    cr_expect_not(wait_may_reissue(SYS_close));
}

Test(wait, a_suspension_reaches_deadlines_of_the_day_and_no_durations)
{
    static const struct {
        const char *name;
        int64_t nr;
        uint64_t args[6];
        bool wall;
    } calls[] = {
        {"sleep", SYS_nanosleep, {SOME, 0}, false},
        {"poll", SYS_poll, {SOME, 1, 500}, false},
        {"until realtime", SYS_clock_nanosleep, {CLOCK_REALTIME, TIMER_ABSTIME, SOME}, true},
        {"for realtime", SYS_clock_nanosleep, {CLOCK_REALTIME, 0, SOME}, false},
        {"until monotonic", SYS_clock_nanosleep, {CLOCK_MONOTONIC, TIMER_ABSTIME, SOME}, false},
        {"for boottime", SYS_clock_nanosleep, {CLOCK_BOOTTIME, 0, SOME}, true},
        {"futex", SYS_futex, {SOME, FUTEX_WAIT_PRIVATE, 1, SOME}, false},
        {"futex until", SYS_futex, {SOME, FUTEX_WAIT_BITSET_PRIVATE, 1, SOME}, false},
        {"futex until realtime",
         SYS_futex,
         {SOME, FUTEX_WAIT_BITSET_PRIVATE | FUTEX_CLOCK_REALTIME, 1, SOME},
         true},
        {"futex pi", SYS_futex, {SOME, FUTEX_LOCK_PI_PRIVATE, 0, SOME}, true},
        {"queue", SYS_mq_timedsend, {3, SOME, 1, 0, SOME}, true},
    };
    for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
        struct wait w = {0};
        cr_expect(wait_of_call(calls[i].nr, calls[i].args, &w), "%s", calls[i].name);
        cr_expect_eq(w.wall, calls[i].wall, "%s", calls[i].name);
    }
}

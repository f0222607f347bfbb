/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/clock/wait.h"

#include "base/core/attrs.h"
#include "harness/clock/kernel_calls.h"

#include <stddef.h>
#include <time.h>

bool wait_clock_is_moved(uint64_t id)
{
    uint32_t clock = (uint32_t)id;
    return clock <= LAST_MOVED_CLOCK && clock != CLOCK_PROCESS_CPUTIME_ID &&
           clock != CLOCK_THREAD_CPUTIME_ID;
}

bool wait_clock_is_wall(uint64_t id, bool absolute)
{
    switch ((clockid_t)id) {
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
        return false;
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
        return absolute;
    default:
        return true;
    }
}

static bool wait_of_futex(const uint64_t args[6], struct wait *ret)
{
    int command = (int)args[1] & FUTEX_CMD_MASK;
    *ret = (struct wait){.arg = 3, .format = WAIT_TIMESPEC, .remainder_arg = -1};
    switch (command) {
    case FUTEX_WAIT:
        return args[3] != 0;
    case FUTEX_WAIT_BITSET:
    case FUTEX_LOCK_PI:
    case FUTEX_LOCK_PI2:
    case FUTEX_WAIT_REQUEUE_PI:
        ret->absolute = true;
        ret->wall = command == FUTEX_LOCK_PI || ((int)args[1] & FUTEX_CLOCK_REALTIME) != 0;
        return args[3] != 0;
    default:
        return false;
    }
}

static bool wait_of_sleep(const uint64_t args[6], struct wait *ret)
{
    bool absolute = (args[1] & TIMER_ABSTIME) != 0;
    *ret = (struct wait){.arg = 2,
                         .format = WAIT_TIMESPEC,
                         .absolute = absolute,
                         .wall = wait_clock_is_wall(args[0], absolute),
                         .remainder_arg = absolute || args[3] == 0 ? -1 : 3};
    return wait_clock_is_moved(args[0]);
}

bool wait_of_call(int64_t nr, const uint64_t args[6], struct wait *ret)
{
    static const struct {
        int64_t nr;
        struct wait wait;
    } rows[] = {
        {SYS_nanosleep, {.arg = 0, .format = WAIT_TIMESPEC, .remainder_arg = 1}},
        {SYS_poll, {.arg = 2, .format = WAIT_MS, .remainder_arg = -1}},
        {SYS_ppoll, {.arg = 2, .format = WAIT_TIMESPEC, .updated = true, .remainder_arg = -1}},
        {SYS_select, {.arg = 4, .format = WAIT_TIMEVAL, .updated = true, .remainder_arg = -1}},
        {SYS_pselect6, {.arg = 4, .format = WAIT_TIMESPEC, .updated = true, .remainder_arg = -1}},
        {SYS_epoll_wait, {.arg = 3, .format = WAIT_MS, .remainder_arg = -1}},
        {SYS_epoll_pwait, {.arg = 3, .format = WAIT_MS, .remainder_arg = -1}},
        {SYS_epoll_pwait2, {.arg = 3, .format = WAIT_TIMESPEC, .remainder_arg = -1}},
        {SYS_rt_sigtimedwait, {.arg = 2, .format = WAIT_TIMESPEC, .remainder_arg = -1}},
        {SYS_semtimedop, {.arg = 3, .format = WAIT_TIMESPEC, .remainder_arg = -1}},
        {SYS_io_getevents, {.arg = 4, .format = WAIT_TIMESPEC, .remainder_arg = -1}},
        {SYS_io_pgetevents, {.arg = 4, .format = WAIT_TIMESPEC, .remainder_arg = -1}},
        {SYS_mq_timedsend,
         {.arg = 4, .format = WAIT_TIMESPEC, .absolute = true, .wall = true, .remainder_arg = -1}},
        {SYS_mq_timedreceive,
         {.arg = 4, .format = WAIT_TIMESPEC, .absolute = true, .wall = true, .remainder_arg = -1}},
        {SYS_futex_waitv,
         {.arg = 3, .format = WAIT_TIMESPEC, .absolute = true, .remainder_arg = -1}},
        {SYS_futex_wait,
         {.arg = 4, .format = WAIT_TIMESPEC, .absolute = true, .remainder_arg = -1}},
    };
    if (nr == SYS_futex) {
        return wait_of_futex(args, ret);
    }
    if (nr == SYS_clock_nanosleep) {
        return wait_of_sleep(args, ret);
    }
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (rows[i].nr == nr) {
            *ret = rows[i].wait;
            if (ret->remainder_arg >= 0 && args[ret->remainder_arg] == 0) {
                ret->remainder_arg = -1;
            }
            if (nr == SYS_futex_waitv || nr == SYS_futex_wait) {
                ret->wall = wait_clock_is_wall(args[nr == SYS_futex_waitv ? 4 : 5], true);
            }
            uint64_t value = args[ret->arg];
            return ret->format == WAIT_MS ? (int32_t)value > 0 : value != 0;
        }
    }
    return false;
}

bool wait_of_timer(int64_t nr, const uint64_t args[6], struct wait *ret)
{
    if ((nr != SYS_timerfd_settime && nr != SYS_timer_settime) || (args[1] & TIMER_ABSTIME) == 0 ||
        args[2] == 0) {
        return false;
    }
    *ret =
        (struct wait){.arg = 2, .format = WAIT_ITIMERSPEC, .absolute = true, .remainder_arg = -1};
    return true;
}

bool wait_may_reissue(int64_t nr)
{
    static const int64_t calls[] = {
        SYS_read,         SYS_write,         SYS_readv,      SYS_writev,
        SYS_recvfrom,     SYS_recvmsg,       SYS_sendto,     SYS_sendmsg,
        SYS_accept,       SYS_accept4,       SYS_epoll_wait, SYS_epoll_pwait,
        SYS_epoll_pwait2, SYS_semtimedop,    SYS_semop,      SYS_rt_sigtimedwait,
        SYS_io_getevents, SYS_io_pgetevents, SYS_poll,       SYS_ppoll,
        SYS_select,       SYS_pselect6};
    for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
        if (calls[i] == nr) {
            return true;
        }
    }
    return false;
}

void wait_deadline_shift(int64_t *sec, int64_t *nsec, int64_t offset_s)
{
    if (*sec < offset_s) {
        *sec = 0;
        *nsec = 0;
        return;
    }
    *sec -= offset_s;
}

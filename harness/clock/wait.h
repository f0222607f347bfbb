/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_CLOCK_WAIT_H
#define HARNESS_CLOCK_WAIT_H

/* What a system call waits for: where its time-out is, how it is written and what it is counted
 * from (section 2 of the Linux man-pages, each call's page). Pure. */

#include <stdbool.h>
#include <stdint.h>

enum wait_format {
    WAIT_MS,        /* milliseconds in the register itself */
    WAIT_TIMESPEC,  /* a pointer to struct timespec */
    WAIT_TIMEVAL,   /* to struct timeval */
    WAIT_ITIMERSPEC /* to struct itimerspec */
};

struct wait {
    int arg; /* which argument holds it, from 0 */
    enum wait_format format;
    bool absolute;     /* a deadline on a clock that we move, else a duration */
    bool wall;         /* on one that goes on while the machine is suspended (vdso_code.h) */
    bool updated;      /* the kernel leaves what remained in place when it is interrupted */
    int remainder_arg; /* a pointer to where it leaves that, or -1 */
};

/* The call blocks, with a time-out that follows the clock. False for all else, also for a wait
 * without time-out. */
bool wait_of_call(int64_t nr, const uint64_t args[6], struct wait *ret);
/* The call sets a timer to an absolute time; on which clock the timer itself knows. */
bool wait_of_timer(int64_t nr, const uint64_t args[6], struct wait *ret);
/* A call that reports EINTR rather than starting again when it is only disturbed, though it may
 * be begun anew without loss: data was not moved. */
bool wait_may_reissue(int64_t nr);

/* A clock that a jump moves: not one of processor time. */
bool wait_clock_is_moved(uint64_t id);
/* What is counted on this clock goes on while the machine is suspended. The kernel measures
 * durations on CLOCK_REALTIME by CLOCK_MONOTONIC, so that setting the clock does not change them.
 */
bool wait_clock_is_wall(uint64_t id, bool absolute);
/* Seconds and nanoseconds of a deadline that lies offset_s further on our clock than on the
 * machine's; never before the epoch, as the kernel refuses that. */
void wait_deadline_shift(int64_t *sec, int64_t *nsec, int64_t offset_s);

#endif

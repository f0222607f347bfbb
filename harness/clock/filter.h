/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_CLOCK_FILTER_H
#define HARNESS_CLOCK_FILTER_H

/* Which system calls stop for the tracer, as seccomp filters (seccomp(2)). A filter cannot read the
 * caller's memory: it decides by number and register arguments. Both see only x86-64 calls. */

#include <linux/filter.h>

/* From before the exec: clock reads that are not ours, and the making of timers, which is rare. */
struct sock_fprog filter_base(void);
/* From the first jump on: waits and timers with an absolute deadline. */
struct sock_fprog filter_waits(void);

#endif

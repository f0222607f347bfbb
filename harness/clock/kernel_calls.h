/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_CLOCK_KERNEL_CALLS_H
#define HARNESS_CLOCK_KERNEL_CALLS_H

/* Waits by system call and by clock, as the kernel numbers them; with what older headers lack. */

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>

#ifndef SYS_futex_waitv
#define SYS_futex_waitv 449
#endif
#ifndef SYS_futex_wait
#define SYS_futex_wait 455
#endif
#ifndef FUTEX_LOCK_PI2
#define FUTEX_LOCK_PI2 13
#endif

enum { LAST_MOVED_CLOCK = 11 }; /* CLOCK_TAI */

#endif

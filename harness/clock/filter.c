/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/clock/filter.h"

#include "base/core/attrs.h"
#include "harness/clock/kernel_calls.h"
#include "harness/clock/vdso_code.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <time.h>

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define LOAD_LOW(i) \
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args) + (i) * sizeof(__u64))
#define LOAD_HIGH(i)                   \
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, \
             offsetof(struct seccomp_data, args) + (i) * sizeof(__u64) + sizeof(__u32))
/* A jump that stands at line `here` to the lines `yes` and `no`. */
#define TEST(op, here, k, yes, no) \
    BPF_JUMP(BPF_JMP | (op) | BPF_K, (k), (yes) - (here)-1, (no) - (here)-1)
#define EQUAL(here, k, yes, no) TEST(BPF_JEQ, here, k, yes, no)
#define ALLOW_CALL              BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define TRACE_CALL              BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE)

struct sock_fprog filter_base(void)
{
    enum { SETITIMER = 12, GETTIME = 14, MARK = 19, ALLOW = 23, TRACE = 24 };
    static struct sock_filter lines[] = {
        /* 0 */ LOAD(arch),
        /* 1 */ EQUAL(1, AUDIT_ARCH_X86_64, 2, ALLOW),
        /* 2 */ LOAD(nr),
        /* 3 */ EQUAL(3, SYS_clock_gettime, GETTIME, 4),
        /* 4 */ EQUAL(4, SYS_gettimeofday, MARK, 5),
        /* 5 */ EQUAL(5, SYS_time, MARK, 6),
        /* 6 */ EQUAL(6, SYS_timerfd_create, TRACE, 7),
        /* 7 */ EQUAL(7, SYS_timer_create, TRACE, 8),
        /* 8 */ EQUAL(8, SYS_setitimer, SETITIMER, 9),
        /* 9 */ EQUAL(9, SYS_alarm, TRACE, 10),
        /* 10 */ EQUAL(10, SYS_io_uring_setup, TRACE, 11),
        /* 11 */ ALLOW_CALL,
        /* 12 */ LOAD_LOW(0),
        /* 13 */ EQUAL(13, 0, TRACE, ALLOW), /* ITIMER_REAL */
        /* 14 */ LOAD_LOW(0),
        /* 15 */ TEST(BPF_JGT, 15, LAST_MOVED_CLOCK, ALLOW, 16),
        /* 16 */ EQUAL(16, CLOCK_PROCESS_CPUTIME_ID, ALLOW, 17),
        /* 17 */ EQUAL(17, CLOCK_THREAD_CPUTIME_ID, ALLOW, 18),
        /* 18 */ EQUAL(18, 10, ALLOW, MARK), /* no such clock */
        /* 19 */ LOAD_LOW(5),
        /* 20 */ EQUAL(20, (__u32)VDSO_CALL_MARK, 21, TRACE),
        /* 21 */ LOAD_HIGH(5),
        /* 22 */ EQUAL(22, (__u32)(VDSO_CALL_MARK >> 32), ALLOW, TRACE),
        /* 23 */ ALLOW_CALL,
        /* 24 */ TRACE_CALL,
    };
    return (struct sock_fprog){.len = ARRAY_LEN(lines), .filter = lines};
}

struct sock_fprog filter_waits(void)
{
    enum { FUTEX = 12, NANOSLEEP = 18, FLAGS = 22, DEADLINE_3 = 24, DEADLINE_4 = 28 };
    enum { ALLOW = 32, TRACE = 33 };
    static struct sock_filter lines[] = {
        /* 0 */ LOAD(arch),
        /* 1 */ EQUAL(1, AUDIT_ARCH_X86_64, 2, ALLOW),
        /* 2 */ LOAD(nr),
        /* 3 */ EQUAL(3, SYS_futex, FUTEX, 4),
        /* 4 */ EQUAL(4, SYS_clock_nanosleep, NANOSLEEP, 5),
        /* 5 */ EQUAL(5, SYS_timerfd_settime, FLAGS, 6),
        /* 6 */ EQUAL(6, SYS_timer_settime, FLAGS, 7),
        /* 7 */ EQUAL(7, SYS_mq_timedsend, DEADLINE_4, 8),
        /* 8 */ EQUAL(8, SYS_mq_timedreceive, DEADLINE_4, 9),
        /* 9 */ EQUAL(9, SYS_futex_waitv, DEADLINE_3, 10),
        /* 10 */ EQUAL(10, SYS_futex_wait, DEADLINE_4, 11),
        /* 11 */ ALLOW_CALL,
        /* 12 */ LOAD_LOW(1),
        /* 13 */ BPF_STMT(BPF_ALU | BPF_AND | BPF_K, (__u32)FUTEX_CMD_MASK),
        /* 14 */ EQUAL(14, FUTEX_WAIT_BITSET, DEADLINE_3, 15),
        /* 15 */ EQUAL(15, FUTEX_LOCK_PI2, DEADLINE_3, 16),
        /* 16 */ EQUAL(16, FUTEX_LOCK_PI, DEADLINE_3, 17),
        /* 17 */ EQUAL(17, FUTEX_WAIT_REQUEUE_PI, DEADLINE_3, ALLOW),
        /* 18 */ LOAD_LOW(0),
        /* 19 */ TEST(BPF_JGT, 19, LAST_MOVED_CLOCK, ALLOW, 20),
        /* 20 */ EQUAL(20, CLOCK_PROCESS_CPUTIME_ID, ALLOW, 21),
        /* 21 */ EQUAL(21, CLOCK_THREAD_CPUTIME_ID, ALLOW, 22),
        /* 22 */ LOAD_LOW(1),
        /* 23 */ TEST(BPF_JSET, 23, TIMER_ABSTIME, TRACE, ALLOW),
        /* 24 */ LOAD_LOW(3),
        /* 25 */ EQUAL(25, 0, 26, TRACE),
        /* 26 */ LOAD_HIGH(3),
        /* 27 */ EQUAL(27, 0, ALLOW, TRACE),
        /* 28 */ LOAD_LOW(4),
        /* 29 */ EQUAL(29, 0, 30, TRACE),
        /* 30 */ LOAD_HIGH(4),
        /* 31 */ EQUAL(31, 0, ALLOW, TRACE),
        /* 32 */ ALLOW_CALL,
        /* 33 */ TRACE_CALL,
    };
    return (struct sock_fprog){.len = ARRAY_LEN(lines), .filter = lines};
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The filters, run by a small interpreter of the instructions that they use. */
#include "harness/clock/filter.h"

#include "base/core/attrs.h"
#include "harness/clock/vdso_code.h"

#include <criterion/criterion.h>
#include <linux/audit.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>

static uint32_t run(struct sock_fprog program, const struct seccomp_data *data)
{
    uint32_t a = 0;
    for (size_t pc = 0; pc < program.len; pc++) {
        const struct sock_filter *f = &program.filter[pc];
        bool yes = false;
        switch (f->code) {
        case BPF_LD | BPF_W | BPF_ABS:
            cr_assert_leq(f->k, sizeof(*data) - sizeof(a));
            memcpy(&a, (const char *)data + f->k, sizeof(a));
            continue;
        case BPF_ALU | BPF_AND | BPF_K:
            a &= f->k;
            continue;
        case BPF_RET | BPF_K:
            return f->k;
        case BPF_JMP | BPF_JEQ | BPF_K:
            yes = a == f->k;
            break;
        case BPF_JMP | BPF_JGT | BPF_K:
            yes = a > f->k;
            break;
        case BPF_JMP | BPF_JSET | BPF_K:
            yes = (a & f->k) != 0;
            break;
        default:
            cr_assert_fail("unknown instruction %x", f->code);
        }
        pc += yes ? f->jt : f->jf;
    }
    cr_assert_fail("ran off the end");
    return 0;
}

struct row {
    const char *name;
    int nr;
    uint64_t args[6];
    bool traced;
};

static void check_rows(struct sock_fprog program, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct seccomp_data data = {.nr = rows[i].nr, .arch = AUDIT_ARCH_X86_64};
        for (int k = 0; k < 6; k++) {
            data.args[k] = rows[i].args[k];
        }
        uint32_t expected = rows[i].traced ? SECCOMP_RET_TRACE : SECCOMP_RET_ALLOW;
        cr_expect_eq(run(program, &data), expected, "%s", rows[i].name);
        data.arch = AUDIT_ARCH_I386;
        cr_expect_eq(run(program, &data), SECCOMP_RET_ALLOW, "%s, 32 bits", rows[i].name);
    }
}

Test(filter, clock_reads_that_are_not_ours_and_new_timers_stop)
{
    const uint64_t mark = VDSO_CALL_MARK;
    const struct row rows[] = {
        {"read", SYS_read, {0}, false},
        {"clock", SYS_clock_gettime, {CLOCK_MONOTONIC, 1}, true},
        {"ours", SYS_clock_gettime, {CLOCK_MONOTONIC, 1, 0, 0, 0, mark}, false},
        {"half a mark", SYS_clock_gettime, {0, 1, 0, 0, 0, mark & 0xffffffff}, true},
        {"other half", SYS_clock_gettime, {0, 1, 0, 0, 0, mark >> 32 << 32}, true},
        {"cpu", SYS_clock_gettime, {CLOCK_PROCESS_CPUTIME_ID, 1}, false},
        {"thread cpu", SYS_clock_gettime, {CLOCK_THREAD_CPUTIME_ID, 1}, false},
        {"other's cpu", SYS_clock_gettime, {(uint64_t)-6, 1}, false},
        {"tai", SYS_clock_gettime, {11, 1}, true},
        {"gettimeofday", SYS_gettimeofday, {1}, true},
        {"our gettimeofday", SYS_gettimeofday, {1, 0, 0, 0, 0, mark}, false},
        {"time", SYS_time, {0}, true},
        {"timerfd_create", SYS_timerfd_create, {0}, true},
        {"timer_create", SYS_timer_create, {0}, true},
        {"alarm", SYS_alarm, {1}, true},
        {"setitimer", SYS_setitimer, {0}, true},
        {"profiling timer", SYS_setitimer, {2}, false},
        {"io_uring", SYS_io_uring_setup, {1}, true},
    };
    check_rows(filter_base(), rows, ARRAY_LEN(rows));
}

Test(filter, only_absolute_waits_stop_after_a_jump)
{
    const struct row rows[] = {
        {"read", SYS_read, {0}, false},
        {"wake", SYS_futex, {1, FUTEX_WAKE_PRIVATE, 1, 1}, false},
        {"relative", SYS_futex, {1, FUTEX_WAIT_PRIVATE, 1, 1}, false},
        {"absolute", SYS_futex, {1, FUTEX_WAIT_BITSET_PRIVATE, 1, 1}, true},
        {"wall", SYS_futex, {1, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 1, 1}, true},
        {"high pointer", SYS_futex, {1, FUTEX_WAIT_BITSET, 1, UINT64_C(1) << 40}, true},
        {"no deadline", SYS_futex, {1, FUTEX_WAIT_BITSET_PRIVATE, 1, 0}, false},
        {"lock", SYS_futex, {1, FUTEX_LOCK_PI, 1, 1}, true},
        {"lock 2", SYS_futex, {1, 13 | FUTEX_PRIVATE_FLAG, 1, 1}, true},
        {"requeue", SYS_futex, {1, FUTEX_WAIT_REQUEUE_PI_PRIVATE, 1, 1}, true},
        {"sleep", SYS_clock_nanosleep, {CLOCK_MONOTONIC, 0, 1}, false},
        {"sleep until", SYS_clock_nanosleep, {CLOCK_REALTIME, TIMER_ABSTIME, 1}, true},
        {"cpu sleep", SYS_clock_nanosleep, {CLOCK_PROCESS_CPUTIME_ID, TIMER_ABSTIME, 1}, false},
        {"poll", SYS_poll, {1, 1, 1000}, false},
        {"epoll", SYS_epoll_wait, {1, 1, 1, 1000}, false},
        {"timerfd", SYS_timerfd_settime, {3, 0, 1}, false},
        {"timerfd until", SYS_timerfd_settime, {3, 1, 1}, true},
        {"timer until", SYS_timer_settime, {3, TIMER_ABSTIME, 1}, true},
        {"queue", SYS_mq_timedreceive, {3, 1, 1, 0, 1}, true},
        {"queue forever", SYS_mq_timedsend, {3, 1, 1, 0, 0}, false},
        {"vector", 449, {1, 1, 0, 1}, true},
        {"futex2", 455, {1, 0, 0, 0, 1}, true},
    };
    check_rows(filter_waits(), rows, ARRAY_LEN(rows));
}

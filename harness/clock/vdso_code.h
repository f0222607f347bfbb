/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_CLOCK_VDSO_CODE_H
#define HARNESS_CLOCK_VDSO_CODE_H

/* What is written into the vDSO of every traced process: one block of data words, machine code and
 * scratch room, position independent. The vDSO's symbol table is then pointed at its functions. */

#include <stddef.h>
#include <stdint.h>

/* In r9, which these system calls do not use: the call was made by our own code and passes the
 * filter (filter.h) without a stop. */
#define VDSO_CALL_MARK UINT64_C(0x61737361792d636b)

/* Seconds that are added to what the kernel says. CLOCK_MONOTONIC and its kin stand still while a
 * machine is suspended; CLOCK_REALTIME, BOOTTIME and TAI with theirs go on (clock_gettime(2)). So
 * the first is never the larger. */
struct clock_offsets {
    int64_t wall_s, monotonic_s;
};

struct vdso_words { /* the start of the block */
    struct clock_offsets offset;
    uint64_t gettime; /* addresses of the original functions */
    uint64_t gettimeofday;
    uint64_t time;
};

/* Offsets into the block. */
struct vdso_layout {
    size_t gettime, gettimeofday, time;             /* entry points that call the originals */
    size_t raw_gettime, raw_gettimeofday, raw_time; /* that make the system call */
    size_t syscall_insn;                            /* `syscall' with an `int3' behind it */
    size_t size;
};

const void *vdso_code(void);
const struct vdso_layout *vdso_layout(void);

#endif

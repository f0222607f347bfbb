/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_CLOCK_VDSO_H
#define HARNESS_CLOCK_VDSO_H

/* The vDSO of traced processes: the kernel's code through which programs read clocks without a
 * system call (vdso(7)). Every 64-bit process of one machine has the same image at an address of
 * its own, so it is studied once, in this process.
 *
 * Writing goes through /proc/PID/mem, which gives the process a private copy of the page; fork
 * hands the copy on, exec drops it. */

#include "base/core/err.h"
#include "harness/clock/vdso_code.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define VDSO_SLOT_BYTES 32 /* one struct itimerspec */

struct vdso {
    unsigned char *image;   /* ours: as the kernel made it */
    unsigned char *symbols; /* the patched part of the image that holds the symbol table */
    size_t size;
    size_t symbols_at, symbols_size;
    size_t gettime, gettimeofday, time; /* the original functions */
    size_t block_at;                    /* the block of vdso_code.h */
    size_t scratch_at, scratch_size;    /* for arguments of injected system calls */
    size_t slots_at, slot_count;        /* one for each thread that waits */
    bool raw; /* this machine's clock cannot be read without a system call */
};

int vdso_study(struct vdso *ret, struct err *err) NODISCARD;
void vdso_done(struct vdso *v);

/* The address of the vDSO of pid, or 0. */
uint64_t vdso_find(pid_t pid);
/* False when the image at base is not the one studied (a 32-bit program), or cannot be written. */
bool vdso_patch(const struct vdso *v, int mem_fd, uint64_t base,
                const struct clock_offsets *offset);
bool vdso_set_offset(const struct vdso *v, int mem_fd, uint64_t base,
                     const struct clock_offsets *offset);

#endif

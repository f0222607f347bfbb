/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/clock/tracer_priv.h"

#include "base/core/xalloc.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/uio.h>
#include <unistd.h>

enum { RED_ZONE_BYTES = 128 }; /* below the stack pointer, System V ABI for AMD64 section 3.2.2 */

int proc_mem(struct proc *p)
{
    if (p->mem_fd < 0) {
        char path[64];
        (void)snprintf(path, sizeof(path), "/proc/%ld/mem", (long)p->tgid);
        p->mem_fd = open(path, O_RDWR | O_CLOEXEC);
    }
    return p->mem_fd;
}

bool proc_write_force(struct proc *p, uint64_t at, const void *from, size_t size)
{
    int fd = proc_mem(p);
    return fd >= 0 && pwrite(fd, from, size, (off_t)at) == (ssize_t)size;
}

bool task_read(const struct task *task, uint64_t at, void *to, size_t size)
{
    struct iovec here = {.iov_base = to, .iov_len = size};
    struct iovec there = {.iov_base = (void *)(uintptr_t)at, .iov_len = size};
    return process_vm_readv(task->tid, &here, 1, &there, 1, 0) == (ssize_t)size;
}

bool task_write(const struct task *task, uint64_t at, const void *from, size_t size)
{
    char copy[64];
    if (size > sizeof(copy)) {
        return false;
    }
    memcpy(copy, from, size);
    struct iovec here = {.iov_base = copy, .iov_len = size};
    struct iovec there = {.iov_base = (void *)(uintptr_t)at, .iov_len = size};
    return process_vm_writev(task->tid, &here, 1, &there, 1, 0) == (ssize_t)size;
}

uint64_t task_slot_address(const struct tracer *t, const struct task *task)
{
    if (task->slot.index == NO_SLOT) {
        return 0;
    }
    return task->proc->vdso + t->vdso.slots_at + (uint64_t)task->slot.index * VDSO_SLOT_BYTES;
}

static void slot_claim(struct tracer *t, struct task *task)
{
    struct proc *p = task->proc;
    if (p->slot_used == NULL) {
        p->slot_used = xcalloc(t->vdso.slot_count, sizeof(*p->slot_used));
    }
    for (size_t i = 0; i < t->vdso.slot_count; i++) {
        if (!p->slot_used[i]) {
            p->slot_used[i] = true;
            task->slot.index = (int)i;
            return;
        }
    }
}

uint64_t task_slot_put(struct tracer *t, struct task *task, const struct user_regs_struct *regs,
                       const void *from, size_t size)
{
    if (task->proc->vdso == 0 || size > VDSO_SLOT_BYTES) {
        return 0;
    }
    if (task->slot.index == NO_SLOT) {
        slot_claim(t, task);
    }
    uint64_t at = task_slot_address(t, task);
    if (at != 0) {
        return proc_write_force(task->proc, at, from, size) ? at : 0;
    }
    /* More threads than slots: the stack has room, as programs with so many have plain stacks. */
    at = (regs->rsp - RED_ZONE_BYTES - VDSO_SLOT_BYTES) & ~(uint64_t)15;
    return task_write(task, at, from, size) ? at : 0;
}

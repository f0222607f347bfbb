/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/clock/vdso_code.h"

/* Every function keeps to the C calling convention, leaves the flags of a failed call alone, and
 * uses nothing below the stack pointer. The clocks that are moved, by id: realtime 0, monotonic 1,
 * raw 4, coarse 5 and 6, boottime 7, alarms 8 and 9, TAI 11; so the mask 0xbf3. Of these 1, 4 and 6
 * are monotonic: 0x52. CPU-time clocks (2, 3 and negative ids) are not moved. */
__asm__(".pushsection .rodata\n"
        ".balign 16\n"
        "assay_vdso_code:\n"
        ".Lwords:\n"
        ".Lwall_s:            .quad 0\n"
        ".Lmonotonic_s:       .quad 0\n"
        ".Lreal_gettime:      .quad 0\n"
        ".Lreal_gettimeofday: .quad 0\n"
        ".Lreal_time:         .quad 0\n"
        /* int clock_gettime(clockid_t edi, struct timespec *rsi) */
        ".Lcode_gettime:\n"
        "    endbr64\n"
        "    cmpl $11, %edi\n"
        "    ja 1f\n"
        "    movl $0xbf3, %eax\n"
        "    btl %edi, %eax\n"
        "    jnc 1f\n"
        "    pushq %rsi\n"
        "    pushq %rdi\n"
        "    subq $8, %rsp\n" /* calls are made with the stack aligned to 16 */
        "    call *.Lreal_gettime(%rip)\n"
        "    addq $8, %rsp\n"
        "    popq %rdi\n"
        "    popq %rsi\n"
        "8:  testl %eax, %eax\n"
        "    jnz 2f\n"
        "    movl $0x52, %edx\n"
        "    btl %edi, %edx\n"
        "    jc 9f\n"
        "    movq .Lwall_s(%rip), %rdx\n"
        "    addq %rdx, (%rsi)\n"
        "2:  ret\n"
        "9:  movq .Lmonotonic_s(%rip), %rdx\n"
        "    addq %rdx, (%rsi)\n"
        "    ret\n"
        "1:  jmp *.Lreal_gettime(%rip)\n"
        /* int gettimeofday(struct timeval *rdi, struct timezone *rsi); either may be NULL */
        ".Lcode_gettimeofday:\n"
        "    endbr64\n"
        "    pushq %rdi\n"
        "    call *.Lreal_gettimeofday(%rip)\n"
        "    popq %rdi\n"
        "3:  testl %eax, %eax\n"
        "    jnz 4f\n"
        "    testq %rdi, %rdi\n"
        "    jz 4f\n"
        "    movq .Lwall_s(%rip), %rdx\n"
        "    addq %rdx, (%rdi)\n"
        "4:  ret\n"
        /* time_t time(time_t *rdi); may be NULL */
        ".Lcode_time:\n"
        "    endbr64\n"
        "    pushq %rdi\n"
        "    xorl %edi, %edi\n"
        "    call *.Lreal_time(%rip)\n"
        "    popq %rdi\n"
        "5:  addq .Lwall_s(%rip), %rax\n"
        "    testq %rdi, %rdi\n"
        "    jz 6f\n"
        "    movq %rax, (%rdi)\n"
        "6:  ret\n"
        /* The same three for a machine whose clock the vDSO cannot read by itself: there the
         * originals would make a system call that the filter stops. */
        ".Lcode_raw_gettime:\n"
        "    endbr64\n"
        "    movabsq $0x61737361792d636b, %r9\n"
        "    movl $228, %eax\n" /* clock_gettime */
        "    syscall\n"
        "    cmpl $11, %edi\n"
        "    ja 7f\n"
        "    movl $0xbf3, %edx\n"
        "    btl %edi, %edx\n"
        "    jnc 7f\n"
        "    jmp 8b\n"
        "7:  ret\n"
        ".Lcode_raw_gettimeofday:\n"
        "    endbr64\n"
        "    movabsq $0x61737361792d636b, %r9\n"
        "    movl $96, %eax\n" /* gettimeofday */
        "    syscall\n"
        "    jmp 3b\n"
        ".Lcode_raw_time:\n"
        "    endbr64\n"
        "    pushq %rdi\n"
        "    movabsq $0x61737361792d636b, %r9\n"
        "    xorl %edi, %edi\n"
        "    movl $201, %eax\n" /* time */
        "    syscall\n"
        "    popq %rdi\n"
        "    jmp 5b\n"
        ".Lcode_syscall:\n"
        "    syscall\n"
        "    int3\n"
        ".balign 16, 0xcc\n"
        ".Lcode_end:\n"
        "assay_vdso_layout:\n"
        "    .quad .Lcode_gettime - .Lwords, .Lcode_gettimeofday - .Lwords, .Lcode_time - .Lwords\n"
        "    .quad .Lcode_raw_gettime - .Lwords, .Lcode_raw_gettimeofday - .Lwords, "
        ".Lcode_raw_time - .Lwords\n"
        "    .quad .Lcode_syscall - .Lwords, .Lcode_end - .Lwords\n"
        ".popsection\n");

extern const unsigned char assay_vdso_code[];
extern const struct vdso_layout assay_vdso_layout;

const void *vdso_code(void)
{
    return assay_vdso_code;
}

const struct vdso_layout *vdso_layout(void)
{
    return &assay_vdso_layout;
}

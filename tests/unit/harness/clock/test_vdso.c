/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/clock/vdso.h"

#include "harness/clock/vdso_code.h"

#include <criterion/criterion.h>
#include <elf.h>
#include <string.h>
#include <unistd.h>

Test(vdso, the_kernel_s_image_has_room_and_the_three_functions)
{
    struct vdso v = {0};
    struct err err = {0};
    cr_assert_eq(vdso_study(&v, &err), 0, "%s", err.msg);
    cr_expect(v.gettime != 0 && v.gettimeofday != 0 && v.time != 0);
    cr_expect_lt(v.gettime, v.block_at);
    cr_expect_leq(v.block_at + vdso_layout()->size, v.scratch_at);
    cr_expect_leq(v.slots_at + v.slot_count * VDSO_SLOT_BYTES, v.size);
    cr_expect_geq(v.slot_count, 8);
    cr_expect_neq(memcmp(v.symbols, v.image + v.symbols_at, v.symbols_size), 0);
    vdso_done(&v);
}

Test(vdso, every_name_of_a_clock_function_leads_to_ours_and_others_stay)
{
    struct vdso v = {0};
    struct err err = {0};
    cr_assert_eq(vdso_study(&v, &err), 0, "%s", err.msg);
    int moved = 0, kept = 0;
    for (size_t at = 0; at < v.symbols_size; at += sizeof(Elf64_Sym)) {
        Elf64_Sym before, after;
        memcpy(&before, v.image + v.symbols_at + at, sizeof(before));
        memcpy(&after, v.symbols + at, sizeof(after));
        if (before.st_value != after.st_value) {
            cr_expect_geq(after.st_value, v.block_at);
            cr_expect_lt(after.st_value, v.block_at + vdso_layout()->size);
            moved++;
        } else if (ELF64_ST_TYPE(before.st_info) == STT_FUNC) {
            kept++; /* getcpu, clock_getres */
        }
    }
    cr_expect_geq(moved, 3);
    cr_expect_geq(kept, 2);
    vdso_done(&v);
}

Test(vdso, the_code_fits_its_layout)
{
    const struct vdso_layout *l = vdso_layout();
    const unsigned char *code = vdso_code();
    const size_t entries[] = {l->gettime,     l->gettimeofday,     l->time,
                              l->raw_gettime, l->raw_gettimeofday, l->raw_time};
    for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
        cr_expect_geq(entries[i], sizeof(struct vdso_words));
        cr_expect_lt(entries[i], l->size);
        cr_expect_eq(memcmp(code + entries[i], "\xf3\x0f\x1e\xfa", 4), 0, "endbr64 at %zu", i);
    }
    cr_expect_eq(memcmp(code + l->syscall_insn, "\x0f\x05\xcc", 3), 0);
}

Test(vdso, a_process_without_one_has_none)
{
    cr_expect_neq(vdso_find(getpid()), 0);
    cr_expect_eq(vdso_find(0x3ffffff), 0);
}

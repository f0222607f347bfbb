/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys/env.h"

#include "base/sys/fs.h"

#include <criterion/criterion.h>

#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

Test(env, an_empty_variable_counts_as_unset)
{
    setenv("ASSAY_TEST_VALUE", "x", 1);
    setenv("ASSAY_TEST_EMPTY", "", 1);
    unsetenv("ASSAY_TEST_ABSENT");
    cr_assert_str_eq(env_get("ASSAY_TEST_VALUE"), "x");
    cr_assert_null(env_get("ASSAY_TEST_EMPTY"));
    cr_assert_null(env_get("ASSAY_TEST_ABSENT"));
}

Test(env, a_terminal_is_told_from_other_descriptors)
{
    int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    int null = open("/dev/null", O_RDWR);
    cr_assert(terminal >= 0 && null >= 0);
    cr_expect(env_is_tty(terminal));
    cr_expect_not(env_is_tty(null));
    cr_expect_not(env_is_tty(-1));
    close(terminal);
    close(null);
}

Test(env, the_processors_counted_are_those_this_process_may_use)
{
    cpu_set_t one;
    cr_assert_eq(sched_getaffinity(0, sizeof(one), &one), 0);
    cr_assert_eq(env_cpu_count(), CPU_COUNT(&one));
    size_t first = 0;
    while (!CPU_ISSET(first, &one)) {
        first++;
    }
    CPU_ZERO(&one);
    CPU_SET(first, &one);
    cr_assert_eq(sched_setaffinity(0, sizeof(one), &one), 0);
    cr_assert_eq(env_cpu_count(), 1);
}

Test(env, the_program_dir_holds_this_program)
{
    AUTO_ARENA struct arena *a = arena_new();
    const char *dir = env_program_dir(a);
    cr_assert_eq(dir[0], '/');
    cr_assert(fs_is_executable(fs_join(a, dir, "test_base_sys")), "%s", dir);
}

Test(env, the_system_name_has_three_words)
{
    AUTO_ARENA struct arena *a = arena_new();
    const char *name = env_system_name(a);
    cr_assert(strncmp(name, "Linux ", 6) == 0);
    cr_assert_not_null(strchr(name + 6, ' '));
}

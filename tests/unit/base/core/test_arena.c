/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/arena.h"

#include <criterion/criterion.h>

#include <stdalign.h>
#include <stdint.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

Test(arena, memory_is_zeroed_and_aligned_whatever_the_size)
{
    AUTO_ARENA struct arena *a = arena_new();
    for (size_t size = 1; size < 3000; size += 7) {
        unsigned char *p = arena_alloc(a, size);
        cr_assert_eq((uintptr_t)p % alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++) {
            cr_assert_eq(p[i], 0);
        }
        memset(p, 0xff, size);
    }
}

Test(arena, a_request_larger_than_a_block_is_served)
{
    AUTO_ARENA struct arena *a = arena_new();
    char *small = arena_strdup(a, "kept");
    char *large = arena_alloc(a, 1000000);
    memset(large, 'x', 1000000);
    char *after = arena_strdup(a, "after");
    cr_assert_str_eq(small, "kept");
    cr_assert_str_eq(after, "after");
}

Test(arena, copies_are_copies)
{
    AUTO_ARENA struct arena *a = arena_new();
    char source[] = "abcdef";
    char *whole = arena_strdup(a, source);
    char *part = arena_strndup(a, source, 3);
    char *bytes = arena_memdup(a, source, 2);
    memset(source, 'z', 6);
    cr_assert_str_eq(whole, "abcdef");
    cr_assert_str_eq(part, "abc");
    cr_assert_arr_eq(bytes, "ab", 2);
    cr_assert_str_eq(arena_printf(a, "%d-%s", 7, "x"), "7-x");
}

Test(arena, a_text_is_formatted_whole_whatever_its_length)
{
    AUTO_ARENA struct arena *a = arena_new();
    for (int width = 250; width < 260; width++) { /* around what fits at the first attempt */
        const char *text = arena_printf(a, "%0*d.", width, 7);
        cr_assert_eq(strlen(text), (size_t)width + 1);
        cr_assert_str_eq(text + width - 1, "7.");
    }
}

Test(arena, lists_are_joined)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct str_list list = {0};
    cr_assert_str_eq(str_list_join(a, &list, ", "), "");
    *VEC_PUSH(a, &list) = "one";
    cr_assert_str_eq(str_list_join(a, &list, ", "), "one");
    *VEC_PUSH(a, &list) = "";
    *VEC_PUSH(a, &list) = "three";
    cr_assert_str_eq(str_list_join(a, &list, ", "), "one, , three");
}

Test(arena, what_it_owns_lives_as_long_as_it_does)
{
    AUTO_ARENA struct arena *a = arena_new();
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 100; i++) {
            char *large = malloc(1000);
            memset(large, 'x', 1000);
            arena_own(a, large); /* LeakSanitizer tells what is not freed */
        }
        cr_assert_str_eq(arena_strdup(a, "beside it"), "beside it");
        arena_reset(a, 16 * 1024);
    }
    arena_own(a, NULL);
}

Test(arena, a_grown_array_keeps_its_items)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct {
        int *items;
        size_t count, capacity;
    } v = {0};
    for (int i = 0; i < 1000; i++) {
        *VEC_PUSH(a, &v) = i;
    }
    cr_assert_eq(v.count, 1000u);
    int expected = 0;
    VEC_FOREACH(int, it, &v) {
        cr_assert_eq(*it, expected++);
    }
    cr_assert_eq(expected, 1000);
}

Test(arena, freeing_nothing_is_allowed)
{
    struct arena *none = NULL;
    arena_free(none);
    arena_free_ptr(&none);
    cr_assert_null(none);
}

Test(arena, a_reset_arena_keeps_little_and_can_be_used_again)
{
    struct arena *a = arena_new();
    for (int round = 0; round < 3; round++) {
        for (size_t size = 1; size < 100000; size *= 3) {
            unsigned char *p = arena_alloc(a, size);
            cr_assert_eq(p[0], 0);
            cr_assert_eq(p[size - 1], 0);
            memset(p, 0xff, size);
        }
        arena_reset(a, 4096);
    }
    char *first = arena_strdup(a, "kept");
    arena_reset(a, 4096);
    cr_expect_eq(arena_strdup(a, "again"), first);
    arena_reset(a, 0);
    cr_expect_str_eq(arena_strdup(a, "anew"), "anew");
    arena_free(a);
}

static int child_looks_at(const char *text)
{
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        (void)signal(SIGSEGV, SIG_DFL);
        _exit(strcmp(text, "text") == 0 ? 0 : 1);
    }
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    return status;
}

Test(arena, what_is_for_the_parent_is_not_in_its_children)
{
    AUTO_ARENA struct arena *owner = arena_new();
    struct arena *a = arena_new_for_parent(owner);
    const char *shared = arena_strdup(owner, "text"), *own = arena_strdup(a, "text");
    cr_assert_eq(child_looks_at(shared), 0);
    int status = child_looks_at(own);
    cr_assert(!WIFEXITED(status) || WEXITSTATUS(status) != 0); /* a sanitizer exits with a status */
    cr_assert_str_eq(own, "text");
}

Test(arena, what_is_for_the_parent_is_an_arena_like_others)
{
    AUTO_ARENA struct arena *owner = arena_new();
    struct arena *first = arena_new_for_parent(owner), *second = arena_new_for_parent(owner);
    for (size_t size = 1; size < 5 * 1024 * 1024; size = size * 3 + 5) {
        unsigned char *p = arena_alloc(size % 2 ? first : second, size);
        cr_assert_eq((uintptr_t)p % alignof(max_align_t), 0);
        cr_assert_eq(p[0] | p[size / 2] | p[size - 1], 0);
        memset(p, 0xff, size);
    }
}

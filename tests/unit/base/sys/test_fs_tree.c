/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys/fs.h"

#include <criterion/criterion.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static struct arena *arena;
static const char *dir;

static void set_up(void)
{
    struct err err = {0};
    arena = arena_new();
    cr_assert_eq(fs_make_temp_dir(arena, NULL, "assay-tree-", &dir, &err), 0, "%s", err.msg);
}

static void tear_down(void)
{
    struct err err = {0};
    cr_expect_eq(fs_remove_tree(dir, &err), 0, "%s", err.msg);
    arena_free(arena);
}

TestSuite(fs_tree, .init = set_up, .fini = tear_down);

static const char *in_dir(const char *name)
{
    return fs_join(arena, dir, name);
}

static void put(const char *name)
{
    struct err err = {0};
    cr_assert_eq(fs_write_file(in_dir(name), STR("x"), 0644, &err), 0, "%s", err.msg);
}

static void make(const char *name)
{
    struct err err = {0};
    cr_assert_eq(fs_make_dirs(in_dir(name), 0755, &err), 0, "%s", err.msg);
}

Test(fs_tree, folders_are_made_with_all_above_them)
{
    make("a/b/c");
    cr_assert(fs_is_dir(in_dir("a/b/c")));
    make("a/b/c");
    make("a//b/d/");
    cr_assert(fs_is_dir(in_dir("a/b/d")));
    make(".");
}

Test(fs_tree, a_file_in_the_way_of_a_folder_is_an_error)
{
    struct err err = {0};
    put("file");
    cr_assert_eq(fs_make_dirs(in_dir("file"), 0755, &err), -1);
    cr_assert_eq(err.sys_errno, ENOTDIR);
    cr_assert_eq(fs_make_dirs(in_dir("file/below"), 0755, &err), -1);
    cr_assert_eq(err.sys_errno, ENOTDIR);
}

Test(fs_tree, removal_never_follows_a_link)
{
    struct err err = {0};
    make("outside");
    put("outside/precious");
    make("tree/sub");
    put("tree/sub/file");
    cr_assert_eq(symlink(in_dir("outside"), in_dir("tree/link")), 0);
    cr_assert_eq(symlink("../../outside", in_dir("tree/sub/link")), 0);
    cr_assert_eq(symlink(in_dir("outside/precious"), in_dir("tree/file-link")), 0);
    cr_assert_eq(fs_remove_tree(in_dir("tree"), &err), 0, "%s", err.msg);
    cr_assert_not(fs_exists(in_dir("tree")));
    cr_assert(fs_exists(in_dir("outside/precious")));
    cr_assert_eq(symlink("outside", in_dir("link")), 0);
    cr_assert_eq(fs_remove_tree(in_dir("link"), &err), 0);
    cr_assert(fs_exists(in_dir("outside/precious")));
    cr_assert_not(fs_exists(in_dir("link")));
}

Test(fs_tree, removing_a_file_or_nothing_is_fine)
{
    struct err err = {0};
    put("file");
    cr_assert_eq(fs_remove_tree(in_dir("file"), &err), 0);
    cr_assert_not(fs_exists(in_dir("file")));
    cr_assert_eq(fs_remove_tree(in_dir("file"), &err), 0);
    cr_assert_eq(fs_remove_tree("/", &err), -1);
    cr_assert_eq(err.code, ERR_INVALID);
}

Test(fs_tree, odd_names_and_unwritable_folders_are_removed)
{
    struct err err = {0};
    make("tree/locked/below");
    put("tree/locked/file");
    put("tree/-rf\n*");
    cr_assert_eq(mkfifo(in_dir("tree/fifo"), 0600), 0);
    cr_assert_eq(chmod(in_dir("tree/locked"), 0), 0);
    cr_assert_eq(fs_remove_tree(in_dir("tree"), &err), 0, "%s", err.msg);
    cr_assert_not(fs_exists(in_dir("tree")));
}

Test(fs_tree, a_tree_deeper_than_any_path_is_removed)
{
    struct err err = {0};
    make("tree");
    int fd = open(in_dir("tree"), O_RDONLY | O_DIRECTORY);
    for (int i = 0; i < 3000; i++) {
        cr_assert_eq(mkdirat(fd, "deep", 0700), 0);
        int next = openat(fd, "deep", O_RDONLY | O_DIRECTORY);
        cr_assert(next >= 0);
        close(fd);
        fd = next;
    }
    close(fd);
    cr_assert_eq(fs_remove_tree(in_dir("tree"), &err), 0, "%s", err.msg);
    cr_assert_not(fs_exists(in_dir("tree")));
}

Test(fs_tree, a_mount_inside_is_refused_and_its_content_kept)
{
    struct err err = {0};
    make("tree/mount");
    make("outside");
    put("outside/precious");
    if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
        mount(in_dir("outside"), in_dir("tree/mount"), NULL, MS_BIND, NULL) < 0) {
        cr_skip_test("needs the right to mount");
    }
    cr_expect_eq(fs_remove_tree(in_dir("tree"), &err), -1);
    cr_expect_eq(err.code, ERR_IO);
    cr_expect(fs_exists(in_dir("outside/precious")));
    cr_assert_eq(umount2(in_dir("tree/mount"), MNT_DETACH), 0);
}

Test(fs_tree, a_walk_lists_everything_sorted_by_path)
{
    struct err err = {0};
    struct fs_entries got = {0};
    make("b/sub");
    put("b/sub/z");
    put("b/a");
    put("a");
    put("b.txt");
    cr_assert_eq(symlink("/nowhere", in_dir("c")), 0);
    cr_assert_eq(symlink("b", in_dir("dir-link")), 0);
    cr_assert_eq(fs_walk(arena, dir, 100, &got, &err), 0, "%s", err.msg);
    static const char *const expected[] = {"a",     "b",       "b.txt", "b/a",
                                           "b/sub", "b/sub/z", "c",     "dir-link"};
    cr_assert_eq(got.count, ARRAY_LEN(expected));
    for (size_t i = 0; i < got.count; i++) {
        cr_expect_str_eq(got.items[i].path, expected[i]);
    }
    cr_assert(S_ISREG(got.items[0].mode));
    cr_assert_eq(got.items[0].size_bytes, 1);
    cr_assert_null(got.items[0].link_target);
    cr_assert(S_ISDIR(got.items[1].mode));
    cr_assert(S_ISLNK(got.items[6].mode));
    cr_assert_str_eq(got.items[6].link_target, "/nowhere");
    cr_assert_str_eq(got.items[7].link_target, "b");
}

Test(fs_tree, a_walk_stops_at_its_limit)
{
    struct err err = {0};
    struct fs_entries got = {0};
    put("a");
    put("b");
    cr_assert_eq(fs_walk(arena, dir, 2, &got, &err), 0);
    cr_assert_eq(got.count, 2u);
    make("c");
    put("c/d");
    got = (struct fs_entries){0};
    cr_assert_eq(fs_walk(arena, dir, 3, &got, &err), -1);
    cr_assert_eq(err.code, ERR_LIMIT);
    cr_assert_eq(got.count, 0u);
}

Test(fs_tree, walking_nothing_is_told_from_an_empty_folder)
{
    struct err err = {0};
    struct fs_entries got = {0};
    cr_assert_eq(fs_walk(arena, dir, 2, &got, &err), 0);
    cr_assert_eq(got.count, 0u);
    cr_assert_eq(fs_walk(arena, in_dir("absent"), 2, &got, &err), -1);
    cr_assert_eq(err.code, ERR_NOT_FOUND);
}

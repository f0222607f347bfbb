/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys/fs.h"

#include <criterion/criterion.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static struct arena *arena;
static const char *dir;

static void set_up(void)
{
    struct err err = {0};
    arena = arena_new();
    cr_assert_eq(fs_make_temp_dir(arena, NULL, "assay-fs-", &dir, &err), 0, "%s", err.msg);
}

static void tear_down(void)
{
    struct err err = {0};
    cr_expect_eq(fs_remove_tree(dir, &err), 0, "%s", err.msg);
    arena_free(arena);
}

TestSuite(fs, .init = set_up, .fini = tear_down);

static const char *in_dir(const char *name)
{
    return fs_join(arena, dir, name);
}

static void put(const char *name, const char *content)
{
    struct err err = {0};
    cr_assert_eq(fs_write_file(in_dir(name), str_of(content), 0644, &err), 0, "%s", err.msg);
}

static void expect_content(const char *name, const char *content)
{
    struct err err = {0};
    AUTO_BUF struct buf got = {0};
    cr_assert_eq(fs_read_file(in_dir(name), 1000, &got, &err), 0, "%s", err.msg);
    cr_assert_str_eq(buf_z(&got), content);
}

static size_t count_entries(void)
{
    struct err err = {0};
    struct fs_entries entries = {0};
    cr_assert_eq(fs_walk(arena, dir, 1000, &entries, &err), 0, "%s", err.msg);
    return entries.count;
}

Test(fs, a_temp_dir_is_private_and_takes_its_base)
{
    struct err err = {0};
    struct stat st;
    const char *below = NULL, *by_env = NULL;
    cr_assert_eq(fs_make_temp_dir(arena, dir, "x-", &below, &err), 0);
    cr_assert_eq(strncmp(below, in_dir("x-"), strlen(in_dir("x-"))), 0);
    cr_assert_eq(stat(below, &st), 0);
    cr_assert_eq(st.st_mode & 07777, 0700u);
    setenv("TMPDIR", dir, 1);
    cr_assert_eq(fs_make_temp_dir(arena, NULL, "y-", &by_env, &err), 0);
    cr_assert_str_eq(fs_dirname(arena, by_env), dir);
    cr_assert_eq(fs_make_temp_dir(arena, in_dir("absent"), "x-", &below, &err), -1);
    cr_assert_eq(err.sys_errno, ENOENT);
}

Test(fs, what_was_written_is_read_back)
{
    put("a", "one");
    expect_content("a", "one");
    put("a", "2");
    expect_content("a", "2");
    struct err err = {0};
    cr_assert_eq(fs_append_file(in_dir("a"), STR("+3"), 0600, &err), 0);
    cr_assert_eq(fs_append_file(in_dir("new"), STR("4"), 0600, &err), 0);
    expect_content("a", "2+3");
    expect_content("new", "4");
}

Test(fs, a_missing_file_is_not_found_and_named)
{
    struct err err = {0};
    AUTO_BUF struct buf got = {0};
    buf_add_z(&got, "kept");
    cr_assert_eq(fs_read_file(in_dir("absent"), 10, &got, &err), -1);
    cr_assert_eq(err.code, ERR_NOT_FOUND);
    cr_assert_not_null(strstr(err.msg, "absent"));
    cr_assert_str_eq(buf_z(&got), "kept");
    cr_assert_eq(fs_read_file(dir, 10, &got, &err), -1);
    cr_assert_eq(err.code, ERR_INVALID);
    cr_assert_eq(err.sys_errno, EISDIR);
}

Test(fs, a_file_larger_than_allowed_is_a_limit_error)
{
    struct err err = {0};
    AUTO_BUF struct buf got = {0};
    put("five", "12345");
    cr_assert_eq(fs_read_file(in_dir("five"), 4, &got, &err), -1);
    cr_assert_eq(err.code, ERR_LIMIT);
    cr_assert_eq(fs_read_file(in_dir("five"), 5, &got, &err), 0);
    cr_assert_eq(got.len, 5u);
    cr_assert_eq(fs_read_file("/dev/zero", 100000, &got, &err), -1);
    cr_assert_eq(err.code, ERR_LIMIT);
    cr_assert_eq(got.len, 5u);
    cr_assert_eq(fs_read_file(in_dir("five"), SIZE_MAX, &got, &err), 0);
}

Test(fs, an_atomic_write_sets_the_exact_mode_and_leaves_no_temporary)
{
    struct err err = {0};
    struct stat st;
    umask(077);
    cr_assert_eq(fs_write_file_atomic(in_dir("a"), STR("one"), 0644, &err), 0, "%s", err.msg);
    expect_content("a", "one");
    cr_assert_eq(fs_write_file_atomic(in_dir("a"), STR("two"), 0640, &err), 0);
    expect_content("a", "two");
    cr_assert_eq(stat(in_dir("a"), &st), 0);
    cr_assert_eq(st.st_mode & 07777, 0640u);
    cr_assert_eq(count_entries(), 1u);
}

Test(fs, an_atomic_write_takes_a_name_without_a_folder)
{
    struct err err = {0};
    cr_assert_eq(chdir(dir), 0);
    cr_assert_eq(fs_write_file_atomic("plain", STR("x"), 0600, &err), 0, "%s", err.msg);
    expect_content("plain", "x");
}

Test(fs, a_failed_atomic_write_keeps_the_old_content_and_leaves_no_temporary)
{
    struct err err = {0};
    put("a", "old");
    struct rlimit limit;
    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    struct rlimit small = {.rlim_cur = 4096, .rlim_max = limit.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    static char big[100000];
    int rc = fs_write_file_atomic(in_dir("a"), str_n(big, sizeof(big)), 0644, &err);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    cr_assert_eq(rc, -1);
    cr_assert_eq(err.sys_errno, EFBIG);
    cr_assert_not_null(strstr(err.msg, in_dir("a")));
    expect_content("a", "old");
    cr_assert_eq(count_entries(), 1u);
}

Test(fs, an_atomic_write_over_a_folder_fails_and_leaves_no_temporary)
{
    struct err err = {0};
    cr_assert_eq(mkdir(in_dir("folder"), 0700), 0);
    cr_assert_eq(fs_write_file_atomic(in_dir("folder"), STR("x"), 0644, &err), -1);
    cr_assert_eq(err.sys_errno, EISDIR);
    cr_assert_eq(count_entries(), 1u);
}

Test(fs, writing_where_no_folder_is_fails)
{
    struct err err = {0};
    put("file", "");
    cr_assert_eq(fs_write_file_atomic(in_dir("absent/a"), STR("x"), 0644, &err), -1);
    cr_assert_eq(err.sys_errno, ENOENT);
    cr_assert_eq(fs_write_file_atomic(in_dir("file/a"), STR("x"), 0644, &err), -1);
    cr_assert_eq(err.sys_errno, ENOTDIR);
    cr_assert_eq(fs_write_file(in_dir("absent/a"), STR("x"), 0644, &err), -1);
    cr_assert_eq(err.code, ERR_NOT_FOUND);
}

Test(fs, a_full_device_is_an_error)
{
    struct err err = {0};
    cr_assert_eq(fs_write_file("/dev/full", STR("x"), 0644, &err), -1);
    cr_assert_eq(err.sys_errno, ENOSPC);
    cr_assert_not_null(strstr(err.msg, "/dev/full"));
}

Test(fs, kinds_of_files_are_told_apart)
{
    put("plain", "");
    put("run", "");
    cr_assert_eq(chmod(in_dir("run"), 0755), 0);
    cr_assert_eq(symlink("run", in_dir("link")), 0);
    cr_assert_eq(symlink("absent", in_dir("dangling")), 0);
    static const struct {
        const char *name;
        bool exists, is_dir, is_executable;
    } rows[] = {
        {"plain", true, false, false},     {"run", true, false, true},
        {"link", true, false, true},       {".", true, true, false},
        {"dangling", false, false, false}, {"absent", false, false, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *path = in_dir(rows[i].name);
        cr_expect_eq(fs_exists(path), rows[i].exists, "%s", rows[i].name);
        cr_expect_eq(fs_is_dir(path), rows[i].is_dir, "%s", rows[i].name);
        cr_expect_eq(fs_is_executable(path), rows[i].is_executable, "%s", rows[i].name);
    }
}

Test(fs, a_real_path_has_no_links)
{
    struct err err = {0};
    const char *direct = NULL, *by_link = NULL;
    put("file", "");
    cr_assert_eq(symlink("file", in_dir("link")), 0);
    cr_assert_eq(fs_real_path(arena, in_dir("file"), &direct, &err), 0);
    cr_assert_eq(fs_real_path(arena, in_dir("./link"), &by_link, &err), 0);
    cr_assert_str_eq(direct, by_link);
    cr_assert_eq(fs_real_path(arena, in_dir("absent"), &direct, &err), -1);
    cr_assert_eq(err.code, ERR_NOT_FOUND);
}

Test(fs, paths_are_joined_and_split)
{
    static const struct {
        const char *dir, *name, *joined;
    } joins[] = {
        {"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"/", "b", "/b"}, {"a", "/b", "/b"}, {"", "b", "b"},
    };
    for (size_t i = 0; i < ARRAY_LEN(joins); i++) {
        cr_expect_str_eq(fs_join(arena, joins[i].dir, joins[i].name), joins[i].joined);
    }
    static const struct {
        const char *path, *dir, *base;
    } splits[] = {
        {"a/b", "a", "b"}, {"a", ".", "a"},    {"/a", "/", "a"},        {"/", "/", ""},
        {"", ".", ""},     {"a//b", "a", "b"}, {"/a/b/c", "/a/b", "c"}, {"a/b/", "a", ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(splits); i++) {
        cr_expect_str_eq(fs_dirname(arena, splits[i].path), splits[i].dir);
        cr_expect_str_eq(fs_basename(splits[i].path), splits[i].base);
    }
}

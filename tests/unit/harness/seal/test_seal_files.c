/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys/fs.h"
#include "cells.h"
#include "harness/seal/seal.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct seal_options plain;

/* Everything that a program may try to write to, and where it may. */
static const char try_to_write[] =
    "for f in / /etc /usr /root /dev /proc/sys/kernel/core_pattern /sys \"$OLDPWD\"; do\n"
    "  { [ -d $f ] && touch $f/probe || echo x > $f; } 2>/dev/null && echo wrote to $f\n"
    "done\n"
    "for d in ~ /tmp /var/tmp /dev/shm /run/work; do touch $d/probe || echo cannot write to $d; "
    "done";

Test(seal_files, all_is_read_only_but_the_box)
{
    AUTO_ARENA struct arena *a = arena_new();
    for (int i = 0; i < 2; i++) {
        struct seal *seal = cell_open(&(struct seal_options){.user_namespace = i == 1});
        cr_expect_str_eq(cell_sh(seal, a, try_to_write), "=0");
        struct fs_entries found = {0};
        struct err err = {0};
        cr_assert_eq(fs_walk(a, seal_path(seal, a, ""), 100, &found, &err), 0, "%s", err.msg);
        AUTO_BUF struct buf paths = {0};
        VEC_FOREACH(struct fs_entry, it, &found) {
            buf_printf(&paths, "%s ", it->path);
        }
        cr_expect_str_eq(buf_z(&paths), "home home/probe shm shm/probe tmp tmp/probe var-tmp "
                                        "var-tmp/probe work work/probe ");
        seal_close(seal);
    }
}

/* As a kernel before 5.12. */
static void forbid_mount_setattr(void)
{
    struct sock_filter lines[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mount_setattr, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = ARRAY_LEN(lines), .filter = lines};
    cr_assert_eq(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    cr_assert_eq(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
    cr_assert(syscall(SYS_mount_setattr, -1, "", 0, NULL, 0) < 0 && errno == ENOSYS);
}

Test(seal_files, an_older_kernel_is_made_read_only_mount_by_mount)
{
    AUTO_ARENA struct arena *a = arena_new();
    forbid_mount_setattr();
    for (int i = 0; i < 2; i++) {
        struct seal *seal = cell_open(&(struct seal_options){.user_namespace = i == 1});
        cr_expect_str_eq(cell_sh(seal, a, try_to_write), "=0");
        seal_close(seal);
    }
}

Test(seal_files, the_box_has_a_size)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct seal *seal = cell_open(&(struct seal_options){.box_bytes = 1 << 20, .box_files = 64});
    cr_expect_str_eq(cell_sh(seal, a, "head -c 2000000 /dev/zero > /tmp/big"),
                     "head: error writing 'standard output': No space left on device\n=1");
    cr_expect_str_eq(cell_sh(seal, a,
                             "rm /tmp/big; for i in {1..99}; do : > ~/$i; done 2>/tmp/e; "
                             "ls ~ | wc -l | grep -c '^[4-6].$'"),
                     "1\n=0");
    seal_close(seal);
}

Test(seal_files, what_is_planted_outside_is_there_inside)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct seal *seal = cell_open(&plain);
    struct err err = {0};
    const char *path = arena_printf(a, "%s/.netrc", seal_path(seal, a, "home"));
    cr_assert_eq(fs_write_file(path, STR("machine x\n"), 0600, &err), 0, "%s", err.msg);
    cr_expect_str_eq(cell_sh(seal, a, "cat ~/.netrc; stat -c %a ~/.netrc; echo more >> ~/.netrc"),
                     "machine x\n600\n=0");
    seal_close(seal);
}

Test(seal_files, the_devices_are_few_and_work)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct seal *seal = cell_open(&plain);
    cr_expect_str_eq(
        cell_sh(seal, a, "cd /dev; echo *; ls /sys | wc -l"),
        "fd full null ptmx pts random shm stderr stdin stdout tty urandom zero\n0\n=0");
    cr_expect_str_eq(cell_sh(seal, a,
                             "head -c 3 /dev/urandom | wc -c; echo x > /dev/null; "
                             "script -qc 'test -t 0 && echo terminal' /dev/null | head -c 8"),
                     "3\nterminal=0");
    seal_close(seal);
}

Test(seal_files, names_and_users_are_the_cells)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct seal *seal = cell_open(&(struct seal_options){.hostname = "place"});
    cr_expect_str_eq(
        cell_sh(seal, a,
                "cat /etc/resolv.conf /etc/hosts; grep hosts: /etc/nsswitch.conf; "
                "getent passwd $(id -u) | cut -d: -f6"),
        "nameserver 127.0.0.1\n127.0.0.1 localhost place\n::1 localhost ip6-localhost\n"
        "hosts: files dns\n/run/home\n=0");
    cr_expect_eq(seal_omitted(seal)->count, 0);
    seal_close(seal);
}

static const char *make_tree(struct arena *a)
{
    const char *dir = NULL;
    struct err err = {0};
    cr_assert_eq(fs_make_temp_dir(a, NULL, "assay-seal-", &dir, &err), 0);
    cr_assert_eq(fs_write_file(fs_join(a, dir, "file"), STR("content\n"), 0644, &err), 0);
    return dir;
}

Test(seal_files, folders_and_files_from_outside_are_shown)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct err err = {0};
    const char *dir = make_tree(a); /* in /tmp, which the cell replaces */
    const char *file = fs_join(a, dir, "file");
    const struct seal_bind binds[] = {
        {dir, dir, false}, {dir, "/run/rw", true}, {file, "/run/deep/er/one", false}};
    for (int i = 0; i < 2; i++) {
        struct seal *seal = cell_open(&(struct seal_options){
            .binds = binds, .bind_count = ARRAY_LEN(binds), .user_namespace = i == 1});
        const char *script = arena_printf(
            a, "cat %s /run/deep/er/one; touch %s/no 2>/dev/null; echo new > /run/rw/yes", file,
            dir);
        cr_expect_str_eq(cell_sh(seal, a, script), "content\ncontent\n=0");
        cr_expect(!fs_exists(fs_join(a, dir, "no")));
        cr_expect(fs_exists(fs_join(a, dir, "yes")));
        seal_close(seal);
    }
    cr_expect_eq(fs_remove_tree(dir, &err), 0, "%s", err.msg);
}

Test(seal_files, overlays_and_hidden_paths_replace_what_is_there)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct err err = {0};
    const char *dir = make_tree(a);
    const struct seal_overlay overlays[] = {
        {"/etc/hosts", NULL, STR("first wins\n")}, {"/etc/group", fs_join(a, dir, "file"), STR("")},
        {"/no/such/place", NULL, STR("x")},        {"/run/made/up", NULL, STR("made\n")},
        {"/etc/hosts", NULL, STR("second\n")},
    };
    const char *const hidden[] = {"/etc/shadow", "/var/log", "/no/such/file"};
    struct seal *seal = cell_open(&(struct seal_options){.overlays = overlays,
                                                         .overlay_count = ARRAY_LEN(overlays),
                                                         .hidden = hidden,
                                                         .hidden_count = ARRAY_LEN(hidden)});
    cr_expect_str_eq(cell_sh(seal, a, "cat /etc/hosts /etc/group /run/made/up"),
                     "first wins\ncontent\nmade\n=0");
    cr_expect_str_eq(cell_sh(seal, a, "stat -c %s /etc/shadow; ls -A /var/log"), "0\n=0");
    cr_expect_str_eq(cell_sh(seal, a, "echo x > /etc/hosts"),
                     "bash: line 1: /etc/hosts: Read-only file system\n=1");
    cr_assert_eq(seal_omitted(seal)->count, 1);
    cr_expect_str_eq(seal_omitted(seal)->items[0], "/no/such/place");
    seal_close(seal);
    cr_expect_eq(fs_remove_tree(dir, &err), 0);
}

Test(seal_files, a_bind_that_cannot_be_is_named)
{
    static const struct {
        struct seal_bind bind;
        const char *msg;
    } rows[] = {
        {{"/no/such/source", "/run/x", false}, "/no/such/source"},
        {{"/etc", "/no/such/target", false}, "/no/such/target"},
    };
    seal_close(cell_open(&plain));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct seal *seal = NULL;
        struct err err = {0};
        cr_expect_eq(
            seal_open(&(struct seal_options){.binds = &rows[i].bind, .bind_count = 1}, &seal, &err),
            -1);
        cr_expect_eq(err.code, ERR_NOT_FOUND, "%s", err.msg);
        cr_expect_not_null(strstr(err.msg, rows[i].msg), "%s", err.msg);
    }
}

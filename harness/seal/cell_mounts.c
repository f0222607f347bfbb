/* SPDX-License-Identifier: Apache-2.0 */
/* The file system of a cell: what is outside, read-only, with /dev, /proc, /sys, /run, /tmp and
 * /var/tmp replaced and single files overlaid. No new root is built: the paths of runtimes stay. */
#include "harness/seal/mounts_priv.h"

#include "base/sys/fd.h"
#include "base/sys/fs.h"
#include "base/text/number.h"
#include "harness/seal/refusal.h"
#include "harness/seal/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#define DEFAULT_BOX_BYTES ((int64_t)256 * 1024 * 1024)
#define DEFAULT_BOX_FILES 65536

/* mount_setattr(2), Linux 5.12; as the C library's own declaration may be missing. */
struct setattr {
    uint64_t set, clear, propagation, userns_fd;
};
#define SETATTR_RDONLY 1U
#define SETATTR_NOSUID 2U

int mount_do(const struct cell *cell, const struct mount_call *call, struct err *err)
{
    if (mount(call->source, call->target, call->type, call->flags, call->data) < 0) {
        (void)refusal_of(REFUSAL_MOUNT, cell->own_user_namespace, err);
        return err_wrap(err, "%s", call->target);
    }
    return 0;
}

int mount_bind_fd(const struct cell *cell, int fd, const char *target, struct err *err)
{
    struct mount_call bind = {.source = arena_printf(cell->arena, "/proc/self/fd/%d", fd),
                              .target = target,
                              .flags = MS_BIND | MS_REC};
    return mount_do(cell, &bind, err);
}

/* In a user namespace, flags that came from outside are locked: leaving one out is refused. */
static unsigned long strict_flags(const char *target)
{
    struct statvfs now;
    unsigned long flags = 0;
    if (statvfs(target, &now) < 0) {
        return 0;
    }
    flags |= now.f_flag & ST_NOSUID ? MS_NOSUID : 0;
    flags |= now.f_flag & ST_NODEV ? MS_NODEV : 0;
    flags |= now.f_flag & ST_NOEXEC ? MS_NOEXEC : 0;
    flags |= now.f_flag & ST_NOATIME ? MS_NOATIME : 0;
    flags |= now.f_flag & ST_NODIRATIME ? MS_NODIRATIME : 0;
    flags |= now.f_flag & ST_RELATIME ? MS_RELATIME : 0;
    return flags;
}

int mount_reflag(const struct cell *cell, const char *target, unsigned long flags, struct err *err)
{
    struct mount_call again = {.target = target,
                               .flags = MS_REMOUNT | MS_BIND | flags | strict_flags(target)};
    return mount_do(cell, &again, err);
}

int mount_write_file(const char *path, struct str content, struct err *err)
{
    AUTO_FD int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0444);
    if (fd < 0 || fd_write_all(fd, content, err) < 0) {
        return err_errno(err, "cannot write '%s'", path);
    }
    return 0;
}

/* Before Linux 5.12: each mount by itself. One that is covered by another, or that the caller may
 * not enter, cannot be named, nor reached. */
static int readonly_one_by_one(const struct cell *cell, struct err *err)
{
    struct mount_call private = {.target = "/", .flags = MS_REC | MS_PRIVATE};
    if (mount_do(cell, &private, err) < 0) {
        return -1;
    }
    FILE *table = setmntent("/proc/self/mounts", "re");
    if (!table) {
        return refusal_of(REFUSAL_MOUNT, cell->own_user_namespace, err);
    }
    struct mntent entry;
    char text[8192];
    int result = 0;
    while (result == 0 && getmntent_r(table, &entry, text, sizeof(text))) {
        struct err one = {0};
        if (mount_reflag(cell, entry.mnt_dir, MS_RDONLY | MS_NOSUID, &one) < 0 &&
            one.sys_errno != ENOENT && one.sys_errno != EACCES && one.sys_errno != EINVAL) {
            *err = one;
            result = -1;
        }
    }
    (void)endmntent(table);
    return result;
}

static int root_readonly(const struct cell *cell, struct err *err)
{
    struct setattr wanted = {.set = SETATTR_RDONLY | SETATTR_NOSUID, .propagation = MS_PRIVATE};
    if (syscall(SYS_mount_setattr, AT_FDCWD, "/", AT_RECURSIVE, &wanted, sizeof(wanted)) == 0) {
        return 0;
    }
    if (errno == ENOSYS) {
        return readonly_one_by_one(cell, err);
    }
    return refusal_of(REFUSAL_MOUNT, cell->own_user_namespace, err);
}

/* Root's uid alone opens these for writing, capabilities or not. */
static int proc_guard(const struct cell *cell, struct err *err)
{
    static const char *const guarded[] = {"/proc/sys", "/proc/sysrq-trigger", "/proc/irq",
                                          "/proc/bus", "/proc/fs"};
    for (size_t i = 0; i < ARRAY_LEN(guarded); i++) {
        if (access(guarded[i], F_OK) < 0) {
            continue;
        }
        struct mount_call bind = {.source = guarded[i], .target = guarded[i], .flags = MS_BIND};
        if (mount_do(cell, &bind, err) < 0 ||
            mount_reflag(cell, guarded[i], MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, err) < 0) {
            return -1;
        }
    }
    return 0;
}

/* The highest process number of the pid namespace bounds how many there can be: the one limit that
 * binds root as well. Numbers are given out in a circle that leaves out the first 300 when it comes
 * round (RESERVED_PIDS in the kernel's pid.c): without those on top, a program that has started so
 * many would be left with one number for all that it starts from then on. Before Linux 6.14 that
 * number was the machine's, not to be touched. */
static int tasks_limit(const struct cell *cell, struct err *err)
{
    enum { NEVER_AGAIN = 300 };
    struct utsname kernel;
    struct err ignored = {0};
    int64_t major = 0, minor = 0;
    if (cell->options->max_tasks == 0 || uname(&kernel) < 0) {
        return 0;
    }
    struct str rest = str_of(kernel.release), part = {0};
    bool known = str_split(&rest, '.', &part) && parse_int64(part, 0, 999, &major, &ignored) == 0 &&
                 str_split(&rest, '.', &part) && parse_int64(part, 0, 999, &minor, &ignored) == 0;
    if (!known || major < 6 || (major == 6 && minor < 14)) {
        return 0;
    }
    const char *text =
        arena_printf(cell->arena, "%lld", (long long)cell->options->max_tasks + NEVER_AGAIN);
    if (fs_append_file("/proc/sys/kernel/pid_max", str_of(text), 0644, err) < 0) {
        return err_wrap(err, "limiting the cell to the process number %s", text);
    }
    return 0;
}

static int proc_make(const struct cell *cell, struct err *err)
{
    if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0) {
        return refusal_of(REFUSAL_PROC, cell->own_user_namespace, err);
    }
    return tasks_limit(cell, err) < 0 ? -1 : proc_guard(cell, err);
}

static int sys_hide(const struct cell *cell, struct err *err)
{
    if (!fs_is_dir("/sys")) {
        return 0;
    }
    struct mount_call empty = {.source = "sys",
                               .target = "/sys",
                               .type = "tmpfs",
                               .flags = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC,
                               .data = "mode=755,size=4k,nr_inodes=4"};
    return mount_do(cell, &empty, err);
}

static int box_make(struct cell *cell, struct err *err)
{
    static const struct {
        const char *path, *shown_at;
        mode_t mode;
    } folders[] = {
        {SEAL_HOME, NULL, 0700},
        {SEAL_WORK, NULL, 0755},
        {SEAL_BOX "/tmp", SEAL_TMP, 01777},
        {SEAL_BOX "/var-tmp", "/var/tmp", 01777},
        {SEAL_BOX "/shm", "/dev/shm", 01777},
    };
    const struct seal_options *o = cell->options;
    const char *data = arena_printf(cell->arena, "mode=755,size=%lld,nr_inodes=%lld",
                                    (long long)(o->box_bytes ? o->box_bytes : DEFAULT_BOX_BYTES),
                                    (long long)(o->box_files ? o->box_files : DEFAULT_BOX_FILES));
    struct mount_call box = {.source = "box",
                             .target = SEAL_BOX,
                             .type = "tmpfs",
                             .flags = MS_NOSUID | MS_NODEV,
                             .data = data};
    if (mount_do(cell, &box, err) < 0) {
        return -1;
    }
    for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
        if (mkdir(folders[i].path, 0700) < 0 || chmod(folders[i].path, folders[i].mode) < 0) {
            return err_errno(err, "cannot make '%s' in the cell", folders[i].path);
        }
        struct mount_call show = {
            .source = folders[i].path, .target = folders[i].shown_at, .flags = MS_BIND};
        if (show.target && fs_is_dir(show.target) && mount_do(cell, &show, err) < 0) {
            return -1;
        }
    }
    cell->box_fd = open(SEAL_BOX, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return cell->box_fd < 0 ? err_errno(err, "cannot open the box of the cell") : 0;
}

static int mounts_make(struct cell *cell, struct mount_sources *sources, struct err *err)
{
    if (root_readonly(cell, err) < 0 || mounts_overlays_place(cell, sources, err) < 0 ||
        mounts_dev_make(cell, err) < 0 || proc_make(cell, err) < 0 || sys_hide(cell, err) < 0 ||
        box_make(cell, err) < 0 || mounts_binds_place(cell, sources, err) < 0) {
        return -1;
    }
    return chdir(SEAL_WORK) < 0 ? err_errno(err, "cannot enter the cell's folder") : 0;
}

int cell_mounts_make(struct cell *cell, struct err *err)
{
    struct mount_sources sources = {0};
    int result = mounts_sources_open(cell, &sources, err);
    if (result == 0) {
        result = mounts_make(cell, &sources, err);
    }
    mounts_sources_close(cell, &sources);
    return result;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/seal/mounts_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/* Built here, then moved over /dev: the devices are binds of those that it will cover. */
#define SITE "/tmp"

static int device_bind(const struct cell *cell, const char *name, struct err *err)
{
    const char *from = arena_printf(cell->arena, "/dev/%s", name);
    const char *to = arena_printf(cell->arena, SITE "/%s", name);
    if (access(from, F_OK) < 0) {
        return 0;
    }
    if (mknod(to, S_IFREG | 0666, 0) < 0) {
        return err_errno(err, "cannot make '%s'", to);
    }
    struct mount_call bind = {.source = from, .target = to, .flags = MS_BIND};
    return mount_do(cell, &bind, err);
}

static int links_make(struct err *err)
{
    static const char *const links[][2] = {
        {"/proc/self/fd", SITE "/fd"},       {"/proc/self/fd/0", SITE "/stdin"},
        {"/proc/self/fd/1", SITE "/stdout"}, {"/proc/self/fd/2", SITE "/stderr"},
        {"pts/ptmx", SITE "/ptmx"},
    };
    for (size_t i = 0; i < ARRAY_LEN(links); i++) {
        if (symlink(links[i][0], links[i][1]) < 0) {
            return err_errno(err, "cannot make '%s'", links[i][1]);
        }
    }
    return 0;
}

int mounts_dev_make(struct cell *cell, struct err *err)
{
    static const char *const devices[] = {"null", "zero", "full", "random", "urandom", "tty"};
    struct mount_call site = {.source = "dev",
                              .target = SITE,
                              .type = "tmpfs",
                              .flags = MS_NOSUID | MS_NOEXEC,
                              .data = "mode=755,size=64k,nr_inodes=64"};
    if (mount_do(cell, &site, err) < 0) {
        return -1;
    }
    for (size_t i = 0; i < ARRAY_LEN(devices); i++) {
        if (device_bind(cell, devices[i], err) < 0) {
            return -1;
        }
    }
    if (mkdir(SITE "/pts", 0755) < 0 || mkdir(SITE "/shm", 01777) < 0) {
        return err_errno(err, "cannot make the folders of /dev");
    }
    struct mount_call pts = {.source = "devpts",
                             .target = SITE "/pts",
                             .type = "devpts",
                             .flags = MS_NOSUID | MS_NOEXEC,
                             .data = "newinstance,ptmxmode=0666,mode=620"};
    if (links_make(err) < 0 || mount_do(cell, &pts, err) < 0 ||
        mount_reflag(cell, SITE, MS_RDONLY | MS_NOSUID | MS_NOEXEC, err) < 0) {
        return -1;
    }
    struct mount_call move = {.source = SITE, .target = "/dev", .flags = MS_MOVE};
    return mount_do(cell, &move, err);
}

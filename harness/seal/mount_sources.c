/* SPDX-License-Identifier: Apache-2.0 */
/* What a cell is shown besides the plain file system: overlaid files, hidden paths, binds. */
#include "harness/seal/mounts_priv.h"

#include "base/sys/fd.h"
#include "base/sys/fs.h"
#include "harness/seal/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define STORE               "/tmp" /* where contents wait to be bound; the box covers it later */
#define MAX_LINKS           40     /* as the kernel's own limit of links in a path */
#define MAX_OVERLAY_CONTENT ((size_t)16 * 1024 * 1024)

static bool is_covered(const char *path)
{
    static const char *const roots[] = {SEAL_BOX, "/tmp", "/var/tmp", "/dev", "/proc", "/sys"};
    for (size_t i = 0; i < ARRAY_LEN(roots); i++) {
        size_t len = strlen(roots[i]);
        if (strncmp(path, roots[i], len) == 0 && (path[len] == '/' || path[len] == '\0')) {
            return true;
        }
    }
    return false;
}

/* Where `path` leads, its last link followed by hand: /etc/resolv.conf may well point to a file in
 * /run that is not there yet. */
static const char *follow(struct arena *a, const char *path)
{
    char target[PATH_MAX];
    for (int i = 0; i < MAX_LINKS; i++) {
        ssize_t n = readlink(path, target, sizeof(target) - 1);
        if (n < 0) {
            break;
        }
        target[n] = '\0';
        path = fs_join(a, fs_dirname(a, path), target);
    }
    struct err ignored = {0};
    const char *real = NULL;
    if (fs_real_path(a, path, &real, &ignored) == 0) {
        return real;
    }
    if (fs_real_path(a, fs_dirname(a, path), &real, &ignored) == 0) {
        return fs_join(a, real, fs_basename(path));
    }
    return path;
}

static struct mount_source locate(struct cell *cell, const char *target)
{
    struct mount_source s = {.target = follow(cell->arena, target), .fd = -1};
    s.covered = is_covered(s.target);
    s.missing = !s.covered && !fs_exists(s.target);
    s.is_dir = fs_is_dir(s.target);
    return s;
}

static int source_open(struct mount_source *s, const char *path, struct err *err)
{
    s->fd = open(path, O_PATH | O_CLOEXEC);
    if (s->fd < 0) {
        (void)err_errno(err, "cannot show '%s' in the cell", path);
        err->code = errno == ENOENT ? ERR_NOT_FOUND : ERR_IO;
        return -1;
    }
    struct stat st;
    s->is_dir = fstat(s->fd, &st) == 0 && S_ISDIR(st.st_mode);
    return 0;
}

int mounts_sources_open(struct cell *cell, struct mount_sources *ret, struct err *err)
{
    const struct seal_options *o = cell->options;
    ret->overlays = ARENA_ARRAY(cell->arena, struct mount_source, o->overlay_count);
    ret->binds = ARENA_ARRAY(cell->arena, struct mount_source, o->bind_count);
    ret->hidden = ARENA_ARRAY(cell->arena, struct mount_source, o->hidden_count);
    for (size_t i = 0; i < o->overlay_count; i++) {
        ret->overlays[i] = locate(cell, o->overlays[i].path);
    }
    for (size_t i = 0; i < o->bind_count; i++) {
        ret->binds[i] =
            (struct mount_source){.target = follow(cell->arena, o->binds[i].target), .fd = -1};
        ret->binds[i].covered = is_covered(ret->binds[i].target);
    }
    for (size_t i = 0; i < o->hidden_count; i++) {
        ret->hidden[i] = locate(cell, o->hidden[i]);
    }
    for (size_t i = 0; i < o->overlay_count; i++) {
        const char *source = o->overlays[i].source;
        if (source && !ret->overlays[i].missing &&
            source_open(&ret->overlays[i], source, err) < 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < o->bind_count; i++) {
        if (source_open(&ret->binds[i], o->binds[i].source, err) < 0) {
            return -1;
        }
    }
    return 0;
}

static void close_all(struct mount_source *items, size_t count)
{
    for (size_t i = 0; items && i < count; i++) {
        if (items[i].target) {
            fd_close(&items[i].fd);
        }
    }
}

void mounts_sources_close(const struct cell *cell, struct mount_sources *sources)
{
    close_all(sources->overlays, cell->options->overlay_count);
    close_all(sources->binds, cell->options->bind_count);
    close_all(sources->hidden, cell->options->hidden_count);
}

static int store_make(struct cell *cell, struct err *err)
{
    const struct seal_options *o = cell->options;
    struct mount_call store = {.source = "store",
                               .target = STORE,
                               .type = "tmpfs",
                               .flags = MS_NOSUID | MS_NODEV | MS_NOEXEC,
                               .data = "mode=755,size=64m,nr_inodes=1024"};
    if (mount_do(cell, &store, err) < 0 || mount_write_file(STORE "/empty", STR(""), err) < 0) {
        return -1;
    }
    for (size_t i = 0; i < o->overlay_count; i++) {
        const char *path = arena_printf(cell->arena, STORE "/%zu", i);
        if (!o->overlays[i].source && mount_write_file(path, o->overlays[i].content, err) < 0) {
            return -1;
        }
    }
    /* A bind takes its flags from here. */
    return mount_reflag(cell, STORE, MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, err);
}

static int overlay_place(struct cell *cell, const struct mount_source *s, size_t index,
                         struct err *err)
{
    if (s->missing || s->is_dir) {
        *VEC_PUSH(cell->arena, &cell->omitted) = cell->options->overlays[index].path;
        return 0;
    }
    if (s->fd >= 0) {
        return mount_bind_fd(cell, s->fd, s->target, err);
    }
    struct mount_call bind = {.source = arena_printf(cell->arena, STORE "/%zu", index),
                              .target = s->target,
                              .flags = MS_BIND};
    return mount_do(cell, &bind, err);
}

static int hidden_place(struct cell *cell, const struct mount_source *s, struct err *err)
{
    if (s->missing || s->covered) {
        return 0;
    }
    struct mount_call hide = {.source = STORE "/empty", .target = s->target, .flags = MS_BIND};
    if (s->is_dir) {
        hide = (struct mount_call){.source = "hidden",
                                   .target = s->target,
                                   .type = "tmpfs",
                                   .flags = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC,
                                   .data = "mode=755,size=4k,nr_inodes=4"};
    }
    return mount_do(cell, &hide, err);
}

int mounts_overlays_place(struct cell *cell, struct mount_sources *sources, struct err *err)
{
    const struct seal_options *o = cell->options;
    if (store_make(cell, err) < 0) {
        return -1;
    }
    /* Hiding first: an overlay may lie in a hidden folder's neighbour, never below it. */
    for (size_t i = 0; i < o->hidden_count; i++) {
        if (hidden_place(cell, &sources->hidden[i], err) < 0) {
            return -1;
        }
    }
    for (size_t i = o->overlay_count; i > 0;
         i--) { /* the caller's come first and shall be on top */
        struct mount_source *s = &sources->overlays[i - 1];
        if (!s->covered && overlay_place(cell, s, i - 1, err) < 0) {
            return -1;
        }
    }
    return 0;
}

static int overlay_write(struct cell *cell, const struct mount_source *s, size_t index,
                         struct err *err)
{
    AUTO_BUF struct buf copy = {0};
    struct str content = cell->options->overlays[index].content;
    if (s->fd >= 0) {
        const char *path = arena_printf(cell->arena, "/proc/self/fd/%d", s->fd);
        if (fs_read_file(path, MAX_OVERLAY_CONTENT, &copy, err) < 0) {
            return -1;
        }
        content = buf_str(&copy);
    }
    if (fs_exists(s->target)) {
        return 0; /* an overlay of higher rank was here before */
    }
    if (fs_make_dirs(fs_dirname(cell->arena, s->target), 0755, err) < 0) {
        return -1;
    }
    return mount_write_file(s->target, content, err);
}

/* What a bind is mounted on, made where the cell's own file systems allow it. */
static int bind_site(struct cell *cell, const struct mount_source *s, struct err *err)
{
    if (fs_exists(s->target)) {
        return 0;
    }
    if (!s->covered) {
        (void)err_set(err, ERR_NOT_FOUND, "there is no '%s' to show something at", s->target);
        err_hint(err, "show it at its own path, or below " SEAL_BOX " or " SEAL_TMP);
        return -1;
    }
    if (s->is_dir) {
        return fs_make_dirs(s->target, 0755, err);
    }
    if (fs_make_dirs(fs_dirname(cell->arena, s->target), 0755, err) < 0) {
        return -1;
    }
    return mount_write_file(s->target, STR(""), err);
}

int mounts_binds_place(struct cell *cell, struct mount_sources *sources, struct err *err)
{
    const struct seal_options *o = cell->options;
    for (size_t i = 0; i < o->overlay_count; i++) {
        const struct mount_source *s = &sources->overlays[i];
        if (s->covered && overlay_write(cell, s, i, err) < 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < o->bind_count; i++) {
        const struct mount_source *s = &sources->binds[i];
        unsigned long flags = MS_NOSUID | MS_NODEV | (o->binds[i].writable ? 0 : MS_RDONLY);
        if (bind_site(cell, s, err) < 0 || mount_bind_fd(cell, s->fd, s->target, err) < 0 ||
            mount_reflag(cell, s->target, flags, err) < 0) {
            return err_wrap(err, "showing '%s'", o->binds[i].source);
        }
    }
    return 0;
}

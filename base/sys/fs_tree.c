/* SPDX-License-Identifier: Apache-2.0 */
/* Whole trees. What is removed or listed may have been made by a program under test, so nothing
 * here trusts a name: every step goes through the descriptor of the folder above, never follows a
 * link and never enters another mount. */
#include "base/sys/fs.h"

#include "base/sys/fd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* How deep removal goes at a time: one descriptor is open per level. */
#define REMOVE_MAX_DEPTH 32

static void dir_close(DIR **d)
{
    if (*d) {
        closedir(*d);
    }
    *d = NULL;
}
#define AUTO_DIR AUTO(dir_close)

static bool is_dot(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

int fs_make_dirs(const char *path, mode_t mode, struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    char *part = arena_strdup(a, path);
    for (char *p = part; *p;) {
        p += strspn(p, "/");
        p += strcspn(p, "/");
        char after = *p;
        *p = '\0';
        if (mkdir(part, mode) < 0 && errno != EEXIST) {
            return err_errno(err, "cannot make the folder '%s'", part);
        }
        *p = after;
    }
    if (!fs_is_dir(path)) {
        errno = ENOTDIR;
        return err_errno(err, "cannot make the folder '%s'", path);
    }
    return 0;
}

/* Opens the folder `name` below parent; no part of it may be a link. */
static int open_below(int parent, const char *name, uint64_t resolve)
{
    int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    struct open_how how = {.flags = (unsigned)flags,
                           .resolve = resolve | RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH};
    long fd = syscall(SYS_openat2, parent, name, &how, sizeof(how));
    if (fd < 0 && errno == ENOSYS) {
        return openat(parent, name, flags);
    }
    return (int)fd;
}

/* Fails with EXDEV where something is mounted: a bind mount inside a tree must not cost what it
 * shows. */
static int open_for_removal(int parent, const char *name)
{
    int fd = open_below(parent, name, RESOLVE_NO_XDEV);
    if (fd < 0 && errno == EACCES && fchmodat(parent, name, 0700, AT_SYMLINK_NOFOLLOW) == 0) {
        fd = open_below(parent, name, RESOLVE_NO_XDEV);
    }
    if (fd >= 0) {
        (void)fchmod(fd, 0700); /* a folder of ours that its user made read-only */
    }
    return fd;
}

struct removal {
    const char *path; /* as the caller named it, for messages */
    int root;
    unsigned moved; /* folders moved up because they were too deep */
};

/* Below the depth limit a folder is moved up to the root of the tree, to be met there again. */
static int move_up(struct removal *r, int parent, const char *name, struct err *err)
{
    for (;;) {
        char moved[64];
        snprintf(moved, sizeof(moved), ".removing-%ld-%u", (long)getpid(), r->moved++);
        if (renameat2(parent, name, r->root, moved, RENAME_NOREPLACE) == 0) {
            return 0;
        }
        if (errno != EEXIST) {
            return err_errno(err, "cannot remove '%s' below '%s'", name, r->path);
        }
    }
}

static int remove_content(struct removal *r, int dir_fd, int depth, struct err *err);

static int remove_entry(struct removal *r, int parent, const char *name, int depth, struct err *err)
{
    if (unlinkat(parent, name, 0) == 0 || errno == ENOENT) {
        return 0;
    }
    if (errno != EISDIR && errno != EPERM) {
        return err_errno(err, "cannot remove '%s' below '%s'", name, r->path);
    }
    if (depth >= REMOVE_MAX_DEPTH) {
        return move_up(r, parent, name, err);
    }
    int fd = open_for_removal(parent, name);
    if (fd < 0 && errno == EXDEV) {
        return err_set(err, ERR_IO, "cannot remove '%s' below '%s': something is mounted there",
                       name, r->path);
    }
    if (fd < 0) {
        return err_errno(err, "cannot remove '%s' below '%s'", name, r->path);
    }
    int rc = remove_content(r, fd, depth + 1, err);
    fd_close(&fd);
    if (rc == 0 && unlinkat(parent, name, AT_REMOVEDIR) < 0 && errno != ENOENT) {
        return err_errno(err, "cannot remove '%s' below '%s'", name, r->path);
    }
    return rc;
}

/* Names come in while entries go, so a folder is read again until a whole pass finds nothing. */
static int remove_content(struct removal *r, int dir_fd, int depth, struct err *err)
{
    int own = fcntl(dir_fd, F_DUPFD_CLOEXEC, 3);
    AUTO_DIR DIR *dir = own < 0 ? NULL : fdopendir(own);
    if (!dir) {
        int saved = errno;
        fd_close(&own);
        errno = saved;
        return err_errno(err, "cannot read a folder below '%s'", r->path);
    }
    for (bool found = true; found;) {
        found = false;
        rewinddir(dir);
        for (struct dirent *e = readdir(dir); e; e = readdir(dir)) {
            if (is_dot(e->d_name)) {
                continue;
            }
            found = true;
            if (remove_entry(r, dir_fd, e->d_name, depth, err) < 0) {
                return -1;
            }
        }
    }
    return 0;
}

int fs_remove_tree(const char *path, struct err *err)
{
    struct stat st;
    if (lstat(path, &st) < 0) {
        return errno == ENOENT ? 0 : err_errno(err, "cannot remove '%s'", path);
    }
    if (!S_ISDIR(st.st_mode)) {
        return unlink(path) < 0 ? err_errno(err, "cannot remove '%s'", path) : 0;
    }
    AUTO_FD int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 && errno == EACCES && chmod(path, 0700) == 0) {
        fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    }
    if (fd < 0) {
        return err_errno(err, "cannot remove '%s'", path);
    }
    struct stat top;
    if (stat("/", &top) == 0 && top.st_dev == st.st_dev && top.st_ino == st.st_ino) {
        return err_set(err, ERR_INVALID, "refusing to remove '%s': it is the root folder", path);
    }
    (void)fchmod(fd, 0700);
    struct removal r = {.path = path, .root = fd};
    if (remove_content(&r, fd, 0, err) < 0) {
        return -1;
    }
    return rmdir(path) < 0 && errno != ENOENT ? err_errno(err, "cannot remove '%s'", path) : 0;
}

struct walk {
    struct arena *arena;
    const char *root;
    int root_fd;
    size_t max_entries;
    struct fs_entries found; /* also the queue: folders are entered in the order they were found */
};

/* Returns 1 when an entry was added, 0 when it vanished meanwhile. */
static int walk_add(struct walk *w, int dir_fd, const char *below, const char *name,
                    struct err *err)
{
    struct stat st;
    if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
        return errno == ENOENT ? 0
                               : err_errno(err, "cannot examine '%s' below '%s'", name, w->root);
    }
    if (w->found.count >= w->max_entries) {
        return err_set(err, ERR_LIMIT, "more than %zu files below '%s'", w->max_entries, w->root);
    }
    const char *target = NULL;
    if (S_ISLNK(st.st_mode)) {
        char text[PATH_MAX];
        ssize_t len = readlinkat(dir_fd, name, text, sizeof(text));
        if (len < 0) {
            return errno == ENOENT ? 0 : err_errno(err, "cannot read the link '%s'", name);
        }
        target = arena_strndup(w->arena, text, (size_t)len);
    }
    *VEC_PUSH(w->arena, &w->found) = (struct fs_entry){
        .path = fs_join(w->arena, below, name),
        .mode = st.st_mode,
        .size_bytes = st.st_size,
        .link_target = target,
    };
    return 1;
}

static int walk_dir(struct walk *w, const char *below, struct err *err)
{
    int fd = open_below(w->root_fd, below[0] ? below : ".", 0);
    if (fd < 0 && below[0] && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP)) {
        return 0; /* gone, or no longer a folder, since it was found */
    }
    AUTO_DIR DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir) {
        (void)err_errno(err, "cannot read the folder '%s' below '%s'", below, w->root);
        fd_close(&fd);
        return -1;
    }
    for (struct dirent *e = readdir(dir); e; e = readdir(dir)) {
        if (!is_dot(e->d_name) && walk_add(w, dirfd(dir), below, e->d_name, err) < 0) {
            return -1;
        }
    }
    return 0;
}

static int compare_entries(const void *a, const void *b)
{
    const struct fs_entry *left = a, *right = b;
    return strcmp(left->path, right->path);
}

int fs_walk(struct arena *a, const char *root, size_t max_entries, struct fs_entries *ret,
            struct err *err)
{
    AUTO_FD int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        bool missing = errno == ENOENT;
        (void)err_errno(err, "cannot read the folder '%s'", root);
        err->code = missing ? ERR_NOT_FOUND : err->code;
        return -1;
    }
    struct walk w = {.arena = a, .root = root, .root_fd = fd, .max_entries = max_entries};
    if (walk_dir(&w, "", err) < 0) {
        return -1;
    }
    for (size_t i = 0; i < w.found.count; i++) {
        struct fs_entry entry = w.found.items[i];
        if (S_ISDIR(entry.mode) && walk_dir(&w, entry.path, err) < 0) {
            return -1;
        }
    }
    if (w.found.count > 0) {
        qsort(w.found.items, w.found.count, sizeof(*w.found.items), compare_entries);
    }
    *ret = w.found;
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys/fs.h"

#include "base/core/xalloc.h"
#include "base/sys/env.h"
#include "base/sys/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_CHUNK_BYTES   ((size_t)64 * 1024)
#define TEMP_NAME_ATTEMPTS 16

static int fail_open(const char *path, struct err *err)
{
    int saved = errno;
    (void)err_errno(err, "cannot open '%s'", path);
    if (saved == ENOENT || saved == ENOTDIR) {
        err->code = ERR_NOT_FOUND;
    }
    return -1;
}

static int read_to_end(int fd, const char *path, size_t max_bytes, struct buf *out, struct err *err)
{
    for (;;) {
        size_t room = buf_reserve(out, READ_CHUNK_BYTES);
        ssize_t n = room > 0 ? read(fd, out->ptr + out->len, room) : 0;
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            bool directory = errno == EISDIR; /* the wrong name, not a broken disk */
            (void)err_errno(err, "cannot read '%s'", path);
            if (directory) {
                err->code = ERR_INVALID;
            }
            return -1;
        }
        out->len += (size_t)n;
        out->ptr[out->len] = '\0';
        if (out->len > max_bytes) {
            return err_set(err, ERR_LIMIT, "'%s' is larger than %zu bytes", path, max_bytes);
        }
        if (n == 0) {
            return 0;
        }
    }
}

int fs_read_file(const char *path, size_t max_bytes, struct buf *ret_content, struct err *err)
{
    if (max_bytes > SIZE_MAX / 2) {
        max_bytes = SIZE_MAX / 2;
    }
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        return fail_open(path, err);
    }
    AUTO_BUF struct buf content = {0};
    buf_init(&content, max_bytes + 1); /* one more, to see that there is more */
    if (read_to_end(fd, path, max_bytes, &content, err) < 0) {
        return -1;
    }
    buf_done(ret_content);
    *ret_content = content;
    content = (struct buf){0};
    return 0;
}

static int write_and_close(int *fd, const char *path, struct str content, struct err *err)
{
    if (fd_write_all(*fd, content, err) < 0) {
        int saved = err->sys_errno;
        fd_close(fd);
        errno = saved;
        return err_errno(err, "cannot write '%s'", path);
    }
    int rc = close(*fd);
    *fd = -1;
    return rc < 0 ? err_errno(err, "cannot write '%s'", path) : 0;
}

static int open_and_write(const char *path, struct str content, int flags, mode_t mode,
                          struct err *err)
{
    AUTO_FD int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | flags, mode);
    if (fd < 0) {
        return fail_open(path, err);
    }
    return write_and_close(&fd, path, content, err);
}

int fs_write_file(const char *path, struct str content, mode_t mode, struct err *err)
{
    return open_and_write(path, content, O_TRUNC, mode, err);
}

int fs_append_file(const char *path, struct str content, mode_t mode, struct err *err)
{
    return open_and_write(path, content, O_APPEND, mode, err);
}

/* Makes a new file in dir; *ret_path is on the heap. */
static int open_temp_in(const char *dir, char **ret_path, struct err *err)
{
    for (int attempt = 0; attempt < TEMP_NAME_ATTEMPTS; attempt++) {
        uint64_t random = 0;
        if (getrandom(&random, sizeof(random), 0) != (ssize_t)sizeof(random)) {
            (void)err_errno(err, "cannot get random bytes");
            return -1;
        }
        char *path = xasprintf("%s/.tmp-%016" PRIx64, dir, random);
        int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd >= 0) {
            *ret_path = path;
            return fd;
        }
        int saved = errno;
        free(path);
        errno = saved;
        if (saved != EEXIST) {
            break;
        }
    }
    (void)err_errno(err, "cannot make a file in '%s'", dir);
    return -1;
}

static int fill_temp(int *fd, const char *path, struct str content, mode_t mode, struct err *err)
{
    if (fchmod(*fd, mode) < 0) {
        return err_errno(err, "cannot set the permissions of '%s'", path);
    }
    if (fd_write_all(*fd, content, err) < 0) {
        return err_wrap(err, "writing '%s'", path);
    }
    if (fsync(*fd) < 0) {
        return err_errno(err, "cannot sync '%s'", path);
    }
    int rc = close(*fd);
    *fd = -1;
    return rc < 0 ? err_errno(err, "cannot write '%s'", path) : 0;
}

static int sync_dir(const char *dir, struct err *err)
{
    AUTO_FD int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    /* Some file systems cannot sync a folder and say EINVAL: nothing more can be done there. */
    if (fd < 0 || (fsync(fd) < 0 && errno != EINVAL)) {
        return err_errno(err, "cannot sync the folder '%s'", dir);
    }
    return 0;
}

int fs_write_file_atomic(const char *path, struct str content, mode_t mode, struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    const char *dir = fs_dirname(a, path);
    AUTO_FREE char *temp = NULL;
    AUTO_FD int fd = open_temp_in(dir, &temp, err);
    if (fd < 0) {
        return err_wrap(err, "writing '%s'", path);
    }
    if (fill_temp(&fd, path, content, mode, err) < 0) {
        (void)unlink(temp);
        return -1;
    }
    if (rename(temp, path) < 0) {
        (void)err_errno(err, "cannot replace '%s'", path);
        (void)unlink(temp);
        return -1;
    }
    return sync_dir(dir, err);
}

int fs_make_temp_dir(struct arena *a, const char *base, const char *prefix, const char **ret_path,
                     struct err *err)
{
    if (!base) {
        base = env_get("TMPDIR");
    }
    char *path = arena_printf(a, "%s/%sXXXXXX", base ? base : "/tmp", prefix);
    if (!mkdtemp(path)) {
        return err_errno(err, "cannot make a folder '%s'", path);
    }
    *ret_path = path;
    return 0;
}

bool fs_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

bool fs_is_dir(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool fs_is_executable(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

int fs_real_path(struct arena *a, const char *path, const char **ret_path, struct err *err)
{
    AUTO_FREE char *real = realpath(path, NULL);
    if (!real) {
        return fail_open(path, err);
    }
    *ret_path = arena_strdup(a, real);
    return 0;
}

const char *fs_join(struct arena *a, const char *dir, const char *name)
{
    size_t len = strlen(dir);
    if (name[0] == '/' || len == 0) {
        return arena_strdup(a, name);
    }
    return arena_printf(a, "%s%s%s", dir, dir[len - 1] == '/' ? "" : "/", name);
}

const char *fs_dirname(struct arena *a, const char *path)
{
    size_t len = strlen(path);
    while (len > 1 && path[len - 1] == '/') {
        len--;
    }
    while (len > 0 && path[len - 1] != '/') {
        len--;
    }
    if (len == 0) {
        return ".";
    }
    while (len > 1 && path[len - 1] == '/') {
        len--;
    }
    return arena_strndup(a, path, len);
}

const char *fs_basename(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SYS_FS_H
#define BASE_SYS_FS_H

/* Files and folders. Paths are NUL-terminated; relative ones are taken from the working directory.
 * Errors name the path. */

#include "base/core/arena.h"
#include "base/core/buf.h"
#include "base/core/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* ERR_NOT_FOUND when missing, ERR_LIMIT when larger. ret_content must be a valid buf; what it held
 * is freed. */
int fs_read_file(const char *path, size_t max_bytes, struct buf *ret_content,
                 struct err *err) NODISCARD;
/* Written to a temporary file beside it, synced, renamed; the folder is synced. Nothing is lost of
 * what stood there if any step fails. The mode is exact, whatever the umask; a link at `path` is
 * itself replaced. */
int fs_write_file_atomic(const char *path, struct str content, mode_t mode,
                         struct err *err) NODISCARD;
int fs_write_file(const char *path, struct str content, mode_t mode, struct err *err) NODISCARD;
int fs_append_file(const char *path, struct str content, mode_t mode, struct err *err) NODISCARD;
int fs_make_dirs(const char *path, mode_t mode, struct err *err) NODISCARD; /* as mkdir -p */
/* Never follows links nor enters mounts (an error then); ok if absent. */
int fs_remove_tree(const char *path, struct err *err) NODISCARD;
/* A new folder "<base>/<prefix>XXXXXX", mode 0700; base NULL = $TMPDIR or /tmp. */
int fs_make_temp_dir(struct arena *a, const char *base, const char *prefix, const char **ret_path,
                     struct err *err) NODISCARD;
bool fs_exists(const char *path);
bool fs_is_dir(const char *path);
bool fs_is_executable(const char *path);
/* Absolute and without links; fails when it does not exist. */
int fs_real_path(struct arena *a, const char *path, const char **ret_path,
                 struct err *err) NODISCARD;
const char *fs_join(struct arena *a, const char *dir, const char *name); /* name absolute wins */
const char *fs_dirname(struct arena *a, const char *path); /* "." when path has no folder */
const char *fs_basename(const char *path); /* what follows the last '/': borrowed from path */

struct fs_entry {
    const char *path; /* relative to the root walked, '/' between parts */
    mode_t mode;      /* type and permissions */
    int64_t size_bytes;
    const char *link_target; /* of a symbolic link, else NULL */
};
struct fs_entries {
    struct fs_entry *items;
    size_t count, capacity;
};
/* All below root, sorted by path, links not followed. ERR_LIMIT beyond max_entries. */
int fs_walk(struct arena *a, const char *root, size_t max_entries, struct fs_entries *ret,
            struct err *err) NODISCARD;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Files that have no name any more but are open: a token written to one is on the disk all the
 * same. */
#include "harness/run/watch_priv.h"

#include "base/core/str.h"
#include "base/sys/fd.h"
#include "base/sys/fs.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_FDS = 4096, MAX_FILES = 256, MAX_BYTES = 16 * 1024 * 1024 };

static bool is_kept(const struct watch *w, const struct stat *st)
{
    VEC_FOREACH(const struct deleted_file, f, &w->deleted) {
        if (f->device == st->st_dev && f->inode == st->st_ino && f->size == st->st_size &&
            f->changed_ns == st->st_mtim.tv_nsec && f->changed_s == st->st_mtim.tv_sec) {
            return true;
        }
    }
    return false;
}

static void file_keep(struct watch *w, const char *path, struct str name)
{
    AUTO_BUF struct buf content = {0};
    struct err ignored = {0};
    struct stat st;
    AUTO_FD int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    buf_init(&content, MAX_BYTES);
    if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size == 0 ||
        is_kept(w, &st) || w->deleted.count >= MAX_FILES || w->deleted_bytes >= MAX_BYTES ||
        fd_read_all(fd, &content, &ignored) < 0) {
        return; /* what cannot be read is the connector's to have closed */
    }
    w->deleted_bytes += (int64_t)content.len;
    *VEC_PUSH(w->arena, &w->deleted) = (struct deleted_file){
        .name = arena_strndup(w->arena, name.ptr, name.len),
        .content = str_n(arena_strndup(w->arena, content.ptr, content.len), content.len),
        .device = st.st_dev,
        .inode = st.st_ino,
        .size = st.st_size,
        .changed_s = st.st_mtim.tv_sec,
        .changed_ns = st.st_mtim.tv_nsec};
}

static void process_look(struct watch *w, struct arena *scratch, pid_t pid)
{
    static const struct str suffix = {" (deleted)", sizeof(" (deleted)") - 1};
    struct fs_entries entries = {0};
    struct err ignored = {0};
    const char *dir = arena_printf(scratch, "/proc/%ld/fd", (long)pid);
    if (fs_walk(scratch, dir, MAX_FDS, &entries, &ignored) < 0) {
        return; /* it has ended */
    }
    VEC_FOREACH(const struct fs_entry, e, &entries) {
        struct str target = str_of(e->link_target != NULL ? e->link_target : "");
        if (str_starts(target, STR("/")) && str_ends(target, suffix)) {
            file_keep(w, fs_join(scratch, dir, e->path),
                      str_slice(target, 0, target.len - suffix.len));
        }
    }
}

void watch_look_at_files(struct watch *w)
{
    AUTO_ARENA struct arena *scratch = arena_new();
    struct process_views views = {0};
    process_list_below(scratch, w->cell_pid != 0 ? w->cell_pid : getpid(), &views);
    watch_without_browser(&views, w->browser_pid);
    VEC_FOREACH(struct process_view, view, &views) {
        if (view->pid != w->mock_pid && view->pid != w->decoy_pid && view->pid != w->proxy_pid) {
            process_look(w, scratch, view->pid);
        }
    }
}

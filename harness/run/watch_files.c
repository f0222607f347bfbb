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

static void process_look(struct watch *w, struct arena *scratch, const char *process)
{
    static const struct str suffix = {" (deleted)", sizeof(" (deleted)") - 1};
    struct fs_entries entries = {0};
    struct err ignored = {0};
    const char *dir = fs_join(scratch, process, "fd");
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

/* Where the folders of the processes are that are to be looked at. A cell's own /proc shows nobody
 * but the init, the connector and the browser; the machine's may be long. */
static const char *views_make(const struct watch *w, struct arena *scratch,
                              struct process_views *ret)
{
    struct err ignored = {0};
    if (w->cell_pid != 0) {
        const char *proc = arena_printf(scratch, "/proc/%ld/root/proc", (long)w->cell_pid);
        if (process_list_shown(scratch, proc, ret, &ignored) == 0) {
            watch_without_browser(ret, w->browser_inner_pid);
            return proc;
        }
    }
    process_list_below(scratch, w->cell_pid != 0 ? w->cell_pid : getpid(), ret);
    watch_without_browser(ret, w->browser_pid);
    return "/proc";
}

void watch_look_at_files(struct watch *w)
{
    AUTO_ARENA struct arena *scratch = arena_new();
    struct process_views views = {0};
    const char *proc = views_make(w, scratch, &views);
    VEC_FOREACH(struct process_view, view, &views) {
        bool ours = w->cell_pid == 0 && (view->pid == w->mock_pid || view->pid == w->decoy_pid ||
                                         view->pid == w->proxy_pid);
        if (!ours) {
            process_look(w, scratch, arena_printf(scratch, "%s/%ld", proc, (long)view->pid));
        }
    }
}

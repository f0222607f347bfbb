/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/evidence/capture_priv.h"

#include "base/sys/fd.h"
#include "base/sys/fs.h"

#include <fcntl.h>
#include <sys/stat.h>

static const struct capture_planted *planted_find(const struct capture_planted_files *planted,
                                                  const char *path)
{
    if (planted == NULL) {
        return NULL;
    }
    VEC_FOREACH(struct capture_planted, p, planted) {
        if (strcmp(p->path, path) == 0) {
            return p;
        }
    }
    return NULL;
}

/* Reads what may be looked at of a file; an unreadable one (the connector may take its own right
 * away) reads as empty. */
static void content_read(struct capture *c, const char *path, struct buf *out)
{
    int64_t left = CAPTURE_FILES_BYTES - c->file_bytes;
    int64_t cap = left < CAPTURE_FILE_BYTES ? left : CAPTURE_FILE_BYTES;
    buf_init(out, cap > 0 ? (size_t)cap : 0);
    AUTO_FD int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 || cap <= 0) {
        return;
    }
    struct err err = {0};
    int more = 1;
    while (more > 0 && out->len < (size_t)cap && !out->truncated) {
        more = fd_read_available(fd, out, &err);
    }
    c->file_bytes += (int64_t)out->len;
}

static const char *label_path(struct capture *c, const char *label, const char *relative)
{
    const char *raw = arena_printf(c->arena, "%s/%s", label, relative);
    return capture_redact(c, str_of(raw));
}

static void file_capture(struct capture *c, const char *root, const char *label,
                         const struct fs_entry *entry, const struct capture_planted_files *planted)
{
    const char *path = label_path(c, label, entry->path);
    const char *place = arena_printf(c->arena, "file:%s", path);
    const struct capture_planted *origin = planted_find(planted, path);
    AUTO_BUF struct buf content = {0};
    capture_bytes(c, str_of(entry->path), place, "name", NULL, NULL);
    if (entry->link_target != NULL) {
        capture_bytes(c, str_of(entry->link_target), place, "link", NULL, NULL);
    } else if (S_ISREG(entry->mode)) {
        const char *mode = arena_printf(c->arena, "%04o%s", (unsigned)entry->mode & 07777U,
                                        origin != NULL ? " planted" : "");
        content_read(c, fs_join(c->arena, root, entry->path), &content);
        capture_bytes(c, buf_str(&content), place, mode, NULL, NULL);
    }
    *VEC_PUSH(c->arena, &c->files) = (struct file_record){
        .path = path,
        .mode = (unsigned)entry->mode & 07777U,
        .size_bytes = entry->size_bytes,
        .planted = origin != NULL,
        .changed = origin != NULL &&
                   (!S_ISREG(entry->mode) || !str_eq_z(buf_str(&content), origin->content))};
}

void capture_deleted_file(struct capture *c, const char *name, struct str content)
{
    const char *place = arena_printf(c->arena, "file:%s", capture_redact(c, str_of(name)));
    capture_bytes(c, str_of(name), place, "name", NULL, NULL);
    capture_bytes(c, content, place, "deleted, still open", NULL, NULL);
}

static bool is_listed(const struct capture *c, const char *path)
{
    VEC_FOREACH(struct file_record, f, &c->files) {
        if (strcmp(f->path, path) == 0) {
            return true;
        }
    }
    return false;
}

static void lost_capture(struct capture *c, const char *label,
                         const struct capture_planted_files *planted)
{
    if (planted == NULL) {
        return;
    }
    struct str prefix = str_of(arena_printf(c->arena, "%s/", label));
    VEC_FOREACH(struct capture_planted, p, planted) {
        if (str_starts(str_of(p->path), prefix) && !is_listed(c, p->path)) {
            *VEC_PUSH(c->arena, &c->files) =
                (struct file_record){.path = p->path, .planted = true, .changed = true};
        }
    }
}

int capture_folder(struct capture *c, const char *root, const char *label,
                   const struct capture_planted_files *planted, struct err *err)
{
    struct fs_entries entries = {0};
    if (fs_walk(c->arena, root, CAPTURE_FILE_COUNT, &entries, err) < 0) {
        return err_wrap(err, "listing what the connector left in %s", label);
    }
    VEC_FOREACH(struct fs_entry, entry, &entries) {
        if (!S_ISDIR(entry->mode)) {
            file_capture(c, root, label, entry, planted);
        }
    }
    lost_capture(c, label, planted);
    return 0;
}

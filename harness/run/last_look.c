/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/run/last_look_priv.h"

#include "base/core/arena.h"
#include "base/core/buf.h"
#include "base/json/json.h"
#include "base/secret/scan.h"
#include "base/sys/fd.h"
#include "base/sys/fs.h"

#include <sys/stat.h>

enum { MAX_FILES = 10000, MAX_FILE_BYTES = 512 * 1024 * 1024 };

static int file_look(const struct secret_scanner *scanner, struct arena *a, const char *path,
                     struct err *err)
{
    AUTO_BUF struct buf content = {0};
    struct secret_hits hits = {0};
    buf_init(&content, MAX_FILE_BYTES);
    if (fs_read_file(path, MAX_FILE_BYTES, &content, err) < 0) {
        return -1;
    }
    secret_scan(scanner, a, buf_str(&content), &hits);
    if (hits.count > 0) {
        return err_set(err, ERR_INTERNAL, "the evidence would hold %s (%s), in %s",
                       hits.items[0].canary->name, secret_encoding_name(hits.items[0].encoding),
                       fs_basename(path));
    }
    return 0;
}

int evidence_look(const struct secret_scanner *scanner, const char *dir, struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct fs_entries entries = {0};
    if (fs_walk(a, dir, MAX_FILES, &entries, err) < 0) {
        return -1;
    }
    VEC_FOREACH(struct fs_entry, e, &entries) {
        if (S_ISREG(e->mode) && file_look(scanner, a, fs_join(a, dir, e->path), err) < 0) {
            return -1;
        }
    }
    return 0;
}

int canaries_hand_over(const struct secret_set *canaries, int fd, struct err *err)
{
    AUTO_BUF struct buf lines = {0};
    for (size_t i = 0; i < secret_set_count(canaries); i++) {
        const struct canary *c = secret_set_at(canaries, i);
        AUTO_JSON struct json *line = json_object();
        json_set_string(line, "name", c->name);
        json_set_string(line, "kind", secret_kind_name(c->kind));
        json_set_string(line, "value", secret_reveal(c->value).ptr);
        json_write(&lines, line);
        buf_add_char(&lines, '\n');
    }
    int rc = fd_write_all(fd, buf_str(&lines), err);
    if (lines.ptr != NULL) {
        explicit_bzero(lines.ptr, lines.capacity);
    }
    return rc;
}

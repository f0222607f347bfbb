/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/app/manifest_copy.h"

#include "base/cli/term.h"
#include "base/core/str.h"
#include "base/crypto/digest.h"
#include "base/sys/fs.h"
#include "harness/app/placed.h"

enum { MAX_MANIFEST_BYTES = 4 * 1024 * 1024 };

static const char *copy_of(struct arena *a, const char *dir, const char *connector)
{
    return fs_join(a, fs_join(a, dir, MANIFEST_COPIES), arena_printf(a, "%s.yaml", connector));
}

const char *manifest_file_digest(struct arena *a, const char *path)
{
    AUTO_BUF struct buf content = {0};
    struct err ignored = {0};
    char digest[2 * SHA256_SIZE + 1] = "";
    if (fs_read_file(path, MAX_MANIFEST_BYTES, &content, &ignored) == 0) {
        sha256_hex(buf_str(&content), digest);
    }
    return arena_strdup(a, digest);
}

int manifest_copies_render(const char *dir, const struct manifest *const *manifests, size_t count,
                           struct placed *placed, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        const struct manifest *m = manifests[i];
        struct buf *out = placed_add(placed, copy_of(placed->arena, dir, m->name), PLACED_FILE);
        if (fs_read_file(m->path, MAX_MANIFEST_BYTES, out, err) < 0) {
            return err_wrap(err, "keeping the manifest of %s", m->name);
        }
    }
    return 0;
}

int manifest_of_run(struct arena *a, const char *dir, const struct run_connector *connector,
                    struct manifest **ret, struct err *err)
{
    const char *at = connector->manifest_at[0] ? connector->manifest_at : connector->manifest_path;
    const char *copy = copy_of(a, dir, connector->name);
    bool stands = fs_exists(at);
    if (!stands && !fs_exists(copy)) {
        err_at(err, at, 0, 0, "the manifest of %s is not there, and neither is its copy, %s",
               connector->name, copy);
        err_hint(err, "carry the whole output folder of a run, " MANIFEST_COPIES "/ included");
        return -1;
    }
    const char *path = stands ? at : copy;
    const char *digest = manifest_file_digest(a, path);
    if (!str_eq_z(str_of(digest), connector->manifest_digest)) {
        say_info("%s is not as it was in the run: judged by what it says now", path);
    } else if (!stands) {
        say_info("%s is not there any more: judged by its copy, %s", at, copy);
    }
    return manifest_load(a, path, ret, err);
}

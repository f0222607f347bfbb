/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_SEAL_MOUNTS_PRIV_H
#define HARNESS_SEAL_MOUNTS_PRIV_H

/* Shared by the files that arrange a cell's file system. Sources are opened while everything is
 * still in sight (mounts_sources_open), used after it is covered. */

#include "base/core/str.h"
#include "harness/seal/cell_priv.h"

struct mount_source {
    const char *target;   /* inside, links resolved */
    int fd;               /* O_PATH on what is shown there; -1 = content */
    bool is_dir, covered; /* covered: target lies in what the cell replaces by the box */
    bool missing;         /* the target does not exist */
};

struct mount_sources {
    struct mount_source *overlays, *binds, *hidden; /* as many as in the options */
};

struct mount_call {
    const char *source, *target, *type, *data;
    unsigned long flags;
};
/* mount(2), its refusal told as refusal_of does. */
int mount_do(const struct cell *cell, const struct mount_call *call, struct err *err) NODISCARD;
/* A bind of an open file or folder. */
int mount_bind_fd(const struct cell *cell, int fd, const char *target, struct err *err) NODISCARD;
/* Sets the flags of the one mount at target (MS_RDONLY, MS_NOSUID, ...), keeping stricter ones. */
int mount_reflag(const struct cell *cell, const char *target, unsigned long flags,
                 struct err *err) NODISCARD;
int mount_write_file(const char *path, struct str content, struct err *err) NODISCARD;

/* mount_sources.c */
int mounts_sources_open(struct cell *cell, struct mount_sources *ret, struct err *err) NODISCARD;
void mounts_sources_close(const struct cell *cell, struct mount_sources *sources);
/* Overlays and hidden paths outside the box; uses /tmp as a store that the box then covers. */
int mounts_overlays_place(struct cell *cell, struct mount_sources *sources,
                          struct err *err) NODISCARD;
/* What is left: overlays inside the box, and binds. */
int mounts_binds_place(struct cell *cell, struct mount_sources *sources, struct err *err) NODISCARD;
/* mount_dev.c: a /dev with the few devices every program may use. */
int mounts_dev_make(struct cell *cell, struct err *err) NODISCARD;

#endif

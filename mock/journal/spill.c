/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/journal/spill_priv.h"

#include "base/core/assert.h"
#include "base/core/xalloc.h"
#include "base/sys/env.h"
#include "base/sys/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* A volume is a file; dropping one gives its space back on every file system. */
enum { VOLUMES_MAX = 16 };

struct volume {
    int fd;
    int64_t number;
    size_t bytes;
};

struct block_list {
    struct spill_block *items;
    size_t count, capacity;
};

struct spill {
    size_t max_bytes, bytes;
    struct volume volumes[VOLUMES_MAX]; /* oldest first */
    size_t volume_count;
    int64_t volumes_made;
    struct block_list blocks, late; /* each by rising numbers */
    int64_t lost;
};

struct spill *spill_new(size_t max_bytes)
{
    struct spill *sp = xcalloc(1, sizeof(*sp));
    sp->max_bytes = max_bytes;
    return sp;
}

void spill_free(struct spill *sp)
{
    if (sp == NULL) {
        return;
    }
    for (size_t i = 0; i < sp->volume_count; i++) {
        fd_close(&sp->volumes[i].fd);
    }
    free(sp->blocks.items);
    free(sp->late.items);
    free(sp);
}

/* ---- frames ---- */

void spill_frame_add(struct buf *block, int64_t seq, struct str packed)
{
    struct spill_frame frame;
    memset(&frame, 0, sizeof(frame)); /* with its padding: it goes to a file */
    frame.seq = seq;
    frame.len = (uint32_t)packed.len;
    buf_add(block, &frame, sizeof(frame));
    buf_add_str(block, packed);
}

bool spill_frame_next(struct str *rest, int64_t *ret_seq, struct str *ret_packed)
{
    struct spill_frame frame;
    if (rest->len < sizeof(frame)) {
        return false;
    }
    memcpy(&frame, rest->ptr, sizeof(frame));
    ASSERT(frame.len <= rest->len - sizeof(frame));
    *ret_seq = frame.seq;
    *ret_packed = str_n(rest->ptr + sizeof(frame), frame.len);
    *rest = str_slice(*rest, sizeof(frame) + frame.len, rest->len);
    return true;
}

/* ---- blocks ---- */

static void block_insert(struct block_list *list, const struct spill_block *block)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity > 0 ? 2 * list->capacity : 16;
        list->items = xrealloc(list->items, list->capacity, sizeof(*list->items));
    }
    size_t at = list->count;
    while (at > 0 && list->items[at - 1].first_seq > block->first_seq) {
        at--;
    }
    memmove(&list->items[at + 1], &list->items[at], (list->count - at) * sizeof(*list->items));
    list->items[at] = *block;
    list->count++;
}

typedef bool block_test(const struct spill_block *block, uint64_t argument);

/* Returns how many records went with the blocks that the test chose. */
static int64_t blocks_remove(struct block_list *list, block_test *chosen, uint64_t argument)
{
    size_t kept = 0;
    int64_t records = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (chosen(&list->items[i], argument)) {
            records += list->items[i].count;
        } else {
            list->items[kept++] = list->items[i];
        }
    }
    list->count = kept;
    return records;
}

static bool is_in_volume(const struct spill_block *block, uint64_t number)
{
    return block->volume == (int64_t)number;
}

static bool is_of_generation(const struct spill_block *block, uint64_t generation)
{
    return block->generation == generation;
}

static void forget(struct spill *sp, block_test *chosen, uint64_t argument)
{
    sp->lost += blocks_remove(&sp->blocks, chosen, argument);
    sp->lost += blocks_remove(&sp->late, chosen, argument);
}

void spill_forget(struct spill *sp, uint64_t generation)
{
    forget(sp, is_of_generation, generation);
}

static const struct spill_block *find_after(const struct block_list *list, int64_t after)
{
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->items[middle].last_seq > after) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low < list->count ? &list->items[low] : NULL;
}

const struct spill_block *spill_find(const struct spill *sp, int64_t after)
{
    return find_after(&sp->blocks, after);
}

const struct spill_block *spill_find_late(const struct spill *sp, int64_t after)
{
    return find_after(&sp->late, after);
}

int64_t spill_lost(const struct spill *sp)
{
    return sp->lost;
}

size_t spill_bytes(const struct spill *sp)
{
    return sp->bytes;
}

/* ---- volumes ---- */

/* O_TMPFILE never has a name; where the file system lacks it, the name goes at once. */
static int file_without_name(struct err *err)
{
    const char *dir = env_get("TMPDIR");
    dir = dir != NULL ? dir : "/tmp";
    int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
        AUTO_FREE char *path = xasprintf("%s/assay-journal-XXXXXX", dir);
        fd = mkostemp(path, O_CLOEXEC);
        if (fd >= 0) {
            (void)unlink(path);
        }
    }
    return fd >= 0 ? fd : err_errno(err, "cannot make a file for the journal in '%s'", dir);
}

static void volume_drop_oldest(struct spill *sp)
{
    struct volume *oldest = &sp->volumes[0];
    forget(sp, is_in_volume, (uint64_t)oldest->number);
    sp->bytes -= oldest->bytes;
    fd_close(&oldest->fd);
    sp->volume_count--;
    memmove(oldest, oldest + 1, sp->volume_count * sizeof(*oldest));
}

static struct volume *volume_for(struct spill *sp, size_t len, struct err *err)
{
    struct volume *last = sp->volume_count > 0 ? &sp->volumes[sp->volume_count - 1] : NULL;
    if (last != NULL && last->bytes + len <= sp->max_bytes / VOLUMES_MAX) {
        return last;
    }
    int fd = file_without_name(err);
    if (fd < 0) {
        return NULL;
    }
    if (sp->volume_count == VOLUMES_MAX) {
        volume_drop_oldest(sp);
    }
    struct volume *made = &sp->volumes[sp->volume_count++];
    *made = (struct volume){.fd = fd, .number = ++sp->volumes_made};
    return made;
}

static int write_at(int fd, struct str bytes, size_t offset, struct err *err)
{
    while (bytes.len > 0) {
        ssize_t n = pwrite(fd, bytes.ptr, bytes.len, (off_t)offset);
        if (n < 0 && errno != EINTR) {
            return err_errno(err, "cannot write the journal's file");
        }
        size_t done = n > 0 ? (size_t)n : 0;
        bytes = str_slice(bytes, done, bytes.len);
        offset += done;
    }
    return 0;
}

int spill_add(struct spill *sp, struct spill_block *block, struct str frames, struct err *err)
{
    struct volume *v = volume_for(sp, frames.len, err);
    if (v == NULL || write_at(v->fd, frames, v->bytes, err) < 0) {
        return -1;
    }
    block->volume = v->number;
    block->offset = (int64_t)v->bytes;
    block->len = frames.len;
    v->bytes += frames.len;
    sp->bytes += frames.len;
    block_insert(block->late ? &sp->late : &sp->blocks, block);
    while (sp->bytes > sp->max_bytes && sp->volume_count > 1) {
        volume_drop_oldest(sp);
    }
    return 0;
}

static const struct volume *volume_of(const struct spill *sp, const struct spill_block *block)
{
    for (size_t i = 0; i < sp->volume_count; i++) {
        if (sp->volumes[i].number == block->volume) {
            return &sp->volumes[i];
        }
    }
    return NULL;
}

int spill_read(const struct spill *sp, const struct spill_block *block, struct buf *out,
               struct err *err)
{
    const struct volume *v = volume_of(sp, block);
    ASSERT(v != NULL); /* blocks go with their volume */
    buf_reset(out);
    ASSERT(buf_reserve(out, block->len) >= block->len);
    while (out->len < block->len) {
        ssize_t n = pread(v->fd, out->ptr + out->len, block->len - out->len,
                          (off_t)block->offset + (off_t)out->len);
        if (n == 0 || (n < 0 && errno != EINTR)) {
            return err_errno(err, "cannot read the journal's file");
        }
        out->len += n > 0 ? (size_t)n : 0;
    }
    return 0;
}

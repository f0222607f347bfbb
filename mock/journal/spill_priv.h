/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_JOURNAL_SPILL_PRIV_H
#define MOCK_JOURNAL_SPILL_PRIV_H

/* Packed records that left memory, in files without a name under $TMPDIR (or /tmp), mode 0600.
 *
 * They are written in blocks. The records of a block have one canary generation and rising numbers;
 * blocks follow each other in that order, except the late ones: a block of a single record that was
 * still open when those around it were written. The space is bounded: it is divided into volumes,
 * and the oldest volume goes as a whole.
 *
 * Ownership: the spill owns its files, which end with it (or with the process). Threads: one at a
 * time. */

#include "base/core/buf.h"
#include "base/core/err.h"

#include <stdbool.h>
#include <stdint.h>

/* Before each record in a block. */
struct spill_frame {
    int64_t seq;
    uint32_t len;
};

struct spill_block {
    int64_t first_seq, last_seq, count;
    uint64_t generation;
    int64_t volume; /* its number */
    int64_t offset;
    size_t len;
    bool late;
};

struct spill;

struct spill *spill_new(size_t max_bytes) NODISCARD;
void spill_free(struct spill *sp); /* accepts NULL */

void spill_frame_add(struct buf *block, int64_t seq, struct str packed);
/* Takes the next one off *rest; false at the end. */
bool spill_frame_next(struct str *rest, int64_t *ret_seq, struct str *ret_packed);

/* volume, offset and len of *block are filled in. On failure nothing was added. */
int spill_add(struct spill *sp, struct spill_block *block, struct str frames,
              struct err *err) NODISCARD;
/* Replaces what out holds. */
int spill_read(const struct spill *sp, const struct spill_block *block, struct buf *out,
               struct err *err) NODISCARD;

/* The first block, in order and not late, that has a number above `after`; NULL = none. */
const struct spill_block *spill_find(const struct spill *sp, int64_t after);
/* The same among the late ones. */
const struct spill_block *spill_find_late(const struct spill *sp, int64_t after);

int64_t spill_lost(const struct spill *sp); /* records that went with their volume, or below */
size_t spill_bytes(const struct spill *sp); /* on disk */
/* Forgets all records of that generation. */
void spill_forget(struct spill *sp, uint64_t generation);

#endif

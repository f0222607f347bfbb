/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_QUERY_COMPRESS_H
#define MOCK_QUERY_COMPRESS_H

/* Results as LZ4 frames (LZ4 Frame Format, magic 0x184D2204), what clients call LZ4_FRAME.
 * Pure. */

#include "base/core/attrs.h"
#include "base/core/buf.h"
#include "base/core/err.h"

/* Appends one frame with the bytes in it. Errors: ERR_LIMIT when they do not fit into out. */
int lz4_frame_write(struct buf *out, struct str bytes, struct err *err) NODISCARD;

#endif

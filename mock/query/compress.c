/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/query/compress.h"

#include <lz4frame.h>

int lz4_frame_write(struct buf *out, struct str bytes, struct err *err)
{
    LZ4F_preferences_t wishes = LZ4F_INIT_PREFERENCES;
    wishes.frameInfo.contentSize = bytes.len;
    /* The readers of databricks-jdbc and of Arrow for Java refuse blocks that need those before. */
    wishes.frameInfo.blockMode = LZ4F_blockIndependent;
    size_t bound = LZ4F_compressFrameBound(bytes.len, &wishes);
    if (buf_reserve(out, bound) < bound) {
        return err_set(err, ERR_LIMIT, "a frame of %zu bytes is too large", bytes.len);
    }
    size_t made = LZ4F_compressFrame(out->ptr + out->len, bound, bytes.ptr, bytes.len, &wishes);
    if (LZ4F_isError(made)) {
        return err_set(err, ERR_INTERNAL, "LZ4: %s", LZ4F_getErrorName(made));
    }
    out->len += made;
    out->ptr[out->len] = '\0';
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/assert.h"
#include "base/core/buf.h"
#include "mock/http/basic.h"

#include <stdint.h>

/* An Authorization header, as raw bytes. Halves lie within what was decoded, the first has no
 * colon, and decoding makes none longer. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf text = {0};
    struct basic_pair pair;
    buf_add(&text, (const char *)data, size);
    struct str header = buf_str(&text);
    ASSERT(basic_scheme(header).len <= size);
    if (basic_read(a, header, &pair)) {
        ASSERT(pair.id.len + pair.secret.len < size);
        ASSERT(str_find(pair.id, STR(":"), 0) < 0);
        struct str id = basic_half(a, pair.id), secret = basic_half(a, pair.secret);
        ASSERT(id.len <= pair.id.len && secret.len <= pair.secret.len);
        ASSERT(id.ptr[id.len] == '\0' && secret.ptr[secret.len] == '\0');
    }
    return 0;
}

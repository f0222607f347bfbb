/* SPDX-License-Identifier: Apache-2.0 */
/* A host is printable and in lower case, a port is one; what follows the head changes nothing. */
#include "base/core/assert.h"
#include "base/core/buf.h"
#include "harness/seal/connect_request.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct connect_request r = {0}, again = {0};
    enum connect_found found = connect_read(str_n((const char *)data, size), &r);
    if (found == CONNECT_MORE || found == CONNECT_BAD) {
        ASSERT(r.port == 0 && r.head_len == 0 && r.host[0] == '\0');
    } else {
        ASSERT(r.port >= 1 && r.port <= 65535 && r.head_len <= size && r.host[0] != '\0');
        ASSERT(strlen(r.host) < sizeof(r.host));
        for (const char *p = r.host; *p != '\0'; p++) {
            ASSERT(*p > ' ' && *p <= '~' && !isupper((unsigned char)*p));
        }
    }
    if (found != CONNECT_MORE) {
        AUTO_BUF struct buf longer = {0};
        buf_add(&longer, data, size);
        buf_add_z(&longer, "more");
        ASSERT(connect_read(buf_str(&longer), &again) == found);
        ASSERT(memcmp(&r, &again, sizeof(r)) == 0);
    }
    return 0;
}

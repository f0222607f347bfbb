/* SPDX-License-Identifier: Apache-2.0 */
/* A server name is printable or absent; once the bytes suffice, more of them change nothing. */
#include "base/core/assert.h"
#include "base/core/buf.h"
#include "harness/seal/server_name.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char name[SERVER_NAME_SIZE], longer_name[SERVER_NAME_SIZE];
    bool is_tls, longer_is_tls;
    enum server_name_found found = server_name_read(str_n((const char *)data, size), name, &is_tls);
    ASSERT(strlen(name) < sizeof(name));
    for (const char *p = name; *p; p++) {
        ASSERT(*p > ' ' && *p <= '~');
    }
    ASSERT(found != SERVER_NAME_TLS || (is_tls && name[0]));
    ASSERT(found != SERVER_NAME_HTTP || (!is_tls && name[0]));
    ASSERT(found != SERVER_NAME_NONE || !name[0]);
    if (found == SERVER_NAME_TLS || found == SERVER_NAME_HTTP) {
        AUTO_BUF struct buf longer = {0};
        buf_add(&longer, data, size);
        buf_add_z(&longer, "more");
        ASSERT(server_name_read(buf_str(&longer), longer_name, &longer_is_tls) == found);
        ASSERT(strcmp(name, longer_name) == 0);
    }
    return 0;
}

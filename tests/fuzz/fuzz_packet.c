/* SPDX-License-Identifier: Apache-2.0 */
/* A packet that is read has an address, a port and a payload that lies within it. */
#include "base/core/assert.h"
#include "harness/seal/packet.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct packet p;
    unsigned char address[16];
    if (!packet_read(str_n((const char *)data, size), &p)) {
        return 0;
    }
    ASSERT(inet_pton(strchr(p.address, ':') ? AF_INET6 : AF_INET, p.address, address) == 1);
    ASSERT(p.port >= 0 && p.port <= 65535);
    ASSERT(!p.is_tcp || p.payload.len == 0);
    ASSERT(p.payload.len == 0 || (p.payload.ptr >= (const char *)data &&
                                  p.payload.ptr + p.payload.len == (const char *)data + size));
    return 0;
}

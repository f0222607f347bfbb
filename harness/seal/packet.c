/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/seal/packet.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#define IPV4_MIN_HEADER 20
#define IPV6_HEADER     40
#define UDP_HEADER      8

static unsigned byte_at(struct str s, size_t at)
{
    return (unsigned char)s.ptr[at];
}

static bool transport_read(struct str segment, unsigned protocol, struct packet *ret)
{
    if ((protocol != IPPROTO_TCP && protocol != IPPROTO_UDP) || segment.len < UDP_HEADER) {
        return false;
    }
    ret->is_tcp = protocol == IPPROTO_TCP;
    ret->port = (int)(byte_at(segment, 2) << 8 | byte_at(segment, 3));
    ret->payload = ret->is_tcp ? str_n(NULL, 0) : str_slice(segment, UDP_HEADER, segment.len);
    return true;
}

static bool ipv4_read(struct str bytes, struct packet *ret)
{
    size_t header = (byte_at(bytes, 0) & 15U) * 4U;
    if (bytes.len < IPV4_MIN_HEADER || header < IPV4_MIN_HEADER || bytes.len < header) {
        return false;
    }
    bool later_fragment = ((byte_at(bytes, 6) & 31U) << 8 | byte_at(bytes, 7)) != 0;
    if (later_fragment || !inet_ntop(AF_INET, bytes.ptr + 16, ret->address, sizeof(ret->address))) {
        return false;
    }
    return transport_read(str_slice(bytes, header, bytes.len), byte_at(bytes, 9), ret);
}

static bool ipv6_read(struct str bytes, struct packet *ret)
{
    if (bytes.len < IPV6_HEADER ||
        !inet_ntop(AF_INET6, bytes.ptr + 24, ret->address, sizeof(ret->address))) {
        return false;
    }
    return transport_read(str_slice(bytes, IPV6_HEADER, bytes.len), byte_at(bytes, 6), ret);
}

bool packet_read(struct str bytes, struct packet *ret)
{
    struct packet p = {.port = 0};
    unsigned version = bytes.len > 0 ? byte_at(bytes, 0) >> 4 : 0;
    bool ok = (version == 4 && ipv4_read(bytes, &p)) || (version == 6 && ipv6_read(bytes, &p));
    if (ok) {
        *ret = p;
    }
    return ok;
}

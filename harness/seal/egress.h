/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_SEAL_EGRESS_H
#define HARNESS_SEAL_EGRESS_H

/* What wanted to leave a sealed world: a name looked up that is not ours, a connection or a
 * datagram to an address that is not loopback. Plain data, no pointers: it crosses processes as it
 * is. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum egress_transport {
    EGRESS_DNS, /* the name was looked up, for the first time; port 0 */
    EGRESS_TCP,
    EGRESS_UDP
};

#define EGRESS_NAME_SIZE  256
#define EGRESS_FIRST_SIZE 1024

struct egress_record {
    enum egress_transport transport;
    int port;
    int64_t at_ms;               /* monotonic_ms() of the harness */
    char name[EGRESS_NAME_SIZE]; /* what the address was given out for; "" = an address by itself */
    char address[46];
    bool is_tls;
    char server_name[EGRESS_NAME_SIZE];  /* TLS SNI or HTTP Host; "" = none was said */
    uint32_t first_count;                /* how much of first_bytes is used */
    char first_bytes[EGRESS_FIRST_SIZE]; /* as sent: may hold a secret */
};

struct egress_records {
    struct egress_record *items;
    size_t count, capacity;
};

#endif

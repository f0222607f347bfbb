/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_SEAL_PACKET_H
#define HARNESS_SEAL_PACKET_H

/* An IP packet as the tap of a cell sees it: where it wants to go and, of UDP, what it carries
 * (RFC 791, 8200, 768, 9293). Pure. */

#include "base/core/str.h"

#include <stdbool.h>

struct packet {
    bool is_tcp; /* else UDP */
    char address[46];
    int port;
    struct str payload; /* of UDP; borrowed from the packet, which may have been cut off */
};

/* False for what is neither TCP nor UDP over IPv4 or IPv6, is a later fragment or is damaged. */
bool packet_read(struct str bytes, struct packet *ret);

#endif

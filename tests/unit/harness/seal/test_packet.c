/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/seal/packet.h"

#include "base/core/attrs.h"

#include <criterion/criterion.h>

#define V4_TO(proto) \
    "\x45\x00\x00\x20\x00\x00\x40\x00\x40" proto "\x00\x00\x0a\x00\x00\x01\x08\x08\x08\x08"
#define V6_TO(proto)                                                   \
    "\x60\x00\x00\x00\x00\x0c" proto "\x40"                            \
    "\xfd\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01" \
    "\x20\x01\x48\x60\x48\x60\x00\x00\x00\x00\x00\x00\x00\x00\x88\x88"
#define UDP_53 "\x9c\x40\x00\x35\x00\x0b\x00\x00"
#define TCP_25 "\x9c\x40\x00\x19\x00\x00\x00\x01\x00\x00\x00\x00\x50\x02\x00\x00\x00\x00\x00\x00"

Test(packet, destination_and_payload_are_read)
{
    const struct {
        struct str bytes;
        bool is_tcp;
        const char *address;
        int port;
        const char *payload;
    } rows[] = {
        {STR(V4_TO("\x11") UDP_53 "abc"), false, "8.8.8.8", 53, "abc"},
        {STR(V4_TO("\x06") TCP_25), true, "8.8.8.8", 25, ""},
        {STR(V6_TO("\x11") UDP_53 "abc"), false, "2001:4860:4860::8888", 53, "abc"},
        {STR(V6_TO("\x06") TCP_25), true, "2001:4860:4860::8888", 25, ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct packet p = {.port = -1};
        cr_assert(packet_read(rows[i].bytes, &p), "row %zu", i);
        cr_expect_eq(p.is_tcp, rows[i].is_tcp, "row %zu", i);
        cr_expect_str_eq(p.address, rows[i].address);
        cr_expect_eq(p.port, rows[i].port);
        cr_expect(str_eq_z(p.payload, rows[i].payload));
    }
}

Test(packet, what_is_no_whole_packet_is_refused)
{
    const struct {
        const char *why;
        struct str bytes;
    } rows[] = {
        {"nothing", {NULL, 0}},
        {"another version", STR("\x55\x00\x00\x20\x00\x00\x40\x00\x40\x11")},
        {"a header that is cut off", STR("\x45\x00\x00\x20\x00\x00\x40\x00\x40\x11")},
        {"a header longer than the packet", STR("\x4f" V4_TO("\x11"))},
        {"a header shorter than possible", STR("\x44\x00\x00\x20\x00\x00\x40\x00\x40\x11\x00\x00"
                                               "\x0a\x00\x00\x01\x08\x08\x08\x08" UDP_53)},
        {"no transport header", STR(V4_TO("\x11") "\x9c\x40")},
        {"ICMP", STR(V4_TO("\x01") UDP_53)},
        {"a later fragment", STR("\x45\x00\x00\x20\x00\x00\x00\x10\x40\x11\x00\x00\x0a\x00\x00\x01"
                                 "\x08\x08\x08\x08" UDP_53)},
        {"IPv6 cut off", STR("\x60\x00\x00\x00\x00\x0c\x11\x40\xfd")},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct packet p = {.port = -1};
        cr_expect(!packet_read(rows[i].bytes, &p), "%s", rows[i].why);
        cr_expect_eq(p.port, -1, "%s: the result was touched", rows[i].why);
    }
}

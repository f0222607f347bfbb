/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/browser/listeners.h"

#include <criterion/criterion.h>

static const char table[] =
    "  sl  local_address rem_address   st tx_queue rx_queue\n"
    "   0: 0100007F:1F54 00000000:0000 0A 00000000:00000000 00:00000000 00000000\n"
    "   1: 00000000:1F54 00000000:0000 0A 00000000:00000000 00:00000000 00000000\n"
    "   2: 0100007F:1F54 0100007F:9C40 01 00000000:00000000 00:00000000 00000000\n"
    "   3: 00000000000000000000000001000000:1F54 00000000000000000000000000000000:0000 0A 0\n"
    "   4: 0100007F:1F55 00000000:0000 0A 00000000:00000000 00:00000000 00000000\n"
    "   5: rubbish\n"
    "   6: 0000000000000000FFFF00000200007F:1F54 00000000000000000000000000000000:0000 0A 0\n";

Test(listeners, only_those_that_listen_on_the_port_are_named)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct str_list found = {0};
    listeners_read(a, str_of(table), 8020, &found);
    cr_assert_eq(found.count, 4);
    cr_expect_str_eq(found.items[0], "127.0.0.1");
    cr_expect_str_eq(found.items[1], "0.0.0.0");
    cr_expect_str_eq(found.items[2], "::1");
    cr_expect_str_eq(found.items[3], "127.0.0.2"); /* for both families, and IPv4 all the same */
}

Test(listeners, nobody_listens_on_a_port_that_is_not_there)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct str_list found = {0};
    listeners_read(a, str_of(table), 1, &found);
    cr_assert_eq(found.count, 0);
}

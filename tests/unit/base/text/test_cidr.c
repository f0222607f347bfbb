/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text/cidr.h"

#include <criterion/criterion.h>

static const struct {
    const char *range, *address;
    bool inside;
} pairs[] = {
    {"192.0.2.7", "192.0.2.7", true},
    {"192.0.2.7", "192.0.2.8", false},
    {"192.0.2.0/24", "192.0.2.255", true},
    {"192.0.2.0/24", "192.0.3.0", false},
    {"10.0.0.0/9", "10.127.0.1", true},
    {"10.0.0.0/9", "10.128.0.1", false},
    {"0.0.0.0/0", "203.0.113.9", true},
    {"192.0.2.7/32", "192.0.2.6", false},
    {"127.0.0.0/8", "::ffff:127.0.0.1", true},
    {"2001:db8::/33", "2001:db8:7fff::1", true},
    {"2001:db8::/33", "2001:db8:8000::1", false},
    {"::/0", "192.0.2.7", false},
    {"192.0.2.0/24", "", false},
    {"192.0.2.0/24", "nowhere", false},
};

Test(cidr, an_address_is_in_its_ranges_only)
{
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        cr_expect_eq(cidr_contains(str_of(pairs[i].range), str_of(pairs[i].address)),
                     pairs[i].inside, "%s in %s", pairs[i].address, pairs[i].range);
    }
}

Test(cidr, what_is_no_range_is_told)
{
    static const char *const bad[] = {"",          "/8",          "10.0.0.0/33",
                                      "10.0.0.0/", "10.0.0/8",    "10.0.0.0/8/8",
                                      "::/129",    "10.0.0.0/-1", "example.com"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        cr_expect_not(cidr_is_valid(str_of(bad[i])), "%s", bad[i]);
        cr_expect_not(cidr_contains(str_of(bad[i]), STR("10.0.0.1")), "%s", bad[i]);
    }
    cr_expect(cidr_is_valid(STR("10.0.0.0/8")));
    cr_expect(cidr_is_valid(STR("2001:db8::1")));
    cr_expect_not(cidr_is_valid(str_n("10.0.0.1\0", 9)));
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text/utf8.h"

#include "base/core/attrs.h"

#include <criterion/criterion.h>

Test(utf8, every_code_point_goes_both_ways)
{
    for (uint32_t cp = 0; cp <= 0x10ffff; cp++) {
        AUTO_BUF struct buf b = {0};
        uint32_t back = 0;
        if (cp >= 0xd800 && cp <= 0xdfff) {
            continue;
        }
        utf8_encode(&b, cp);
        cr_assert_eq(utf8_decode(buf_str(&b), &back), b.len);
        cr_assert_eq(back, cp);
    }
}

Test(utf8, what_is_no_code_point_is_encoded_as_replacement)
{
    static const uint32_t bad[] = {0xd800, 0xdfff, 0x110000, 0xffffffff};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        AUTO_BUF struct buf b = {0};
        utf8_encode(&b, bad[i]);
        cr_assert_str_eq(buf_z(&b), "\xef\xbf\xbd");
    }
}

/* The edges of each row of the table in RFC 3629 section 4. */
static const struct {
    const char *text;
    size_t bad; /* offset of the first bad byte; 99 when valid */
} cases[] = {
    {"", 99},
    {"plain", 99},
    {"\x7f", 99},
    {"\xc2\x80", 99},
    {"\xdf\xbf", 99},
    {"\xe0\xa0\x80", 99},
    {"\xed\x9f\xbf", 99},
    {"\xee\x80\x80", 99},
    {"\xef\xbf\xbf", 99},
    {"\xf0\x90\x80\x80", 99},
    {"\xf4\x8f\xbf\xbf", 99},
    {"\x80", 0},             /* a continuation alone */
    {"a\xbf", 1},            /* */
    {"\xc0\x80", 0},         /* overlong */
    {"\xc1\xbf", 0},         /* overlong */
    {"\xe0\x80\x80", 0},     /* overlong */
    {"\xe0\x9f\xbf", 0},     /* overlong */
    {"\xf0\x80\x80\x80", 0}, /* overlong */
    {"\xf0\x8f\xbf\xbf", 0}, /* overlong */
    {"\xed\xa0\x80", 0},     /* a surrogate */
    {"\xed\xbf\xbf", 0},     /* a surrogate */
    {"\xf4\x90\x80\x80", 0}, /* above U+10FFFF */
    {"\xf5\x80\x80\x80", 0}, /* above U+10FFFF */
    {"\xff", 0},
    {"\xfe", 0},
    {"ab\xc3", 2},               /* cut off */
    {"ab\xe2\x82", 2},           /* cut off */
    {"ab\xf0\x9f\x98", 2},       /* cut off */
    {"\xe2\x82 ", 0},            /* a space where a continuation belongs */
    {"\xc3\xa9\xc3\xa9\xc3", 4}, /* cut off behind two good ones */
};

Test(utf8, edges_of_validity)
{
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        size_t bad = 99;
        bool valid = utf8_is_valid(str_of(cases[i].text), &bad);
        cr_expect_eq(valid, cases[i].bad == 99, "case %zu", i);
        cr_expect_eq(bad, cases[i].bad, "case %zu", i);
        cr_expect_eq(utf8_is_valid(str_of(cases[i].text), NULL), valid);
    }
}

Test(utf8, repairing_replaces_each_bad_byte)
{
    static const struct {
        const char *from, *to;
    } repairs[] = {
        {"", ""},
        {"ok \xc3\xa9", "ok \xc3\xa9"},
        {"\xff", "\xef\xbf\xbd"},
        {"a\xe2\x82z", "a\xef\xbf\xbd\xef\xbf\xbdz"},
        {"\xc3\xa9\x80\xc3\xa9", "\xc3\xa9\xef\xbf\xbd\xc3\xa9"},
    };
    for (size_t i = 0; i < ARRAY_LEN(repairs); i++) {
        AUTO_BUF struct buf b = {0};
        utf8_repair(&b, str_of(repairs[i].from));
        cr_expect_str_eq(buf_z(&b), repairs[i].to);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text/number.h"

#include "base/core/attrs.h"

#include <criterion/criterion.h>

#include <string.h>

Test(number, whole_numbers)
{
    static const struct {
        const char *text;
        int64_t value;
    } good[] = {{"0", 0},
                {"-0", 0},
                {"007", 7},
                {"-12", -12},
                {"9223372036854775807", INT64_MAX},
                {"-9223372036854775808", INT64_MIN}};
    static const char *const bad[] = {
        "", "-", "+1", " 1", "1 ", "1.0", "0x1", "1e3", "--1", "9223372036854775808", "12a"};
    struct err err = {0};
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        int64_t value = 99;
        cr_expect_eq(parse_int64(str_of(good[i].text), INT64_MIN, INT64_MAX, &value, &err), 0);
        cr_expect_eq(value, good[i].value, "%s", good[i].text);
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        int64_t value = 99;
        cr_expect_eq(parse_int64(str_of(bad[i]), INT64_MIN, INT64_MAX, &value, &err), -1, "%s",
                     bad[i]);
        cr_expect_eq(value, 99);
    }
}

Test(number, bounds_are_inclusive_and_named)
{
    struct err err = {0};
    int64_t value = 0;
    cr_assert_eq(parse_int64(STR("1"), 1, 3, &value, &err), 0);
    cr_assert_eq(parse_int64(STR("3"), 1, 3, &value, &err), 0);
    cr_assert_eq(parse_int64(STR("4"), 1, 3, &value, &err), -1);
    cr_assert_str_eq(err.msg, "4 is not between 1 and 3");
    cr_assert_eq(parse_int64(STR("0"), 1, 3, &value, &err), -1);
    cr_assert_eq(value, 3);
}

Test(number, durations)
{
    static const struct {
        const char *text;
        int64_t ms;
    } good[] = {{"0s", 0},       {"250ms", 250},    {"30s", 30000},     {"10m", 600000},
                {"1h", 3600000}, {"7d", 604800000}, {"1h30m", 5400000}, {"1d2h3m4s5ms", 93784005},
                {"2.5s", 2500},  {"0.001s", 1},     {"1.5h", 5400000}};
    static const char *const bad[] = {"",
                                      "30",
                                      "s",
                                      "-1s",
                                      "1 s",
                                      "1S",
                                      "30sec",
                                      "1m1h",
                                      "1s1s",
                                      "1.5",
                                      "1.s",
                                      ".5s",
                                      "0.5ms",
                                      "1.2345s",
                                      "1h 30m",
                                      "99999999999999999999s",
                                      "9223372036854775807d",
                                      "1,5s"};
    struct err err = {0};
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        int64_t ms = -1;
        cr_expect_eq(parse_duration_ms(str_of(good[i].text), &ms, &err), 0, "%s", good[i].text);
        cr_expect_eq(ms, good[i].ms, "%s", good[i].text);
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        int64_t ms = -7;
        cr_expect_eq(parse_duration_ms(str_of(bad[i]), &ms, &err), -1, "%s", bad[i]);
        cr_expect_eq(ms, -7);
        cr_expect(strstr(err.hint, "30s") != NULL);
    }
}

Test(number, durations_are_written_the_way_they_are_read)
{
    static const struct {
        int64_t ms;
        const char *text;
    } cases[] = {{0, "0s"},          {1, "1ms"},        {250, "250ms"},    {1000, "1s"},
                 {2500, "2.5s"},     {2050, "2.05s"},   {1001, "1.001s"},  {60000, "1m"},
                 {5400000, "1h30m"}, {61500, "1m1.5s"}, {604800000, "7d"}, {-2500, "-2.5s"},
                 {-5, "-5ms"},       {10000, "10s"},    {100000, "1m40s"}};
    struct err err = {0};
    char out[32];
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int64_t back = -1;
        cr_expect_str_eq(format_duration_ms(cases[i].ms, out, sizeof(out)), cases[i].text);
        if (cases[i].ms >= 0) {
            cr_expect_eq(parse_duration_ms(str_of(out), &back, &err), 0);
            cr_expect_eq(back, cases[i].ms);
        }
    }
    cr_expect_str_eq(format_duration_ms(INT64_MIN, out, sizeof(out)), "-106751991167d7h12m55.808s");
}

Test(number, sizes)
{
    static const struct {
        const char *text;
        int64_t bytes;
    } good[] = {{"0", 0}, {"512", 512}, {"16KiB", 16384}, {"4MiB", 4194304}, {"1GiB", 1073741824}};
    static const char *const bad[] = {"",      "KiB", "1KB",    "1kib",
                                      "1 KiB", "-1",  "1.5MiB", "9223372036854775807KiB"};
    struct err err = {0};
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        int64_t bytes = -1;
        cr_expect_eq(parse_size_bytes(str_of(good[i].text), &bytes, &err), 0);
        cr_expect_eq(bytes, good[i].bytes);
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        int64_t bytes = -1;
        cr_expect_eq(parse_size_bytes(str_of(bad[i]), &bytes, &err), -1, "%s", bad[i]);
        cr_expect_eq(bytes, -1);
    }
}

Test(number, doubles_are_written_short_and_read_back_the_same)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = {{0, "0"},
                 {-1, "-1"},
                 {10, "10"},
                 {1795276800, "1795276800"},
                 {0.1, "0.1"},
                 {1e21, "1e+21"},
                 {9007199254740991.0, "9007199254740991"},
                 {-9007199254740991.0, "-9007199254740991"},
                 {1.0 / 3, "0.3333333333333333"},
                 {1.7976931348623157e308, "1.7976931348623157e+308"},
                 {5e-324, "4.94065645841247e-324"}};
    struct err err = {0};
    char out[32];
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        double back = 0;
        cr_expect_str_eq(format_double(cases[i].value, out, sizeof(out)), cases[i].text);
        cr_expect_eq(parse_double(str_of(out), &back, &err), 0);
        cr_expect(back <= cases[i].value && back >= cases[i].value, "%s", out);
    }
}

Test(number, only_json_numbers_are_doubles)
{
    static const char *const bad[] = {"",   "-",   "+1",   "01",  "1.",  ".5",
                                      "1e", "1e+", "0x10", "inf", "nan", "1e400",
                                      " 1", "1 ",  "-01",  "1_0", "1.e5"};
    struct err err = {0};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        double value = 7;
        cr_expect_eq(parse_double(str_of(bad[i]), &value, &err), -1, "%s", bad[i]);
        cr_expect(value > 6 && value < 8);
    }
}

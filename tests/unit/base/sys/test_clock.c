/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys/clock.h"

#include "base/core/attrs.h"

#include <criterion/criterion.h>

#include <time.h>

Test(clock, advancing_moves_wall_and_monotonic_time_together)
{
    struct clock c;
    clock_init(&c);
    cr_assert(clock_offset_ms(&c) == 0);
    int64_t wall = clock_wall_ms(&c);
    int64_t mono = clock_monotonic_ns(&c);
    clock_advance_ms(&c, 3600 * 1000);
    clock_advance_ms(&c, 500);
    int64_t wall_moved = clock_wall_ms(&c) - wall;
    int64_t mono_moved = (clock_monotonic_ns(&c) - mono) / 1000000;
    cr_assert(clock_offset_ms(&c) == 3600500);
    cr_assert(wall_moved >= 3600500);
    cr_assert(wall_moved < 3600500 + 5000);
    cr_assert(mono_moved >= 3600500);
    cr_assert(mono_moved < 3600500 + 5000);
    int64_t before = clock_wall_ms(&c) / 1000;
    int64_t seconds = clock_wall_s(&c);
    cr_assert(seconds >= before && seconds <= clock_wall_ms(&c) / 1000);
}

Test(clock, held_it_stands_still_and_goes_on_from_there)
{
    struct clock c;
    clock_init(&c);
    clock_advance_ms(&c, 1000);
    clock_hold(&c, true);
    clock_hold(&c, true);
    cr_assert(clock_is_held(&c));
    int64_t wall = clock_wall_ms(&c), mono = clock_monotonic_ns(&c);
    sleep_ms(20);
    cr_assert(clock_wall_ms(&c) == wall && clock_monotonic_ns(&c) == mono);
    cr_assert(clock_offset_ms(&c) <= 1000 - 19);
    clock_advance_ms(&c, 500);
    cr_assert(clock_wall_ms(&c) == wall + 500);
    cr_assert(clock_monotonic_ns(&c) == mono + 500 * INT64_C(1000000));
    clock_hold(&c, false);
    cr_assert(!clock_is_held(&c));
    int64_t later = clock_wall_ms(&c);
    cr_assert(later >= wall + 499 && later < wall + 500 + 5000);
    sleep_ms(5);
    cr_assert(clock_wall_ms(&c) > later && clock_monotonic_ns(&c) > mono);
}

Test(clock, without_an_offset_it_is_the_machines_clock)
{
    struct clock c;
    clock_init(&c);
    int64_t before = wall_ms();
    int64_t now = clock_wall_ms(&c);
    cr_assert(now >= before);
    cr_assert(now <= wall_ms());
    cr_assert(now > INT64_C(1600000000000));
}

Test(clock, sleeping_takes_at_least_as_long_as_asked)
{
    int64_t before = monotonic_ms();
    sleep_ms(15);
    cr_assert(monotonic_ms() - before >= 14);
    before = monotonic_ms();
    sleep_ms(0);
    sleep_ms(-1000);
    cr_assert(monotonic_ms() - before < 500);
}

Test(clock, dates_are_written_as_the_standards_ask)
{
    static const struct {
        int64_t ms;
        const char *rfc3339, *http;
    } rows[] = {
        {0, "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT"},
        {-1, "1969-12-31T23:59:59Z", "Wed, 31 Dec 1969 23:59:59 GMT"},
        {INT64_C(1772366400000), "2026-03-01T12:00:00Z", "Sun, 01 Mar 2026 12:00:00 GMT"},
        {INT64_C(1772366400999), "2026-03-01T12:00:00Z", "Sun, 01 Mar 2026 12:00:00 GMT"},
        {INT64_C(951782399000), "2000-02-28T23:59:59Z", "Mon, 28 Feb 2000 23:59:59 GMT"},
        {INT64_C(951782400000), "2000-02-29T00:00:00Z", "Tue, 29 Feb 2000 00:00:00 GMT"},
        {INT64_C(784111777000), "1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37 GMT"},
        {INT64_C(4107542400000), "2100-03-01T00:00:00Z", "Mon, 01 Mar 2100 00:00:00 GMT"},
        {INT64_C(253402300799000), "9999-12-31T23:59:59Z", "Fri, 31 Dec 9999 23:59:59 GMT"},
    };
    char out[32];
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        cr_expect_str_eq(format_rfc3339(rows[i].ms, out, sizeof(out)), rows[i].rfc3339);
        cr_expect_str_eq(format_http_date(rows[i].ms, out, sizeof(out)), rows[i].http);
    }
}

Test(clock, every_day_of_eight_centuries_agrees_with_the_c_library)
{
    char ours[32], theirs[32];
    for (int64_t day = -146097; day < 146097; day += 1) {
        time_t at = (time_t)(day * 86400 + 3661);
        struct tm tm;
        gmtime_r(&at, &tm);
        strftime(theirs, sizeof(theirs), "%a, %d %b %Y %H:%M:%S GMT", &tm);
        format_http_date((int64_t)at * 1000, ours, sizeof(ours));
        cr_assert_str_eq(ours, theirs);
    }
}

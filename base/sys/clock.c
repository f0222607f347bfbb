/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys/clock.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#define NS_PER_MS      INT64_C(1000000)
#define NS_PER_S       INT64_C(1000000000)
#define MS_PER_DAY     INT64_C(86400000)
#define DAYS_PER_CYCLE INT64_C(146097) /* the Gregorian calendar repeats every 400 years */

struct civil {
    int64_t year;
    int month, day, weekday; /* month and day from 1, Sunday is 0 */
    int hour, minute, second;
};

static int64_t machine_ns(clockid_t id)
{
    struct timespec now;
    (void)clock_gettime(id, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

void clock_init(struct clock *c)
{
    atomic_init(&c->state, 0);
    atomic_init(&c->held_wall_ns, 0);
}

static bool is_held(int64_t state)
{
    return (state & 1) != 0;
}

static int64_t wall_ns(const struct clock *c)
{
    int64_t state = atomic_load(&c->state);
    return is_held(state) ? atomic_load(&c->held_wall_ns) : machine_ns(CLOCK_REALTIME) + state / 2;
}

int64_t clock_monotonic_ns(const struct clock *c)
{
    int64_t state = atomic_load(&c->state);
    return is_held(state) ? state / 2 : machine_ns(CLOCK_MONOTONIC) + state / 2;
}

int64_t clock_wall_ms(const struct clock *c)
{
    return floor_div(wall_ns(c), NS_PER_MS);
}

int64_t clock_wall_s(const struct clock *c)
{
    return floor_div(clock_wall_ms(c), 1000);
}

void clock_advance_ms(struct clock *c, int64_t ms)
{
    atomic_fetch_add(&c->held_wall_ns, ms * NS_PER_MS);
    atomic_fetch_add(&c->state, 2 * ms * NS_PER_MS);
}

int64_t clock_offset_ms(const struct clock *c)
{
    int64_t state = atomic_load(&c->state);
    int64_t offset_ns = is_held(state) ? state / 2 - machine_ns(CLOCK_MONOTONIC) : state / 2;
    return offset_ns / NS_PER_MS;
}

bool clock_is_held(const struct clock *c)
{
    return is_held(atomic_load(&c->state));
}

/* The wall time is there before a reader can see that the clock is held. */
void clock_hold(struct clock *c, bool held)
{
    if (clock_is_held(c) == held) {
        return;
    }
    if (held) {
        atomic_store(&c->held_wall_ns, wall_ns(c));
        atomic_store(&c->state, 2 * clock_monotonic_ns(c) + 1);
    } else {
        int64_t offset_ns = clock_monotonic_ns(c) - machine_ns(CLOCK_MONOTONIC);
        atomic_store(&c->state, 2 * offset_ns);
    }
}

int64_t monotonic_ms(void)
{
    return machine_ns(CLOCK_MONOTONIC) / NS_PER_MS;
}

int64_t wall_ms(void)
{
    return machine_ns(CLOCK_REALTIME) / NS_PER_MS;
}

void sleep_ms(int64_t ms)
{
    if (ms <= 0) {
        return;
    }
    struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000 * NS_PER_MS)};
    while (nanosleep(&left, &left) < 0 && errno == EINTR) {
    }
}

/* Days since the epoch to a date: counted from 1 March of year 0, so that the leap day is the last
 * day of a year and each month's start is a straight line in the month's number. */
static struct civil civil_of(int64_t at_ms)
{
    int64_t days = floor_div(at_ms, MS_PER_DAY);
    int64_t second_of_day = (at_ms - days * MS_PER_DAY) / 1000;
    int64_t shifted = days + 719468; /* 0000-03-01 to 1970-01-01 */
    int64_t cycle = floor_div(shifted, DAYS_PER_CYCLE);
    int64_t day_of_cycle = shifted - cycle * DAYS_PER_CYCLE;
    int64_t year_of_cycle =
        (day_of_cycle - day_of_cycle / 1460 + day_of_cycle / 36524 - day_of_cycle / 146096) / 365;
    int64_t day_of_year =
        day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    int64_t march_month = (5 * day_of_year + 2) / 153;
    int month = (int)(march_month < 10 ? march_month + 3 : march_month - 9);
    return (struct civil){
        .year = year_of_cycle + cycle * 400 + (month <= 2 ? 1 : 0),
        .month = month,
        .day = (int)(day_of_year - (153 * march_month + 2) / 5 + 1),
        .weekday = (int)(((days % 7) + 11) % 7), /* 1970-01-01 was a Thursday */
        .hour = (int)(second_of_day / 3600),
        .minute = (int)(second_of_day / 60 % 60),
        .second = (int)(second_of_day % 60),
    };
}

const char *format_rfc3339(int64_t wall_ms, char *out, int out_size)
{
    struct civil c = civil_of(wall_ms);
    snprintf(out, (size_t)out_size, "%04lld-%02d-%02dT%02d:%02d:%02dZ", (long long)c.year, c.month,
             c.day, c.hour, c.minute, c.second);
    return out;
}

const char *format_http_date(int64_t wall_ms, char *out, int out_size)
{
    static const char weekdays[7][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct civil c = civil_of(wall_ms);
    snprintf(out, (size_t)out_size, "%s, %02d %s %04lld %02d:%02d:%02d GMT", weekdays[c.weekday],
             c.day, months[c.month - 1], (long long)c.year, c.hour, c.minute, c.second);
    return out;
}

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SYS_CLOCK_H
#define BASE_SYS_CLOCK_H

/* Time, from one owner: code that needs it takes a `const struct clock *`. The real clock plus an
 * offset that only clock_advance moves; monotonic and wall time move together. A clock that is held
 * stands still but for clock_advance, and goes on from there when it is let go.
 * Threads: reading is safe from any thread while one thread advances, holds or lets go. */

#include <stdbool.h>
#include <stdint.h>

struct clock {
    _Atomic int64_t state; /* even: twice the offset; odd: twice the held monotonic time, and 1 */
    _Atomic int64_t held_wall_ns;
};

void clock_init(struct clock *c);
int64_t clock_monotonic_ns(const struct clock *c);
int64_t clock_wall_ms(const struct clock *c); /* since the epoch */
int64_t clock_wall_s(const struct clock *c);
void clock_advance_ms(struct clock *c, int64_t ms);
int64_t clock_offset_ms(const struct clock *c); /* before the machine's clock */
void clock_hold(struct clock *c, bool held);
bool clock_is_held(const struct clock *c);

/* Without an object: the machine's own clocks, for deadlines and durations of our own work. */
int64_t monotonic_ms(void);
int64_t wall_ms(void);
void sleep_ms(int64_t ms);

/* "2026-03-01T12:00:00Z" (RFC 3339) and "Sun, 01 Mar 2026 12:00:00 GMT" (RFC 9110 section 5.6.7);
 * out needs 32 bytes. */
const char *format_rfc3339(int64_t wall_ms, char *out, int out_size);
const char *format_http_date(int64_t wall_ms, char *out, int out_size);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_CLOCK_H
#define REFERENCE_CLOCK_H

/* Milliseconds of a clock that nobody sets and that goes on while the machine sleeps: a token ages
 * then too. */

#include <stdint.h>

int64_t clock_now_ms(void);
int64_t clock_wall_ms(void); /* since 1970 */
void clock_sleep_ms(int64_t ms);

#endif

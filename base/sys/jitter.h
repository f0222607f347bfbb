/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SYS_JITTER_H
#define BASE_SYS_JITTER_H

/* How late this machine wakes who sleeps: a thread that asks to be woken again and again and
 * notes by how much that was missed at worst. What was timed meanwhile, by whomever on the machine,
 * can be wrong by so much.
 *
 * Thread: owned by who began it, who ends it; no signal is ever delivered to it, and it touches
 * nothing but the meter, so that its process can fork at any time. */

#include "base/core/attrs.h"
#include "base/core/err.h"

#include <stdint.h>

struct jitter_meter;

int jitter_begin(struct jitter_meter **ret, struct err *err) NODISCARD;
/* Ends the thread and frees the meter; the worst lateness in milliseconds, rounded up, 0 when it
 * was below half of one. NULL: 0. */
int64_t jitter_end(struct jitter_meter *m);

#endif

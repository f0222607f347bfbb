/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_CLOCK_CLOCK_PROBE_H
#define HARNESS_CLOCK_CLOCK_PROBE_H

/* Whether clocks can be moved here and now: a small static program (self_probe.c, shipped as
 * assay-clock-probe) tells its clocks, begins a wait of fifty minutes, and must tell after a jump
 * of an hour that all clocks moved, that the wait is over, and that a new short one takes its time;
 * then, after one as over a suspension, that all but the monotonic clock moved. */

#include "base/core/err.h"

#define CLOCK_PROBE_PROGRAM "assay-clock-probe"

/* 0 when the clock does what it must. Otherwise err says what is missing (ERR_UNAVAILABLE: the
 * machine forbids it; ERR_PROTOCOL: it was tried and seen not to work; ERR_NOT_FOUND: no such
 * program), and cases that move the clock could not be run. Takes well under a second, five at
 * most. Uses a tracer of its own. */
int clock_self_probe(const char *program, struct err *err) NODISCARD;

#endif

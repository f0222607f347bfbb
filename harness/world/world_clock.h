/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_WORLD_WORLD_CLOCK_H
#define HARNESS_WORLD_WORLD_CLOCK_H

/* Who follows the programs in a sealed world, and its clock: the connector's is moved by a tracer
 * in the cell's init (harness/clock), the mock's by its control interface; both by the same number
 * of seconds. */

#include "base/core/err.h"

#include <stdbool.h>
#include <stdint.h>

struct seal_guest;
struct world;

/* Start programs under a tracer, which tells of every exec; for seal_options.guest. The first can
 * move their clocks, the second leaves them as they are. */
const struct seal_guest *world_clock_guest(void);
const struct seal_guest *world_watch_guest(void);

/* Moves both clocks. seconds >= 1; only in a world that was made for it (world.has_clock). No
 * request of the connector may be under way that matters; for drive `count` the answer that ends a
 * round is held meanwhile, and the clocks move as over a suspension of the machine. */
int world_clock_jump(struct world *w, int64_t seconds, struct err *err) NODISCARD;

/* Whether any program of the connector still runs; only where programs are followed
 * (world_follows). */
int world_lives(struct world *w, bool *ret_lives, struct err *err) NODISCARD;

/* No program of the connector has anything to do: each waits in the kernel. Only where programs are
 * followed. */
int world_rests(struct world *w, bool *ret_rests, struct err *err) NODISCARD;

/* A sentence when the tracer saw something that makes what it showed untrustworthy, else NULL, in
 * the world's arena. */
int world_clock_problem(struct world *w, const char **ret_problem, struct err *err) NODISCARD;

#endif

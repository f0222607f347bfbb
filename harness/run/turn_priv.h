/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_RUN_TURN_PRIV_H
#define HARNESS_RUN_TURN_PRIV_H

/* How many connectors run at a time, while more workers prepare the next world or look through what
 * an ended connector left: a worker asks for its turn before its connector starts and gives it back
 * after its end. Asked for over a socket pair whose other end the runner has; a worker that dies
 * holds none, as the runner sees its end. */

#include "base/core/err.h"

#include <stdint.h>

enum turn_word { TURN_WANTED = 'w', TURN_GIVEN = 'g', TURN_OVER = 'o' };

/* In the worker; fd -1 = it is always its turn. Waits until it may start a connector. The world
 * must not mint anything that ages before. ret_waited_ms: how long that took. */
int turn_await(int fd, int64_t *ret_waited_ms, struct err *err) NODISCARD;
void turn_over(int fd);

#endif

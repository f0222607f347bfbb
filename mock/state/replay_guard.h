/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATE_REPLAY_GUARD_H
#define MOCK_STATE_REPLAY_GUARD_H

/* Remembers the jti of each client assertion until it expires, so that none is taken twice
 * (RFC 7523 section 3, point 7). Bounded: beyond REPLAY_MAX live ones nothing more is taken, since
 * to forget one would be to take it again. Threads: one at a time. */

#include "base/core/attrs.h"
#include "base/core/str.h"

#include <stdbool.h>
#include <stdint.h>

#define REPLAY_MAX ((size_t)20000)

struct replay_guard;

struct replay_guard *replay_guard_new(void) NODISCARD;
void replay_guard_free(struct replay_guard *g); /* accepts NULL */
/* false: it was seen before, or there is no room. */
bool replay_guard_take(struct replay_guard *g, struct str key, int64_t expires_ms, int64_t now_ms);

#endif

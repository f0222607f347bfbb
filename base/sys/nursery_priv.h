/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SYS_NURSERY_PRIV_H
#define BASE_SYS_NURSERY_PRIV_H

/* What is said over the sockets of a nursery. Both sides are of one build. */

#include "base/sys/nursery.h"

#include <stdint.h>

#define NURSERY_MAX_FDS   32
#define NURSERY_MAX_BYTES 16384

/* A request: this, then the arguments, each with its NUL. The first descriptor is where to answer;
 * each further one has its number here. */
struct nursery_request {
    uint32_t fd_count;
    int32_t numbers[NURSERY_MAX_FDS];
};

/* The answer, with a pidfd unless it failed; also the first word of a nursery that is ready. */
struct nursery_answer {
    int32_t pid;       /* 0 = it failed, or ready */
    int32_t sys_errno; /* why */
};

#endif

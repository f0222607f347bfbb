/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_APP_MOCK_NURSERY_H
#define MOCK_APP_MOCK_NURSERY_H

/* `assay-mock nursery': a mock that is loaded, warm, and serves nothing; what serves is forked from
 * it (base/sys/nursery.h). Warm means: libraries linked, their tables made, code and memory
 * touched. Nothing that a world could see is made before the fork: ids, credentials, keys, clocks
 * and random numbers are those of the copy. */

#include <stdint.h>

struct cli_command;

struct nursery_options {
    int64_t fd;
};

/* `serve' as the command line knows it. Returns the exit code. */
int nursery_serve_mocks(const struct cli_command *serve, int fd);

#endif

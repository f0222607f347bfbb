/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SYS_ENV_H
#define BASE_SYS_ENV_H

/* This process's own environment and surroundings. */

#include "base/core/arena.h"
#include "base/core/err.h"

#include <stdbool.h>

const char *env_get(const char *name); /* NULL when unset or empty */
bool env_is_tty(int fd);
int env_cpu_count(void);
/* The folder of the running program (from /proc/self/exe). */
const char *env_program_dir(struct arena *a);
/* "Linux 6.1.0 x86_64", for reports. */
const char *env_system_name(struct arena *a);

#endif

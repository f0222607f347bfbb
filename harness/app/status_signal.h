/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_APP_STATUS_SIGNAL_H
#define HARNESS_APP_STATUS_SIGNAL_H

/* SIGUSR1 as a question: what is going on? Once per program. */

#include "base/core/err.h"

#include <stdbool.h>

/* A descriptor that can be read after the signal; open until the program ends. */
int status_signal_open(struct err *err) NODISCARD;
/* Reads it empty; true when there was a question. */
bool status_signal_read(int fd);

#endif

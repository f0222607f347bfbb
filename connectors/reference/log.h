/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_LOG_H
#define REFERENCE_LOG_H

/* The log: lines on stderr when CONNECTOR_LOG=debug. What is logged is chosen word by word at each
 * call (method, address, status); requests, headers and objects are never logged as a whole. */

#include <stdbool.h>

bool log_is_loud(void);
void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool log_is_loud(void)
{
    const char *level = getenv("CONNECTOR_LOG");
    return level && strcmp(level, "debug") == 0;
}

void log_debug(const char *format, ...)
{
    char line[600];
    if (!log_is_loud()) {
        return;
    }
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    fprintf(stderr, "debug: %s\n", line);
}

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CORE_XALLOC_H
#define BASE_CORE_XALLOC_H

/* Allocation that never returns NULL: out of memory ends the process with a message, as both of our
 * programs hold nothing that could be saved then. Results are freed with free(). Zero-sized
 * requests yield a unique pointer. Multiplication is checked. */

#include "base/core/attrs.h"

#include <stddef.h>

void *xmalloc(size_t size) NODISCARD;
void *xcalloc(size_t count, size_t size) NODISCARD;
void *xrealloc(void *ptr, size_t count, size_t size) NODISCARD;
char *xstrdup(const char *s) NODISCARD;
char *xstrndup(const char *s, size_t len) NODISCARD;
char *xasprintf(const char *fmt, ...) PRINTF_LIKE(1, 2) NODISCARD;

/* Says so and ends the process: for memory that does not come from malloc(). */
NORETURN void xalloc_failed(size_t size);

/* For AUTO(): frees what the char pointer variable points at. */
void free_str(char **p);
#define AUTO_FREE AUTO(free_str)

#endif

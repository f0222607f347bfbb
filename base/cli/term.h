/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CLI_TERM_H
#define BASE_CLI_TERM_H

/* What is printed and how: results on stdout, progress and messages on stderr, colour only on a
 * terminal and never with NO_COLOR (non-empty) or TERM=dumb. The one place with process-wide state
 * (verbosity and colour), set once from main. */

#include "base/core/attrs.h"
#include "base/core/err.h"

#include <stdbool.h>

enum term_color { TERM_PLAIN, TERM_GREEN, TERM_RED, TERM_YELLOW, TERM_BLUE, TERM_DIM, TERM_BOLD };
enum term_when { TERM_AUTO, TERM_ALWAYS, TERM_NEVER };

void term_setup(enum term_when color, int verbosity); /* -1 quiet, 0 normal, 1 verbose */
/* A terminal on which a line can be drawn anew. */
bool term_is_drawable(int fd);
bool term_has_color(int fd);
int term_columns(int fd); /* 80 when unknown */
int term_verbosity(void);
/* The escape sequence to start c on fd, or "" ; TERM_PLAIN resets. */
const char *term_code(int fd, enum term_color c);

void say_result(const char *fmt, ...) PRINTF_LIKE(1, 2); /* stdout, as is */
void say_info(const char *fmt, ...) PRINTF_LIKE(1, 2);   /* stderr, a line; not when quiet */
void say_detail(const char *fmt, ...) PRINTF_LIKE(1, 2); /* stderr, a line; only when verbose */
void say_error(const struct err *err);                   /* stderr: "file:1:2: error: ...; hint" */

#endif

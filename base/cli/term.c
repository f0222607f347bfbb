/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cli/term.h"

#include "base/core/xalloc.h"
#include "base/sys/env.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DEFAULT_COLUMNS 80
#define ERR_TEXT_SIZE   (ERR_FILE_SIZE + ERR_MSG_SIZE + ERR_HINT_SIZE + 64)

/* Set once from main, before anything is printed. */
static enum term_when when = TERM_AUTO;
static int level;

void term_setup(enum term_when color, int verbosity)
{
    when = color;
    level = verbosity;
}

bool term_is_drawable(int fd)
{
    const char *term = env_get("TERM");
    return env_is_tty(fd) && term && strcmp(term, "dumb") != 0;
}

bool term_has_color(int fd)
{
    if (when != TERM_AUTO) {
        return when == TERM_ALWAYS;
    }
    return term_is_drawable(fd) && !env_get("NO_COLOR");
}

int term_columns(int fd)
{
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        return size.ws_col;
    }
    return DEFAULT_COLUMNS;
}

int term_verbosity(void)
{
    return level;
}

const char *term_code(int fd, enum term_color c)
{
    static const char *const codes[] = {
        [TERM_PLAIN] = "\033[0m",   [TERM_GREEN] = "\033[32m", [TERM_RED] = "\033[31m",
        [TERM_YELLOW] = "\033[33m", [TERM_BLUE] = "\033[34m",  [TERM_DIM] = "\033[2m",
        [TERM_BOLD] = "\033[1m",
    };
    return term_has_color(fd) ? codes[c] : "";
}

void say_result(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vprintf(fmt, args);
    va_end(args);
}

/* One write per line, so that lines of several processes do not mix. */
static void PRINTF_LIKE(1, 0) say_line(const char *fmt, va_list args)
{
    AUTO_FREE char *text = NULL;
    if (vasprintf(&text, fmt, args) < 0) {
        text = NULL;
        return;
    }
    fflush(stdout); /* keeps the order where both go to one place */
    fprintf(stderr, "%s\n", text);
}

void say_info(const char *fmt, ...)
{
    va_list args;
    if (level >= 0) {
        va_start(args, fmt);
        say_line(fmt, args);
        va_end(args);
    }
}

void say_detail(const char *fmt, ...)
{
    va_list args;
    if (level > 0) {
        va_start(args, fmt);
        say_line(fmt, args);
        va_end(args);
    }
}

void say_error(const struct err *err)
{
    char text[ERR_TEXT_SIZE];
    err_text(err, text, sizeof(text));
    for (char *p = text; *p; p++) {
        if ((unsigned char)*p < ' ' || *p == 0x7f) {
            *p = '?'; /* names from outside may hold escape sequences */
        }
    }
    fflush(stdout);
    fprintf(stderr, "%s\n", text);
}

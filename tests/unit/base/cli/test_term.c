/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cli/term.h"

#include "capture.h"

#include <criterion/criterion.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* The side of a new terminal that programs have. */
static int open_terminal(int *ret_master)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    cr_assert(master >= 0);
    cr_assert_eq(grantpt(master), 0);
    cr_assert_eq(unlockpt(master), 0);
    int fd = open(ptsname(master), O_RDWR | O_NOCTTY);
    cr_assert(fd >= 0);
    *ret_master = master;
    return fd;
}

Test(term, colour_depends_on_terminal_environment_and_wish)
{
    static const struct {
        enum term_when when;
        bool tty;
        const char *term, *no_color;
        bool expected;
    } rows[] = {
        {TERM_AUTO, true, "xterm", NULL, true},  {TERM_AUTO, true, "xterm", "", true},
        {TERM_AUTO, true, "xterm", "1", false},  {TERM_AUTO, true, "dumb", NULL, false},
        {TERM_AUTO, true, NULL, NULL, false},    {TERM_AUTO, false, "xterm", NULL, false},
        {TERM_ALWAYS, false, "dumb", "1", true}, {TERM_NEVER, true, "xterm", NULL, false},
    };
    int master, terminal = open_terminal(&master), null = open("/dev/null", O_WRONLY);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int fd = rows[i].tty ? terminal : null;
        unsetenv("TERM");
        unsetenv("NO_COLOR");
        if (rows[i].term) {
            setenv("TERM", rows[i].term, 1);
        }
        if (rows[i].no_color) {
            setenv("NO_COLOR", rows[i].no_color, 1);
        }
        term_setup(rows[i].when, 0);
        cr_expect_eq(term_has_color(fd), rows[i].expected, "row %zu", i);
        cr_expect_str_eq(term_code(fd, TERM_RED), rows[i].expected ? "\033[31m" : "", "row %zu", i);
        cr_expect_str_eq(term_code(fd, TERM_PLAIN), rows[i].expected ? "\033[0m" : "");
    }
    close(terminal);
    close(master);
    close(null);
}

Test(term, columns_are_the_terminals_or_80)
{
    int master, terminal = open_terminal(&master), null = open("/dev/null", O_WRONLY);
    struct winsize size = {.ws_col = 123, .ws_row = 5};
    cr_expect_eq(term_columns(null), 80);
    cr_expect_eq(term_columns(terminal), 80, "a terminal without a size");
    cr_assert_eq(ioctl(terminal, TIOCSWINSZ, &size), 0);
    cr_expect_eq(term_columns(terminal), 123);
    close(terminal);
    close(master);
    close(null);
}

Test(term, verbosity_decides_which_lines_are_said)
{
    static const struct {
        int verbosity;
        const char *errors;
    } rows[] = {{-1, ""}, {0, "info 1\n"}, {1, "info 1\ndetail 2\n"}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO_BUF struct buf out = {0}, errors = {0};
        struct capture capture;
        term_setup(TERM_NEVER, rows[i].verbosity);
        capture_start(&capture);
        say_result("result %d", 0);
        say_info("info %d", 1);
        say_detail("detail %d", 2);
        capture_end(&capture, &out, &errors);
        cr_expect_eq(term_verbosity(), rows[i].verbosity);
        cr_expect_str_eq(buf_z(&out), "result 0");
        cr_expect_str_eq(buf_z(&errors), rows[i].errors);
    }
}

Test(term, an_error_is_one_line_without_control_bytes)
{
    AUTO_BUF struct buf out = {0}, errors = {0};
    struct capture capture;
    struct err err = {0};
    err_at(&err, "a\033[31m.yaml", 3, 7, "unknown key `x\ny'");
    err_hint(&err, "did you mean `z'?");
    term_setup(TERM_NEVER, -1);
    capture_start(&capture);
    say_error(&err);
    capture_end(&capture, &out, &errors);
    cr_assert_str_eq(buf_z(&errors),
                     "a?[31m.yaml:3:7: error: unknown key `x?y'; did you mean `z'?\n");
    cr_assert_str_eq(buf_z(&out), "");
}

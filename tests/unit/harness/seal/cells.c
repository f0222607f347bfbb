/* SPDX-License-Identifier: Apache-2.0 */
#include "cells.h"

#include "base/sys/fd.h"

#include <criterion/criterion.h>
#include <unistd.h>

static const char *const environment[] = {"PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
                                          "HOME=" SEAL_HOME, "LC_ALL=C", NULL};

struct seal *cell_open(const struct seal_options *options)
{
    struct seal *seal = NULL;
    struct err err = {0};
    if (seal_open(options, &seal, &err) < 0) {
        if (err.code == ERR_UNAVAILABLE) {
            cr_skip_test("%s; %s", err.msg, err.hint);
        }
        cr_assert_fail("%s", err.msg);
    }
    return seal;
}

/* Only for short outputs, which fit a pipe. */
static const char *read_all(struct arena *a, int fd)
{
    AUTO_BUF struct buf text = {0};
    struct err err = {0};
    cr_assert_eq(fd_set_nonblocking(fd, true, &err), 0);
    while (fd_read_available(fd, &text, &err) > 0 && text.len == 0) {
    }
    return arena_strdup(a, buf_z(&text));
}

const char *cell_run(struct seal *seal, struct arena *a, const struct cell_command *command,
                     int *ret_code)
{
    int ends[2];
    struct err err = {0};
    cr_assert_eq(fd_pipe(ends, &err), 0);
    struct process_options options = {.argv = command->argv,
                                      .envp = environment,
                                      .search_path = environment[0] + sizeof("PATH=") - 1,
                                      .stdin_fd = -1,
                                      .stdout_fd = ends[1],
                                      .stderr_fd = ends[1],
                                      .pass_fds = command->pass_fds,
                                      .pass_fd_count = command->pass_fd_count,
                                      .limits = command->limits};
    struct seal_process p;
    struct process_status status = {.end = PROCESS_RUNNING};
    cr_assert_eq(seal_spawn(seal, &options, &p, &err), 0, "%s", err.msg);
    cr_assert_eq(seal_process_wait(seal, &p, 20000, &status, &err), 0, "%s", err.msg);
    cr_assert_neq(status.end, PROCESS_RUNNING, "'%s' does not end", command->argv[0]);
    fd_close(&ends[1]);
    *ret_code = status.end == PROCESS_EXITED ? status.code : 128 + status.code;
    const char *text = read_all(a, ends[0]);
    fd_close(&ends[0]);
    return text;
}

const char *cell_sh(struct seal *seal, struct arena *a, const char *script)
{
    int code = 0;
    const char *argv[] = {"bash", "-c", script, NULL};
    const char *text = cell_run(seal, a, &(struct cell_command){.argv = argv}, &code);
    return arena_printf(a, "%s=%d", text, code);
}

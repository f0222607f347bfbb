/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys/fd.h"

#include <criterion/criterion.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

Test(fd, pipes_are_close_on_exec_and_carry_bytes)
{
    struct err err = {0};
    int fds[2];
    cr_assert_eq(fd_pipe(fds, &err), 0);
    cr_expect(fcntl(fds[0], F_GETFD) & FD_CLOEXEC);
    cr_expect(fcntl(fds[1], F_GETFD) & FD_CLOEXEC);
    cr_assert_eq(fd_write_all(fds[1], STR("hello"), &err), 0);
    AUTO_BUF struct buf out = {0};
    cr_assert_eq(fd_set_nonblocking(fds[0], true, &err), 0);
    cr_assert_eq(fd_read_available(fds[0], &out, &err), 1);
    cr_assert_str_eq(buf_z(&out), "hello");
    fd_close(&fds[1]);
    cr_assert_eq(fds[1], -1);
    cr_assert_eq(fd_read_available(fds[0], &out, &err), 0);
    cr_assert_str_eq(buf_z(&out), "hello");
    fd_close(&fds[0]);
    fd_close(&fds[0]);
}

Test(fd, closing_keeps_errno)
{
    int fd = 9999;
    errno = ENOENT;
    fd_close(&fd);
    cr_assert_eq(errno, ENOENT);
}

Test(fd, what_exceeds_the_cap_is_read_and_dropped_so_that_the_writer_goes_on)
{
    struct err err = {0};
    int fds[2];
    cr_assert_eq(fd_pipe(fds, &err), 0);
    cr_assert_eq(fd_write_all(fds[1], STR("0123456789"), &err), 0);
    cr_assert_eq(fd_set_nonblocking(fds[0], true, &err), 0);
    AUTO_BUF struct buf out = {0};
    buf_init(&out, 4);
    cr_assert_eq(fd_read_available(fds[0], &out, &err), 1);
    cr_assert_str_eq(buf_z(&out), "0123");
    cr_assert(out.truncated);
    char left;
    cr_assert_eq(read(fds[0], &left, 1), -1);
    cr_assert_eq(errno, EAGAIN);
    fd_close(&fds[0]);
    fd_close(&fds[1]);
}

Test(fd, exactly_the_cap_is_not_truncated)
{
    struct err err = {0};
    int fds[2];
    cr_assert_eq(fd_pipe(fds, &err), 0);
    cr_assert_eq(fd_write_all(fds[1], STR("0123"), &err), 0);
    cr_assert_eq(fd_set_nonblocking(fds[0], true, &err), 0);
    AUTO_BUF struct buf out = {0};
    buf_init(&out, 4);
    cr_assert_eq(fd_read_available(fds[0], &out, &err), 1);
    cr_assert_not(out.truncated);
    fd_close(&fds[0]);
    fd_close(&fds[1]);
}

Test(fd, a_full_nonblocking_pipe_is_waited_for)
{
    struct err err = {0};
    int fds[2];
    enum { MANY = 300000 }; /* several times a pipe's size */
    cr_assert_eq(fd_pipe(fds, &err), 0);
    pid_t reader = fork();
    if (reader == 0) {
        char chunk[4096];
        size_t total = 0;
        close(fds[1]);
        for (ssize_t n = 1; n > 0;) {
            n = read(fds[0], chunk, sizeof(chunk));
            total += n > 0 ? (size_t)n : 0;
        }
        _exit(total == MANY ? 0 : 1);
    }
    fd_close(&fds[0]);
    static char bytes[MANY];
    memset(bytes, 'x', sizeof(bytes));
    cr_assert_eq(fd_set_nonblocking(fds[1], true, &err), 0);
    cr_assert_eq(fd_write_all(fds[1], str_n(bytes, sizeof(bytes)), &err), 0);
    fd_close(&fds[1]);
    int status = -1;
    cr_assert_eq(waitpid(reader, &status, 0), reader);
    cr_assert_eq(status, 0);
}

Test(fd, errors_carry_errno)
{
    struct err err = {0};
    AUTO_BUF struct buf out = {0};
    cr_assert_eq(fd_read_available(-1, &out, &err), -1);
    cr_assert_eq(err.code, ERR_IO);
    cr_assert_eq(err.sys_errno, EBADF);
    cr_assert_eq(fd_set_nonblocking(-1, true, &err), -1);
    cr_assert_eq(err.sys_errno, EBADF);
    signal(SIGPIPE, SIG_IGN);
    int fds[2];
    cr_assert_eq(fd_pipe(fds, &err), 0);
    fd_close(&fds[0]);
    cr_assert_eq(fd_write_all(fds[1], STR("x"), &err), -1);
    cr_assert_eq(err.sys_errno, EPIPE);
    fd_close(&fds[1]);
}

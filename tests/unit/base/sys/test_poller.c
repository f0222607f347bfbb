/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys/poller.h"

#include "base/sys/clock.h"
#include "base/sys/fd.h"

#include <criterion/criterion.h>

#include <errno.h>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

Test(poller, only_what_is_ready_is_reported)
{
    struct err err = {0};
    int a[2], b[2];
    cr_assert_eq(fd_pipe(a, &err), 0);
    cr_assert_eq(fd_pipe(b, &err), 0);
    cr_assert_eq(fd_write_all(b[1], STR("x"), &err), 0);
    struct poll_item items[] = {
        {.fd = a[0], .want_read = true, .ready_read = true},
        {.fd = b[0], .want_read = true},
        {.fd = a[1], .want_write = true},
        {.fd = -1, .want_read = true, .ready_read = true},
    };
    cr_assert_eq(poll_wait(items, 4, -1, &err), 2);
    cr_expect_not(items[0].ready_read);
    cr_expect(items[1].ready_read);
    cr_expect(items[2].ready_write);
    cr_expect_not(items[3].ready_read);
    fd_close(&a[1]);
    cr_assert_eq(poll_wait(items, 1, -1, &err), 1);
    cr_expect(items[0].ready_read, "hang-up reads as ready");
}

Test(poller, a_time_out_returns_zero_not_early)
{
    struct err err = {0};
    int fds[2];
    cr_assert_eq(fd_pipe(fds, &err), 0);
    struct poll_item item = {.fd = fds[0], .want_read = true};
    int64_t before = monotonic_ms();
    cr_assert_eq(poll_wait(&item, 1, 30, &err), 0);
    cr_assert(monotonic_ms() - before >= 30);
    cr_assert_eq(poll_wait(&item, 1, 0, &err), 0);
    cr_assert_eq(poll_wait(NULL, 0, 1, &err), 0);
}

static void on_alarm(int sig)
{
    (void)sig;
}

Test(poller, interruptions_do_not_end_the_wait)
{
    struct err err = {0};
    struct sigaction action = {.sa_handler = on_alarm};
    sigaction(SIGALRM, &action, NULL);
    struct itimerval every = {.it_interval.tv_usec = 3000, .it_value.tv_usec = 3000};
    setitimer(ITIMER_REAL, &every, NULL);
    int fds[2];
    cr_assert_eq(fd_pipe(fds, &err), 0);
    struct poll_item item = {.fd = fds[0], .want_read = true};
    int64_t before = monotonic_ms();
    cr_assert_eq(poll_wait(&item, 1, 40, &err), 0);
    cr_assert(monotonic_ms() - before >= 40);
    cr_assert(monotonic_ms() - before < 2000);
}

Test(poller, a_closed_descriptor_is_an_error_on_the_item)
{
    struct err err = {0};
    struct poll_item item = {.fd = 9999, .want_read = true};
    cr_assert_eq(poll_wait(&item, 1, 0, &err), 1);
    cr_assert(item.ready_error);
    cr_assert_not(item.ready_read);
}

Test(poller, signals_arrive_through_the_descriptor)
{
    struct err err = {0};
    int fd = signals_open(&err);
    cr_assert(fd >= 0);
    cr_assert_eq(signals_read(fd), 0);
    kill(getpid(), SIGTERM);
    kill(getpid(), SIGINT);
    struct poll_item item = {.fd = fd, .want_read = true};
    cr_assert_eq(poll_wait(&item, 1, 1000, &err), 1);
    int first = signals_read(fd), second = signals_read(fd);
    cr_assert((first == SIGINT && second == SIGTERM) || (first == SIGTERM && second == SIGINT));
    cr_assert_eq(signals_read(fd), 0);
}

Test(poller, writing_to_a_closed_pipe_is_survived_once_ignored)
{
    struct err err = {0};
    int fds[2];
    cr_assert_eq(fd_pipe(fds, &err), 0);
    fd_close(&fds[0]);
    signals_ignore_pipe();
    cr_assert_eq(fd_write_all(fds[1], STR("x"), &err), -1);
    cr_assert_eq(err.sys_errno, EPIPE);
}

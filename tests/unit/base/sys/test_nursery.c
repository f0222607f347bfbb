/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys/nursery.h"

#include "base/sys/clock.h"
#include "base/sys/fd.h"
#include "base/sys/poller.h"
#include "base/text/number.h"

#include <criterion/criterion.h>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_MS 20000
/* Numbers that nothing else of a test has. */
#define FIRST_NUMBER  200
#define SECOND_NUMBER 201

TestSuite(nursery, .timeout = 60);

static const char *const no_env[] = {NULL};

/* What a copy does: its first argument says. */
static int copy_main(void *ctx, int argc, char **argv)
{
    (void)ctx;
    if (strcmp(argv[0], "sleep") == 0) {
        sleep_ms(PATIENCE_MS);
    } else if (strcmp(argv[0], "list") == 0) {
        DIR *dir = opendir("/proc/self/fd");
        for (struct dirent *e = readdir(dir); e != NULL; e = readdir(dir)) {
            int64_t fd = -1;
            struct err ignored = {0};
            if (parse_int64(str_of(e->d_name), 0, 1 << 20, &fd, &ignored) == 0 &&
                fd != dirfd(dir)) {
                printf("%d ", (int)fd);
            }
        }
        closedir(dir);
    } else if (strcmp(argv[0], "write") == 0) {
        dprintf(FIRST_NUMBER, "first");
        dprintf(SECOND_NUMBER, "second");
    } else {
        printf("%d:", argc);
        for (int i = 0; i < argc; i++) {
            printf("%s,", argv[i]);
        }
        printf("%d", getpgrp() == getpid());
    }
    return 7;
}

static int nursery_main(void *ctx)
{
    const int *pair = ctx;
    const struct nursery_hooks hooks = {.run = copy_main};
    struct err err = {0};
    (void)close(pair[0]);
    return nursery_serve(pair[1], &hooks, &err) < 0;
}

/* Without a program of its own: this one is loaded already. */
static struct nursery nursery_here(void)
{
    int pair[2];
    struct err err = {0};
    struct nursery n = {.fd = -1};
    cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    cr_assert_eq(process_fork(nursery_main, pair, &n.process, &err), 0, "%s", err.msg);
    (void)close(pair[1]);
    n.fd = pair[0];
    char ready[64];
    cr_assert_gt(recv(n.fd, ready, sizeof(ready), 0), 0);
    return n;
}

static struct process_options options_of(const char *const *argv, int out)
{
    return (struct process_options){
        .argv = argv, .envp = no_env, .stdin_fd = -1, .stdout_fd = out, .stderr_fd = out};
}

static struct process fork_in(const struct nursery *n, const struct process_options *o)
{
    struct process p = {0};
    struct err err = {0};
    cr_assert_eq(nursery_fork(n->fd, o, &p, &err), 0, "%s", err.msg);
    cr_assert(p.is_anothers);
    return p;
}

static void await_end(struct process *p)
{
    struct process_status status = {0};
    struct err err = {0};
    cr_assert_eq(process_wait(p, PATIENCE_MS, &status, &err), 0, "%s", err.msg);
    cr_assert_eq(status.end, PROCESS_ENDED);
    cr_assert_eq(p->pidfd, -1);
}

static const char *output_of(int fd, struct buf *out)
{
    struct err err = {0};
    buf_reset(out);
    cr_assert_eq(fd_read_all(fd, out, &err), 0, "%s", err.msg);
    return buf_z(out);
}

Test(nursery, copies_get_their_arguments_and_lead_a_group)
{
    struct err err = {0};
    AUTO_BUF struct buf out = {0};
    AUTO_FD int file = fd_memory(&err);
    struct nursery n = nursery_here();
    const char *const argv[] = {"say", "", "a b", NULL};
    const struct process_options o = options_of(argv, file);
    struct process p = fork_in(&n, &o);
    await_end(&p);
    cr_assert_str_eq(output_of(file, &out), "3:say,,a b,1");
    nursery_end(&n);
}

Test(nursery, copies_have_no_descriptor_but_those_given)
{
    struct err err = {0};
    AUTO_BUF struct buf out = {0};
    AUTO_FD int file = fd_memory(&err);
    struct nursery n = nursery_here();
    const char *const argv[] = {"list", NULL};
    int given[] = {FIRST_NUMBER};
    cr_assert_eq(dup2(file, FIRST_NUMBER), FIRST_NUMBER);
    struct process_options o = options_of(argv, file);
    o.pass_fds = given;
    o.pass_fd_count = 1;
    struct process p = fork_in(&n, &o);
    await_end(&p);
    const char *list = output_of(file, &out);
    char others[64];
    int numbers[5] = {0};
    int got = sscanf(list, "%d %d %d %d %63s", &numbers[0], &numbers[1], &numbers[2], &numbers[3],
                     others);
    cr_assert_eq(got, 4, "descriptors of the copy: %s", list);
    cr_assert(numbers[0] == 0 && numbers[1] == 1 && numbers[2] == 2 && numbers[3] == FIRST_NUMBER,
              "descriptors of the copy: %s", list);
    nursery_end(&n);
}

Test(nursery, descriptors_arrive_under_their_own_numbers)
{
    struct err err = {0};
    AUTO_BUF struct buf out = {0};
    int files[2] = {fd_memory(&err), fd_memory(&err)};
    struct nursery n = nursery_here();
    const char *const argv[] = {"write", NULL};
    /* What comes second in the nursery is to stand where the first came. */
    int given[] = {SECOND_NUMBER, FIRST_NUMBER};
    cr_assert_eq(dup2(files[0], FIRST_NUMBER), FIRST_NUMBER);
    cr_assert_eq(dup2(files[1], SECOND_NUMBER), SECOND_NUMBER);
    struct process_options o = options_of(argv, files[0]);
    o.pass_fds = given;
    o.pass_fd_count = 2;
    struct process p = fork_in(&n, &o);
    await_end(&p);
    cr_assert_str_eq(output_of(files[0], &out), "first");
    cr_assert_str_eq(output_of(files[1], &out), "second");
    nursery_end(&n);
}

Test(nursery, a_copy_can_be_killed_by_its_descriptor)
{
    struct nursery n = nursery_here();
    const char *const argv[] = {"sleep", NULL};
    AUTO_FD int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    const struct process_options o = options_of(argv, null);
    struct process p = fork_in(&n, &o);
    struct process_status status = {0};
    struct err err = {0};
    cr_assert_eq(process_poll(&p, &status, &err), 0);
    cr_assert_eq(status.end, PROCESS_RUNNING);
    process_signal_group(&p, SIGKILL);
    await_end(&p);
    process_signal_group(&p, SIGKILL); /* of nobody */
    nursery_end(&n);
}

Test(nursery, its_copies_end_with_it)
{
    struct nursery n = nursery_here();
    const char *const argv[] = {"sleep", NULL};
    AUTO_FD int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    const struct process_options o = options_of(argv, null);
    struct process killed = fork_in(&n, &o), ended = {0};
    process_signal_group(&n.process, SIGKILL);
    await_end(&killed);
    nursery_end(&n);
    n = nursery_here();
    ended = fork_in(&n, &o);
    nursery_end(&n);
    await_end(&ended);
}

Test(nursery, one_that_has_ended_says_so)
{
    struct nursery n = nursery_here();
    const char *const argv[] = {"say", NULL};
    AUTO_FD int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    const struct process_options o = options_of(argv, null);
    struct process p = {0};
    struct process_status status = {0};
    struct err err = {0};
    process_signal_group(&n.process, SIGKILL);
    cr_assert_eq(process_wait(&n.process, PATIENCE_MS, &status, &err), 0);
    cr_assert_eq(nursery_fork(n.fd, &o, &p, &err), -1);
    cr_assert_eq(err.code, ERR_UNAVAILABLE);
    cr_assert_eq(p.pid, 0);
}

Test(nursery, a_program_that_is_none_is_not_waited_for)
{
    struct err err = {0};
    struct nursery n = {.fd = -1};
    const char *const ends[] = {"/bin/false", NULL}, *const lacks[] = {"/nonexistent/program",
                                                                       NULL};
    const char *const hangs[] = {"/bin/sleep", "60", NULL};
    struct process_options o = options_of(ends, -1);
    cr_assert_eq(nursery_start(&o, PATIENCE_MS, &n, &err), -1);
    cr_assert_eq(err.code, ERR_UNAVAILABLE);
    o = options_of(lacks, -1);
    cr_assert_eq(nursery_start(&o, PATIENCE_MS, &n, &err), -1);
    cr_assert_eq(err.code, ERR_NOT_FOUND);
    o = options_of(hangs, -1);
    cr_assert_eq(nursery_start(&o, 50, &n, &err), -1);
    cr_assert_eq(err.code, ERR_TIMEOUT);
    cr_assert_eq(n.fd, -1);
    struct process_strays strays = {0};
    AUTO_ARENA struct arena *a = arena_new();
    cr_assert_eq(process_sweep(a, NULL, 0, monotonic_ms() + PATIENCE_MS, &strays, &err), 0);
    cr_assert_eq(strays.count, 0);
    nursery_end(&n); /* none at all */
}

Test(nursery, nonsense_is_refused_and_the_next_one_served)
{
    struct err err = {0};
    AUTO_BUF struct buf out = {0};
    AUTO_FD int file = fd_memory(&err);
    struct nursery n = nursery_here();
    char byte = 'x', space[CMSG_SPACE(sizeof(int))] = {0};
    int answers[2];
    cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, answers), 0);
    struct iovec part = {.iov_base = &byte, .iov_len = 1};
    struct msghdr header = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof(space)};
    struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
    *rights = (struct cmsghdr){
        .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof(int))};
    memcpy(CMSG_DATA(rights), &answers[1], sizeof(int));
    cr_assert_eq(sendmsg(n.fd, &header, MSG_NOSIGNAL), 1);
    int32_t answer[2] = {-1, 0};
    cr_assert_eq(recv(answers[0], answer, sizeof(answer), 0), (ssize_t)sizeof(answer));
    cr_assert_eq(answer[0], 0);
    cr_assert_neq(answer[1], 0);
    const char *const argv[] = {"say", NULL};
    const struct process_options o = options_of(argv, file);
    struct process p = fork_in(&n, &o);
    await_end(&p);
    cr_assert_str_eq(output_of(file, &out), "1:say,1");
    nursery_end(&n);
}

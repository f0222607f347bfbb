/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/seal/guest.h"

#include <errno.h>
#include <sys/resource.h>
#include <sys/wait.h>

static int plain_begin(struct seal_host *host, void *ctx, void **ret_state, struct err *err)
{
    (void)ctx;
    (void)err;
    *ret_state = host;
    return 0;
}

static int plain_start(void *state, const struct process_options *options, struct process *ret,
                       struct err *err)
{
    (void)state;
    return process_start(options, ret, err);
}

static int64_t timeval_ms(struct timeval tv)
{
    return (int64_t)tv.tv_sec * 1000 + tv.tv_usec / 1000;
}

static void plain_settle(void *state)
{
    for (;;) {
        int raw = 0;
        struct rusage usage = {0};
        pid_t pid = wait4(-1, &raw, WNOHANG, &usage);
        if (pid < 0 && errno == EINTR) {
            continue;
        }
        if (pid <= 0) {
            return;
        }
        struct process_status status = {
            .end = WIFEXITED(raw) ? PROCESS_EXITED : PROCESS_SIGNALED,
            .code = WIFEXITED(raw) ? WEXITSTATUS(raw) : WTERMSIG(raw),
            .user_ms = timeval_ms(usage.ru_utime),
            .system_ms = timeval_ms(usage.ru_stime),
            .max_rss_bytes = (int64_t)usage.ru_maxrss * 1024,
        };
        seal_host_exited(state, pid, &status);
    }
}

const struct seal_guest *seal_guest_plain(void)
{
    static const struct seal_guest plain = {
        .begin = plain_begin, .start = plain_start, .settle = plain_settle};
    return &plain;
}

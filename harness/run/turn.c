/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/run/turn_priv.h"

#include "base/core/buf.h"
#include "base/sys/clock.h"
#include "base/sys/fd.h"
#include "base/sys/poller.h"

int turn_await(int fd, int64_t *ret_waited_ms, struct err *err)
{
    AUTO_BUF struct buf answer = {0};
    struct poll_item item = {.fd = fd, .want_read = true};
    int64_t began_ms = monotonic_ms();
    *ret_waited_ms = 0;
    if (fd < 0) {
        return 0;
    }
    buf_init(&answer, 1);
    if (fd_write_all(fd, STR("w"), err) < 0 || poll_wait(&item, 1, -1, err) < 0 ||
        fd_read_available(fd, &answer, err) < 0) {
        return err_wrap(err, "waiting for this case's turn");
    }
    *ret_waited_ms = monotonic_ms() - began_ms;
    return answer.len == 1 && answer.ptr[0] == TURN_GIVEN
               ? 0
               : err_set(err, ERR_UNAVAILABLE, "the run ended before this case's turn came");
}

void turn_over(int fd)
{
    struct err ignored = {0};
    if (fd >= 0 && fd_write_all(fd, STR("o"), &ignored) < 0) {
        return; /* the runner has gone, and this process goes with it */
    }
}

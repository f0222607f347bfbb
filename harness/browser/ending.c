/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/browser/browser.h"

#include "base/sys/clock.h"
#include "base/sys/poller.h"

#include <unistd.h>

bool browser_should_end(void)
{
    struct poll_item in = {.fd = STDIN_FILENO, .want_read = true};
    struct err ignored = {0};
    return poll_wait(&in, 1, 0, &ignored) != 0;
}

void browser_pause(int64_t ms)
{
    struct poll_item in = {.fd = STDIN_FILENO, .want_read = true};
    struct err ignored = {0};
    if (poll_wait(&in, 1, ms, &ignored) < 0) {
        sleep_ms(ms);
    }
}

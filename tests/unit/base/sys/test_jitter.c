/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys/jitter.h"

#include "base/sys/clock.h"

#include <criterion/criterion.h>

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(jitter, .timeout = 60);

Test(jitter, what_was_late_is_told_and_ending_does_not_wait)
{
    struct jitter_meter *m = NULL;
    struct err err = {0};
    cr_assert_eq(jitter_begin(&m, &err), 0, "%s", err.msg);
    sleep_ms(50);
    int64_t before = monotonic_ms(), late = jitter_end(m);
    cr_expect(late >= 0 && late < 30000, "%ld ms", (long)late);
    cr_expect(monotonic_ms() - before < 5000);
    cr_expect_eq(jitter_end(NULL), 0);
}

/* Nobody wakes a stopped process: when it goes on, its sleeper is as late as it was stopped. */
Test(jitter, a_machine_that_stalls_is_seen)
{
    enum { STALL_MS = 80 };
    struct jitter_meter *m = NULL;
    struct err err = {0};
    cr_assert_eq(jitter_begin(&m, &err), 0, "%s", err.msg);
    pid_t tested = getpid(), child = fork();
    cr_assert(child >= 0);
    if (child == 0) {
        sleep_ms(STALL_MS / 4);
        (void)kill(tested, SIGSTOP);
        sleep_ms(STALL_MS);
        (void)kill(tested, SIGCONT);
        _exit(0);
    }
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
    }
    sleep_ms(STALL_MS); /* the sleeper is to be awake again */
    int64_t late = jitter_end(m);
    cr_expect(late >= STALL_MS / 2, "%ld ms", (long)late);
}

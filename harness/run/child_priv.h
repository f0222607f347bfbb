/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_RUN_CHILD_PRIV_H
#define HARNESS_RUN_CHILD_PRIV_H

/* One process of the connector with its pipes. Its output is taken in whenever anything waits
 * (child_wait), so that it never blocks on a full pipe; it is never waited for by end of file, as
 * others may hold the pipe.
 *
 * Output goes to buffers of the session that outlive the process (drive exec starts many).
 * Ownership: child_done closes the pipes; the process must have been reaped. */

#include "base/core/arena.h"
#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/sys/process.h"
#include "harness/seal/seal.h"

#include <stdbool.h>
#include <stdint.h>

struct watch;

/* stdout or stderr of the connector over the whole case. */
struct stream {
    struct buf text; /* cap = limit */
    bool over_limit;
    bool closed; /* the current process closed its end */
};

struct child {
    struct process process;
    struct seal *seal;            /* it runs inside; NULL = beside us */
    struct seal_process inside;   /* with a seal */
    struct process_status status; /* end != PROCESS_RUNNING once reaped */
    int stdin_fd, stdout_fd, stderr_fd;
    struct stream *out, *err_out; /* borrowed */
    struct buf pending;           /* still to be written to stdin */
    int send_errno;               /* why it could not be written, when that was not its doing */
    bool started;
};

struct child_options {
    const char *const *argv;
    const char *const *envp;
    const char *cwd, *search_path;
    struct process_limits limits;
    bool wants_stdin;
    struct stream *out, *err_out;
    struct seal *seal; /* to run inside; NULL = beside us */
};

int child_start(const struct child_options *options, struct child *ret, struct err *err) NODISCARD;
void child_done(struct child *c);

bool child_is_running(const struct child *c);
/* Queues bytes for its stdin; what does not fit in the pipe is written while waiting. */
void child_send(struct child *c, struct str bytes);
void child_close_stdin(struct child *c);

/* Takes in what there is, without waiting. */
void child_drain(struct child *c);
void child_signal(struct child *c, int sig);

enum wait_end {
    WAIT_READY,  /* is_done said so */
    WAIT_ENDED,  /* the process has ended; its output up to then is drained */
    WAIT_TIME,   /* the deadline passed */
    WAIT_OUTPUT, /* it wrote more than it may */
    WAIT_CLOSED, /* it closed its stdout and lives on (only when is_done is given) */
    WAIT_HARNESS /* the mock died, or waiting itself failed: err says why */
};

/* Waits with everything going on. is_done may be NULL; it is asked after each portion of output. c
 * may be NULL (without is_done): then it only waits, minding the mock. deadline_ms is of
 * monotonic_ms(). */
enum wait_end child_wait(struct child *c, struct watch *watch, bool (*is_done)(void *ctx),
                         void *ctx, int64_t deadline_ms, struct err *err);

#endif

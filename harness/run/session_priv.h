/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_RUN_SESSION_PRIV_H
#define HARNESS_RUN_SESSION_PRIV_H

/* One case run while it goes on: what drives and steps share. Nothing is redacted yet, as tokens
 * are still being minted: texts are remembered as places in the output (collect_priv.h redacts
 * them). */

#include "harness/evidence/capture.h"
#include "harness/evidence/evidence.h"
#include "harness/run/child_priv.h"
#include "harness/run/run_case.h"
#include "harness/run/watch_priv.h"
#include "harness/world/world.h"

struct driver;
struct secret_scanner;
struct secret_set;

/* Where the text of an operation's error stands. */
enum raw_source {
    RAW_NONE,   /* record.error is a sentence of ours, or NULL */
    RAW_ANSWER, /* a valid answer on stdout: its member "error" */
    RAW_LINE,   /* a line on stdout that breaks the protocol: shown after record.error */
    RAW_OUTPUT  /* the last lines of stderr, or of stdout when that is empty */
};

struct raw_span {
    size_t begin, end;
};

struct raw_operation {
    struct operation_record record;
    int64_t at_once; /* verb parallel */
    enum raw_source source;
    struct raw_span out, err_out;
};
struct raw_operations {
    struct raw_operation *items;
    size_t count, capacity;
};

struct option_records {
    struct option_record *items;
    size_t count, capacity;
};

struct session_output {
    struct stream out, err_out;
    struct capture_ranges answers; /* stretches of stdout that are answers */
};

struct session {
    struct arena *arena;
    const struct run_job *job;
    const struct driver *driver;
    struct world *world;
    struct evidence *evidence;
    struct watch watch;
    struct child child;
    struct session_output output;
    struct raw_operations operations;
    struct option_records options; /* that were tried */
    struct str_list given_argv;    /* every argument handed to the connector */
    int64_t case_deadline_ms;      /* of monotonic_ms() */
    bool lost;                     /* nothing more can be asked for */
    int turn_fd;                   /* -1 = none */
    int64_t waited_ms;             /* for its turn */
    void *drive_state;
    struct buf browser_log; /* what the user's browser wrote, once it has ended */
    const char *browser_dir;
    struct secret_set *canaries;    /* known once collected */
    struct secret_scanner *scanner; /* of these */
};

int64_t session_now_ms(const struct session *s); /* as evidence counts */
int64_t session_deadline(const struct session *s, int64_t from_now_ms);

/* Starts the connector. What is the connector's own fault (no such program) is noted as
 * could_not_run and is no error: look at child.started. */
int session_start(struct session *s, const char *const *argv, bool wants_stdin,
                  struct err *err) NODISCARD;
/* Waits until is_done says so (NULL: until its end); past the deadline or the output limit it is
 * killed. */
enum wait_end session_wait(struct session *s, bool (*is_done)(void *ctx), void *ctx,
                           int64_t deadline_ms, struct err *err);
/* Lets time pass while the limits hold; shorter when the connector ends or the case is over. */
int session_pause(struct session *s, int64_t ms, struct err *err) NODISCARD;
/* Asks it to end (end of stdin, SIGTERM), then makes it (SIGKILL). */
int session_stop(struct session *s, struct err *err) NODISCARD;
/* After its end: sweeps what it left behind, takes in the rest of its output, fills
 * evidence.process. */
int session_finish(struct session *s, struct err *err) NODISCARD;
/* A sentence on how the process ended. */
const char *session_end_text(struct session *s);

#endif

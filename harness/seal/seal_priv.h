/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_SEAL_SEAL_PRIV_H
#define HARNESS_SEAL_SEAL_PRIV_H

/* A cell as its owner holds it. */

#include "harness/seal/protocol_priv.h"
#include "harness/seal/seal.h"

struct seal_event { /* came while something else was waited for */
    struct seal_message message;
    struct seal_fds fds;
};
struct seal_events {
    struct seal_event *items;
    size_t count, capacity;
};

struct seal {
    struct arena *arena;
    pid_t init_pid;
    int init_pidfd, control_fd, box_fd, tap_fd;
    bool has_ipv6;
    struct str_list omitted;
    struct seal_events exited, execs; /* execs: those before exec_next were given out */
    size_t exec_next;
};

#endif

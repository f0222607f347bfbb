/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_APP_SERVE_H
#define MOCK_APP_SERVE_H

/* `assay-mock serve`. */

#include "base/core/arena.h"
#include "base/core/err.h"

#include <stdbool.h>
#include <stdint.h>

struct serve_listen_options {
    const char *address;
    int64_t port, https_port;
    bool https;
    struct str_list listen_fds, https_listen_fds; /* numbers of descriptors that listen already */
    struct str_list tls_names;
    const char *ca_out;
    const char *tls_from;       /* PEM: certificate chain and key, instead of ones made here */
    const char *threads_wanted; /* a number or "auto" */
    int64_t threads;            /* that comes of it */
};

/* Ways to steer and to watch, beside the unix socket. Ports: -1 = none, 0 = any free one. */
struct serve_steer_options {
    int64_t control_port, web_port;
    const char *secret_file; /* NULL = a secret is made and told */
    struct str_list tls_faults;
};

struct serve_options {
    struct serve_listen_options listen;
    const char *config, *control;
    int64_t ready_fd; /* -1 = none */
    int64_t watch_fd; /* ends with what is behind it; -1 = none */
    int64_t seed;     /* -1 = random */
    int64_t journal_mib;
    struct serve_steer_options steer;
    bool print_config;
    bool quiet, verbose, watch_parent;
};

/* The run function of the command: returns the exit code. */
int serve_run(void *program, const void *options, const struct str_list *args);
/* What a first mock of a process makes for all further ones: a mock is made and thrown away. */
int serve_warm_up(struct err *err) NODISCARD;

#endif

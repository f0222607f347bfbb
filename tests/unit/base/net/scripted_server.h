/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_BASE_NET_SCRIPTED_SERVER_H
#define TESTS_UNIT_BASE_NET_SCRIPTED_SERVER_H

/* A server that answers the n-th request with the n-th line of a script, byte for byte, and
 * remembers what it was sent. One thread; connections are served one after another. */

#include "base/core/buf.h"

#include <pthread.h>
#include <stdbool.h>

#define SCRIPT_MAX 8
/* Instead of an answer. */
#define HANG  "(hang)"  /* say nothing until the client goes */
#define CLOSE "(close)" /* end the connection */

struct scripted_server {
    const char *answers[SCRIPT_MAX]; /* NULL ends the script */
    struct buf requests[SCRIPT_MAX]; /* head and body as received */
    int request_count, connection_count;
    int listen_fd, port;
    pthread_t thread;
};

/* unix_path NULL = TCP on a port of the system's choice. */
void scripted_server_start(struct scripted_server *s, const char *unix_path);
/* Call before looking at what was received. */
void scripted_server_stop(struct scripted_server *s);
void scripted_server_done(struct scripted_server *s);

#endif

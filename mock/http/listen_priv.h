/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_HTTP_LISTEN_PRIV_H
#define MOCK_HTTP_LISTEN_PRIV_H

/* Listening sockets: close-on-exec, non-blocking. */

#include "base/core/attrs.h"
#include "base/core/err.h"

/* "127.0.0.1", "::1", "localhost", ...; ERR_UNAVAILABLE when the port is taken. */
int listen_tcp(const char *address, int port, int *ret_fd, struct err *err) NODISCARD;
/* Mode 0600. A socket left by a process that is gone is removed; any other file is an error. */
int listen_unix(const char *path, int *ret_fd, struct err *err) NODISCARD;
/* The bound port of a TCP socket, 0 for others. */
int listen_port(int fd);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_LOOPBACK_H
#define REFERENCE_LOOPBACK_H

/* The listener to which the user's browser carries the answer of the authorization server: on
 * loopback only, open only while an answer is awaited (RFC 8252 sections 7.3 and 8.3).
 *
 * Any program and any web page of this machine can talk to it. So what is no answer is turned away
 * and the wait goes on: other paths (a browser asks for /favicon.ico), a Host that is not loopback
 * (DNS rebinding), a state that was not sent. The page it answers with is fixed, loads nothing and
 * shows nothing of the answer. */

#include "text.h"

#include <stdbool.h>
#include <stdint.h>

struct loopback {
    int fds[2]; /* IPv4, IPv6; -1 = none */
    int port;
};

struct loopback_wanted {
    const char *path;  /* of the redirect URI */
    const char *state; /* that was sent */
    const char *issuer;
    int64_t deadline_ms; /* of clock_now_ms */
};

int loopback_open(struct loopback *l, int port, struct failure *f);
void loopback_close(struct loopback *l);
/* 0 with the code (secret_free); -1 when the user or the server refused, or no answer came. */
int loopback_await(struct loopback *l, const struct loopback_wanted *wanted, char **ret_code,
                   struct failure *f);

#endif

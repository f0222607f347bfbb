/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_SEAL_CONNECT_REQUEST_H
#define HARNESS_SEAL_CONNECT_REQUEST_H

/* What a client asks of a proxy: the head of its first request (RFC 9110 section 9.3.6, RFC 9112
 * section 3.2). Pure. */

#include "base/core/str.h"

enum connect_found {
    CONNECT_MORE, /* the head is not over yet */
    CONNECT_BAD,  /* no request that a proxy could understand; nothing is filled in */
    CONNECT_TO,   /* CONNECT host:port */
    CONNECT_PLAIN /* another method on an http: URI, to be passed on in the clear */
};
#define CONNECT_HOST_SIZE 256

struct connect_request {
    char host[CONNECT_HOST_SIZE]; /* lower case; no dot at the end, no brackets */
    int port;
    size_t head_len; /* what comes behind belongs to the tunnel */
};

enum connect_found connect_read(struct str bytes, struct connect_request *ret);

#endif

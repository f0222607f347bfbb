/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_NET_HTTP_CLIENT_PRIV_H
#define BASE_NET_HTTP_CLIENT_PRIV_H

/* Collecting an answer while it arrives, between http_client.c and http_response.c. */

#include "base/net/http_client.h"

#define HEADERS_MAX_BYTES ((size_t)256 * 1024)

struct http_headers {
    struct http_header *items;
    size_t count, capacity;
};

struct http_collector {
    struct arena *arena;         /* owned until the response takes it */
    struct http_headers headers; /* of the answer that is arriving: forgotten when another begins */
    size_t header_bytes;
    struct buf body;
    bool too_many_headers, body_too_large; /* why the transfer was broken off */
};

void http_collector_init(struct http_collector *c, size_t max_body_bytes);
void http_collector_done(struct http_collector *c);
/* One raw header line. Returns false to break the transfer off. */
bool http_collector_header(struct http_collector *c, struct str line);
bool http_collector_body(struct http_collector *c, struct str bytes);
/* Hands everything over to a response. */
void http_collector_finish(struct http_collector *c, int status, const char *final_url,
                           struct http_response *ret_response);

#endif

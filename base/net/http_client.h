/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_NET_HTTP_CLIENT_H
#define BASE_NET_HTTP_CLIENT_H

/* A small HTTP/1.1 client over libcurl, for the control interface and for playing a browser.
 *
 * No environment variable, .netrc or proxy is ever looked at. Redirects are not followed unless
 * asked. Ownership: the response owns its bytes; http_response_done(). One client = one connection
 * pool and cookie jar; threads: one thread per client. An HTTP status is not an error; ERR_IO or
 * ERR_TIMEOUT is. */

#include "base/core/arena.h"
#include "base/core/buf.h"
#include "base/core/err.h"

#include <stdbool.h>
#include <stdint.h>

struct http_client;

struct http_client_options {
    const char *unix_socket; /* connect there whatever the URL's host says; NULL = TCP */
    const char *ca_file;     /* PEM; NULL = the system's */
    bool cookies;            /* keep a cookie jar in memory */
    int64_t timeout_ms;      /* per request; 0 = 30 s */
};

struct http_client *http_client_new(const struct http_client_options *options,
                                    struct err *err) NODISCARD;
void http_client_free(struct http_client *c);
void http_client_free_ptr(struct http_client **c);

struct http_header {
    const char *name, *value;
};

struct http_request {
    const char *method; /* "GET" */
    const char *url;
    const struct http_header *headers;
    size_t header_count;
    struct str body;
    int max_redirects;     /* 0 = none */
    size_t max_body_bytes; /* 0 = 64 MiB; more is ERR_LIMIT */
};

struct http_response {
    int status;
    struct http_header *headers; /* in order, names as sent; final response only */
    size_t header_count;
    struct buf body;
    char *final_url; /* after redirects */
    struct arena *arena;
};

int http_send(struct http_client *c, const struct http_request *request,
              struct http_response *ret_response, struct err *err) NODISCARD;
void http_response_done(struct http_response *r);
#define AUTO_HTTP_RESPONSE AUTO(http_response_done)
const char *http_response_header(const struct http_response *r, const char *name); /* any case */

#endif

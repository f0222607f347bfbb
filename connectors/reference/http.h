/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_HTTP_H
#define REFERENCE_HTTP_H

/* The one place where requests are made. Every request gets the User-Agent, its credential and a
 * limit in time here. Redirects are not followed, and neither proxies nor credentials are taken
 * from the environment or netrc.
 *
 * Sends again, three times in all and never past the deadline: any request after 429 or 503, as
 * long after it as Retry-After says; a GET also after 502, 504 and a broken connection. A POST that
 * got no answer may have been carried out, so it is not sent again. The metadata service of a
 * machine asks for more patience: five tries with growing pauses, also after 404, 410 and 500.
 *
 * Threads: one at a time for each struct http. */

#include "text.h"

#include <stdbool.h>
#include <stdint.h>

struct http {
    void *curl; /* CURL; keeps connections open between requests */
};

struct http_request {
    const char *method; /* "GET", "POST" */
    const char *url;
    const char *bearer;              /* Authorization: Bearer ...; or */
    const char *username, *password; /* Authorization: Basic ...; or neither */
    const char *content_type, *body; /* of a POST */
    const char *const *headers;      /* further ones, up to NULL; or NULL */
    bool is_secret_url;              /* the URL is told nowhere */
    bool is_patient;     /* tries more often, and after all that may pass (a machine's metadata) */
    int64_t deadline_ms; /* of clock_now_ms */
};

struct http_response {
    long status;
    int64_t retry_after_ms; /* 0 = not said */
    char content_type[80], request_id[80];
    struct text body;
};

int http_init(struct http *h, struct failure *f);
void http_done(struct http *h);
/* 0 when an answer came, whatever its status; then response is to be given to
 * http_response_done. */
int http_send(struct http *h, const struct http_request *request, struct http_response *ret,
              struct failure *f);
void http_response_done(struct http_response *r);

#endif

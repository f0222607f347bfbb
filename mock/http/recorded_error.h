/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_HTTP_RECORDED_ERROR_H
#define MOCK_HTTP_RECORDED_ERROR_H

/* The error answers of the real service, one table row each, under the names that handlers, fault
 * rules and cases use. Adding an error is adding a row in recorded_error.c.
 *
 * A body is a template: ${message} is the row's text or the caller's, as JSON text without quotes;
 * ${reqid} is the exchange's request id (req->request_id, also sent as x-request-id).
 * Threads: the table is constant. */

#include "mock/http/request.h"

#include <stdbool.h>
#include <stddef.h>

struct recorded_error {
    const char *name; /* "invalid-access-token" */
    int status;
    const char *content_type; /* NULL = none is sent */
    const char *body;         /* template; "" = empty body */
    const char *message;      /* the usual text for ${message}; "" when the body has none */
    const char *headers;      /* "name: value" lines, '\n' between them, templates too; or NULL */
    const char *source;       /* where it was recorded or specified */
};

const struct recorded_error *recorded_error_find(const char *name); /* or NULL */
const struct recorded_error *recorded_error_at(size_t index);       /* NULL at the end */

/* Makes the whole answer. message_or_null replaces the usual text. Unknown names are a programmer's
 * mistake: check with recorded_error_find() what comes from outside. */
void recorded_error_reply(struct http_req *req, struct http_reply *reply, const char *name,
                          const char *message_or_null);

/* A service-side error: {"error_code":"NAME","message":"..."} with details naming the request, as
 * the APIs behind the gateway answer. */
void recorded_error_service(struct http_req *req, struct http_reply *reply, int status,
                            const char *error_code, const char *message);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_HTTP_THRIFT_CALL_H
#define MOCK_HTTP_THRIFT_CALL_H

/* Thrift over HTTP as far as the way of an exchange has to know it: all calls are POSTs to one
 * path, and which one it is stands at the head of the body (thrift-binary-protocol.md, strict
 * form). What the calls mean is mock/sql's. */

#include "mock/http/request.h"

/* The name of the call in the body, borrowed from it; "" when it is none. */
struct str thrift_call_name(const struct http_req *req);
/* Clients of Thrift do not look into the body of a refusal: they read its text in
 * x-thriftserver-error-message and x-databricks-reason-phrase (databricks-sql-python
 * thrift_backend.py, databricks-sql-go internal/client). Adds those that are missing to an answer
 * of 400 and above with a JSON body that has a message. */
void thrift_call_refused(struct http_req *req, struct http_reply *reply);

#endif

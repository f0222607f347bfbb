/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_HTTP_KEPT_PRIV_H
#define MOCK_HTTP_KEPT_PRIV_H

/* The library's form of a kept reply: built once per thread, handed from exchange to exchange, each
 * of which puts in its request id and the date. One exchange at a time has it. */

#include "mock/http/kept_reply.h"

#include <microhttpd.h>

struct prepared_reply {
    struct MHD_Response *response;
    char *request_id, *date; /* the values in there; NULL = not there yet */
    bool busy;               /* an exchange has it */
    bool stays;              /* its thread keeps it */
};

/* NULL: the library refuses. Given back by the same thread, before the exchange lets go of the
 * reply. */
struct prepared_reply *kept_reply_prepared(struct kept_reply *k, const struct http_reply *reply);
void kept_reply_give_back(struct prepared_reply *p);

#endif

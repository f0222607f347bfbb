/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_HTTP_KEPT_PRIV_H
#define MOCK_HTTP_KEPT_PRIV_H

/* The library's form of a kept reply: built once, handed from exchange to exchange, each of which
 * puts in its request id and the date. One exchange at a time has it. */

#include "mock/http/kept_reply.h"

#include <microhttpd.h>

struct prepared_reply {
    struct MHD_Response *response;
    char request_id[40], date[40]; /* as they are in there now; "" = not there */
    struct prepared_reply *next;
};

/* NULL: the library refuses. */
struct prepared_reply *kept_reply_prepared(struct kept_reply *k, const struct http_reply *reply);
void kept_reply_give_back(struct kept_reply *k, struct prepared_reply *p);

#endif

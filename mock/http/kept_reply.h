/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_HTTP_KEPT_REPLY_H
#define MOCK_HTTP_KEPT_REPLY_H

/* An answer that is sent again and again: all that is the same each time, made once.
 *
 * Ownership: counted by reference. Threads: any may hold it and let it go; the rest never changes,
 * but for journal_tag. */

#include "base/core/attrs.h"
#include "mock/http/request.h"

/* The journal has no room to know it. */
#define KEPT_TAG_REFUSED UINT32_MAX

struct kept_reply {
    int status;
    struct str body;
    struct http_fields headers; /* in order; the request id's value is "", the date is not there */
    size_t request_id_at;
    uint32_t
        journal_tag; /* what the journal knows it by; 0 = nobody asked yet. The engine's lock */
};

/* A copy of the reply. NULL: it has no request id, so it is none of the service's. */
struct kept_reply *kept_reply_new(const struct http_reply *reply) NODISCARD;
void kept_reply_ref(struct kept_reply *k);
void kept_reply_unref(struct kept_reply *k); /* accepts NULL */

/* Makes *reply a copy for this request and holds *k for it. */
void kept_reply_use(struct kept_reply *k, struct http_req *req, struct http_reply *reply);
/* The last header of such a reply, while it is a copy still. */
void kept_reply_date(struct http_req *req, struct http_reply *reply, const char *date);

#endif

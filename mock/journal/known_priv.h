/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_JOURNAL_KNOWN_PRIV_H
#define MOCK_JOURNAL_KNOWN_PRIV_H

/* Replies, and headers of requests, that many records share, so that each need not repeat them:
 * raw, as records are, and bounded. They stay as long as the store does. */

#include "mock/http/kept_reply.h"

/* Of each kind. */
#define KNOWN_MAX       ((size_t)512)
#define KNOWN_MAX_BYTES ((size_t)1024 * 1024)

/* The tag of what there is no room for. */
#define KNOWN_REFUSED UINT32_MAX

struct known_table {
    void **items; /* the tag is the index, and one */
    size_t count, capacity, bytes;
};

struct known {
    struct known_table replies; /* struct kept_reply, referenced */
    struct known_table heads;   /* struct http_fields, copies */
};

void known_done(struct known *known);
/* Sets kept->journal_tag. */
void known_reply_add(struct known *known, struct kept_reply *kept);
const struct kept_reply *known_reply(const struct known *known, uint32_t tag);
/* Their tag, or KNOWN_REFUSED. */
uint32_t known_head_add(struct known *known, const struct http_fields *head);
const struct http_fields *known_head(const struct known *known, uint32_t tag);

#endif

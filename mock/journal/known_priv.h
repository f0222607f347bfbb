/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_JOURNAL_KNOWN_PRIV_H
#define MOCK_JOURNAL_KNOWN_PRIV_H

/* Replies, and headers of requests, that many records share, so that each need not repeat them:
 * raw, as records are, and bounded. They stay as long as the store does. */

#include "mock/http/kept_reply.h"

/* Of each kind. */
#define KNOWN_MAX       ((size_t)512)
#define KNOWN_MAX_BYTES ((size_t)1024 * 1024)

struct known_replies {
    struct kept_reply **items; /* the tag is the index, and one */
    size_t count, capacity, bytes;
};

void known_replies_done(struct known_replies *k);
/* Sets kept->journal_tag. */
void known_replies_add(struct known_replies *k, struct kept_reply *kept);
const struct kept_reply *known_reply(const struct known_replies *k, uint32_t tag);

/* There is no room for these headers. */
#define KNOWN_HEAD_REFUSED UINT32_MAX

struct known_heads {
    struct http_fields **items; /* copies; the tag is the index, and one */
    size_t count, capacity, bytes;
};

void known_heads_done(struct known_heads *k);
/* Their tag, or KNOWN_HEAD_REFUSED. */
uint32_t known_heads_add(struct known_heads *k, const struct http_fields *head);
const struct http_fields *known_head(const struct known_heads *k, uint32_t tag);

struct known {
    struct known_replies replies;
    struct known_heads heads;
};

#endif

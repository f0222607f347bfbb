/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_JOURNAL_KNOWN_PRIV_H
#define MOCK_JOURNAL_KNOWN_PRIV_H

/* Replies that many records share, so that each need not repeat them: raw, as records are, and
 * bounded. They stay as long as the store does. */

#include "mock/http/kept_reply.h"

struct known_replies {
    struct kept_reply **items; /* the tag is the index, and one */
    size_t count, capacity, bytes;
};

void known_replies_done(struct known_replies *k);
/* Sets kept->journal_tag. */
void known_replies_add(struct known_replies *k, struct kept_reply *kept);
const struct kept_reply *known_reply(const struct known_replies *k, uint32_t tag);

#endif

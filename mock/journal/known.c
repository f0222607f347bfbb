/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/journal/known_priv.h"

#include "base/core/assert.h"
#include "base/core/xalloc.h"

#include <stdlib.h>

void known_replies_done(struct known_replies *k)
{
    for (size_t i = 0; i < k->count; i++) {
        kept_reply_unref(k->items[i]);
    }
    free(k->items);
}

static bool are_same(const struct kept_reply *a, const struct kept_reply *b)
{
    return a->status == b->status && a->request_id_at == b->request_id_at &&
           str_eq(a->body, b->body) && http_fields_same(&a->headers, &b->headers);
}

/* A reply is made anew after each change of state, mostly with the same bytes. */
static uint32_t tag_of_same(const struct known_replies *k, const struct kept_reply *kept)
{
    for (size_t i = 0; i < k->count; i++) {
        if (are_same(k->items[i], kept)) {
            return (uint32_t)i + 1;
        }
    }
    return 0;
}

void known_replies_add(struct known_replies *k, struct kept_reply *kept)
{
    kept->journal_tag = tag_of_same(k, kept);
    if (kept->journal_tag != 0) {
        return;
    }
    if (k->count == KNOWN_MAX || k->bytes + kept->body.len > KNOWN_MAX_BYTES) {
        kept->journal_tag = KEPT_TAG_REFUSED;
        return;
    }
    if (k->count == k->capacity) {
        k->capacity = k->capacity > 0 ? 2 * k->capacity : 8;
        k->items = xrealloc(k->items, k->capacity, sizeof(struct kept_reply *));
    }
    kept_reply_ref(kept);
    k->items[k->count++] = kept;
    k->bytes += kept->body.len;
    kept->journal_tag = (uint32_t)k->count;
}

const struct kept_reply *known_reply(const struct known_replies *k, uint32_t tag)
{
    ASSERT(tag > 0 && tag <= k->count);
    return k->items[tag - 1];
}

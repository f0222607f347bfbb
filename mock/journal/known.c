/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/journal/known_priv.h"

#include "base/core/assert.h"
#include "base/core/xalloc.h"

#include <stdlib.h>

_Static_assert(KEPT_TAG_REFUSED == KNOWN_REFUSED, "one tag says that there is no room");

/* Replies are made anew after each change of state, mostly with the same bytes; the connections of
 * one client send the same headers. */
static uint32_t tag_of_same(const struct known_table *k, bool (*same)(const void *, const void *),
                            const void *item)
{
    for (size_t i = 0; i < k->count; i++) {
        if (same(k->items[i], item)) {
            return (uint32_t)i + 1;
        }
    }
    return 0;
}

static bool has_room(const struct known_table *k, size_t bytes)
{
    return k->count < KNOWN_MAX && k->bytes + bytes <= KNOWN_MAX_BYTES;
}

static uint32_t add(struct known_table *k, void *item_take, size_t bytes)
{
    if (k->count == k->capacity) {
        k->capacity = k->capacity > 0 ? 2 * k->capacity : 8;
        k->items = xrealloc(k->items, k->capacity, sizeof(void *));
    }
    k->items[k->count++] = item_take;
    k->bytes += bytes;
    return (uint32_t)k->count;
}

static const void *at(const struct known_table *k, uint32_t tag)
{
    ASSERT(tag > 0 && tag <= k->count);
    return k->items[tag - 1];
}

void known_done(struct known *k)
{
    for (size_t i = 0; i < k->replies.count; i++) {
        kept_reply_unref(k->replies.items[i]);
    }
    for (size_t i = 0; i < k->heads.count; i++) {
        free(k->heads.items[i]);
    }
    free(k->replies.items);
    free(k->heads.items);
}

static bool replies_same(const void *one, const void *other)
{
    const struct kept_reply *a = one, *b = other;
    return a->status == b->status && a->request_id_at == b->request_id_at &&
           str_eq(a->body, b->body) && http_fields_same(&a->headers, &b->headers);
}

void known_reply_add(struct known *known, struct kept_reply *kept)
{
    struct known_table *k = &known->replies;
    kept->journal_tag = tag_of_same(k, replies_same, kept);
    if (kept->journal_tag != 0) {
        return;
    }
    if (!has_room(k, kept->body.len)) {
        kept->journal_tag = KNOWN_REFUSED;
        return;
    }
    kept_reply_ref(kept);
    kept->journal_tag = add(k, kept, kept->body.len);
}

const struct kept_reply *known_reply(const struct known *known, uint32_t tag)
{
    return at(&known->replies, tag);
}

static bool heads_same(const void *one, const void *other)
{
    return http_fields_same(one, other);
}

uint32_t known_head_add(struct known *known, const struct http_fields *head)
{
    struct known_table *k = &known->heads;
    uint32_t tag = tag_of_same(k, heads_same, head);
    size_t bytes = http_fields_bytes(head);
    if (tag != 0) {
        return tag;
    }
    return has_room(k, bytes) ? add(k, http_fields_copy(head), bytes) : KNOWN_REFUSED;
}

const struct http_fields *known_head(const struct known *known, uint32_t tag)
{
    return at(&known->heads, tag);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/assert.h"
#include "base/core/xalloc.h"
#include "mock/journal/known_priv.h"

#include <stdlib.h>

void known_heads_done(struct known_heads *k)
{
    for (size_t i = 0; i < k->count; i++) {
        free(k->items[i]);
    }
    free(k->items);
}

/* The connections of one client send the same. */
static uint32_t tag_of_same(const struct known_heads *k, const struct http_fields *head)
{
    for (size_t i = 0; i < k->count; i++) {
        if (http_fields_same(k->items[i], head)) {
            return (uint32_t)i + 1;
        }
    }
    return 0;
}

uint32_t known_heads_add(struct known_heads *k, const struct http_fields *head)
{
    uint32_t tag = tag_of_same(k, head);
    if (tag != 0) {
        return tag;
    }
    size_t bytes = http_fields_bytes(head);
    if (k->count == KNOWN_MAX || k->bytes + bytes > KNOWN_MAX_BYTES) {
        return KNOWN_HEAD_REFUSED;
    }
    if (k->count == k->capacity) {
        k->capacity = k->capacity > 0 ? 2 * k->capacity : 8;
        k->items = xrealloc(k->items, k->capacity, sizeof(struct http_fields *));
    }
    k->items[k->count++] = http_fields_copy(head);
    k->bytes += bytes;
    return (uint32_t)k->count;
}

const struct http_fields *known_head(const struct known_heads *k, uint32_t tag)
{
    ASSERT(tag > 0 && tag <= k->count);
    return k->items[tag - 1];
}

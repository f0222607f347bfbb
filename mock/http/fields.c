/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/xalloc.h"
#include "mock/http/request.h"

#include <string.h>

bool http_fields_same(const struct http_fields *a, const struct http_fields *b)
{
    if (a->count != b->count) {
        return false;
    }
    for (size_t i = 0; i < a->count; i++) {
        if (!str_eq(a->items[i].name, b->items[i].name) ||
            !str_eq(a->items[i].value, b->items[i].value)) {
            return false;
        }
    }
    return true;
}

size_t http_fields_bytes(const struct http_fields *fields)
{
    size_t bytes = 0;
    VEC_FOREACH(const struct http_field, field, fields) {
        bytes += field->name.len + field->value.len;
    }
    return bytes;
}

static struct str text_put(char **at, struct str s)
{
    char *start = *at;
    if (s.len > 0) {
        memcpy(start, s.ptr, s.len);
    }
    start[s.len] = '\0';
    *at += s.len + 1;
    return str_n(start, s.len);
}

struct http_fields *http_fields_copy(const struct http_fields *from)
{
    struct block {
        struct http_fields face;
        struct http_field items[];
    };
    size_t items = from->count * sizeof(struct http_field);
    struct block *made = xmalloc(sizeof(*made) + items + http_fields_bytes(from) + 2 * from->count);
    char *at = (char *)made->items + items;
    made->face =
        (struct http_fields){.items = made->items, .count = from->count, .capacity = from->count};
    for (size_t i = 0; i < from->count; i++) {
        made->items[i].name = text_put(&at, from->items[i].name);
        made->items[i].value = text_put(&at, from->items[i].value);
    }
    return &made->face;
}

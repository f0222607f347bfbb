/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/journal/search_priv.h"

#include "mock/state/credential_store.h"

/* No JWT of two JSON objects and a signature is shorter. */
enum { PREFIX_LEN = 4, JWT_MIN = 32 };

static const struct {
    char prefix[PREFIX_LEN + 1];
    size_t hex;
} opaque_forms[] = {{"dapi", 32}, {"dose", 32}, {"doau", 32}, {"dsat", 64}};

static bool is_token_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* How much of the text from `at` on is one of the opaque forms; 0 = none. */
static size_t opaque_len(struct str text, size_t at)
{
    for (size_t i = 0; i < ARRAY_LEN(opaque_forms); i++) {
        size_t len = PREFIX_LEN + opaque_forms[i].hex;
        if (text.len - at < len || memcmp(text.ptr + at, opaque_forms[i].prefix, PREFIX_LEN) != 0) {
            continue;
        }
        size_t end = at + PREFIX_LEN;
        while (end < at + len && is_hex(text.ptr[end])) {
            end++;
        }
        return end == at + len ? len : 0;
    }
    return 0;
}

/* A JWT, or as much of one as the text has; 0 = none, and none before *barren either, so that no
 * text makes this look at its bytes again and again. */
static size_t jwt_len(struct str text, size_t at, size_t *barren)
{
    size_t end = at, dots = 0;
    while (end < text.len && (is_token_char(text.ptr[end]) || (text.ptr[end] == '.' && dots < 2))) {
        dots += text.ptr[end] == '.' ? 1 : 0;
        end++;
    }
    if (end - at >= JWT_MIN && dots > 0) {
        return end - at;
    }
    *barren = end;
    return 0;
}

static size_t shape_len(struct str text, size_t at, size_t *barren)
{
    if (text.ptr[at] == 'd') {
        return opaque_len(text, at);
    }
    bool jwt = text.ptr[at] == 'e' && at >= *barren && text.len - at >= 3 &&
               memcmp(text.ptr + at, "eyJ", 3) == 0;
    return jwt ? jwt_len(text, at, barren) : 0;
}

static const struct canary *canary_of(const struct search *s, struct arena *a, struct str value)
{
    const struct credential *c = s->tokens != NULL ? credential_store_find(s->tokens, value) : NULL;
    struct canary *made = ARENA_NEW(a, struct canary);
    made->name = arena_strdup(a, c != NULL ? c->name : "unlisted_token");
    made->kind = c != NULL ? c->kind : SECRET_ACCESS_TOKEN;
    return made;
}

static void shapes_find(const struct search *s, struct arena *a, struct str text,
                        struct secret_hits *ret)
{
    size_t barren = 0;
    for (size_t at = 0; at < text.len;) {
        size_t len = shape_len(text, at, &barren);
        if (len > 0) {
            *VEC_PUSH(a, ret) = (struct secret_hit){
                .canary = canary_of(s, a, str_slice(text, at, at + len)),
                .encoding = ENCODING_RAW,
                .offset = at,
                .len = len,
            };
        }
        at += len > 0 ? len : 1;
    }
}

/* Adds a hit that begins no earlier than the last; of two that overlap one is made that covers
 * both, under the name of the longer. */
static void hit_add(struct arena *a, struct secret_hits *hits, struct secret_hit hit)
{
    struct secret_hit *last = hits->count > 0 ? &hits->items[hits->count - 1] : NULL;
    if (last == NULL || last->offset + last->len <= hit.offset) {
        *VEC_PUSH(a, hits) = hit;
        return;
    }
    uint64_t end = last->offset + last->len;
    uint64_t other_end = hit.offset + hit.len;
    if (hit.len > last->len) {
        last->canary = hit.canary;
        last->encoding = hit.encoding;
    }
    last->len = (size_t)((end > other_end ? end : other_end) - last->offset);
}

void search_text(const struct search *s, struct arena *a, struct str text,
                 struct secret_hits *ret_hits)
{
    struct secret_hits listed = {0}, shaped = {0}, all = {0};
    secret_scan(s->scanner, a, text, &listed);
    if (s->by_shape) {
        shapes_find(s, a, text, &shaped);
    }
    if (shaped.count == 0) {
        *ret_hits = listed;
        return;
    }
    size_t i = 0, k = 0;
    while (i < listed.count || k < shaped.count) {
        bool first = k == shaped.count ||
                     (i < listed.count && listed.items[i].offset <= shaped.items[k].offset);
        hit_add(a, &all, first ? listed.items[i++] : shaped.items[k++]);
    }
    *ret_hits = all;
}

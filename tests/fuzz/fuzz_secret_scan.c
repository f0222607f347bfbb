/* SPDX-License-Identifier: Apache-2.0 */
/* The first half of the input makes canaries, the second a text that uses them. Redacting the text
 * must leave no hit outside the markers, and a stream cut anywhere must find the same. */
#include "base/secret/scan.h"

#include "base/core/assert.h"
#include "base/text/base64.h"
#include "base/text/url.h"

#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CANARIES_MAX = 8 };

struct input {
    const uint8_t *at, *end;
};

static uint8_t byte_take(struct input *in)
{
    return in->at < in->end ? *in->at++ : 0;
}

static struct str piece_take(struct input *in, size_t len)
{
    size_t left = (size_t)(in->end - in->at);
    struct str s = str_n((const char *)in->at, len < left ? len : left);
    in->at += s.len;
    return s;
}

static struct secret_set *set_make(struct input *in)
{
    struct secret_set *set = secret_set_new();
    size_t count = byte_take(in) % (CANARIES_MAX + 1);
    for (size_t i = 0; i < count; i++) {
        char name[24];
        AUTO_BUF struct buf value = {0};
        size_t copies = 1 + byte_take(in) % 4; /* repeats its piece, to get long ones */
        struct str piece = piece_take(in, 4 + byte_take(in) % 90);
        for (size_t k = 0; k < copies; k++) {
            buf_add_str(&value, piece);
        }
        snprintf(name, sizeof(name), "c%zu", i);
        if (value.len >= 8) {
            (void)secret_set_add(set, name, SECRET_PAT, buf_str(&value));
        }
    }
    return set;
}

static void text_make(struct input *in, const struct secret_set *set, struct buf *text)
{
    size_t count = secret_set_count(set);
    while (in->at < in->end && text->len < 16384) {
        uint8_t op = byte_take(in);
        struct str value = piece_take(in, op % 16);
        if (count > 0 && op % 2) {
            value = secret_reveal(secret_set_at(set, byte_take(in) % count)->value);
            value = str_slice(value, byte_take(in) % 8 / 7 * 4, value.len - byte_take(in) % 8 / 7);
        }
        switch (op / 16 % 5) {
        case 0:
            base64_encode(text, value, BASE64_STANDARD);
            break;
        case 1:
            hex_encode(text, value);
            break;
        case 2:
            percent_encode(text, value);
            break;
        default:
            buf_add_str(text, value);
            break;
        }
    }
}

/* A hit in redacted text is one in the text between the markers: there must be none. */
static void redacted_check(const struct secret_scanner *s, struct arena *a, struct str text,
                           const struct secret_hits *hits)
{
    size_t at = 0;
    for (size_t i = 0; i <= hits->count; i++) {
        size_t to = i < hits->count ? (size_t)hits->items[i].offset : text.len;
        ASSERT(to >= at && to <= text.len);
        struct secret_hits left;
        secret_scan(s, a, str_slice(text, at, to), &left);
        ASSERT(left.count == 0);
        at = i < hits->count ? to + hits->items[i].len : at;
    }
}

static void stream_check(const struct secret_scanner *s, struct arena *a, struct str text,
                         const struct secret_hits *hits, size_t step)
{
    struct secret_stream *st = secret_stream_new(s);
    struct secret_hits again;
    for (size_t at = 0; at < text.len; at += step) {
        secret_stream_feed(st, str_slice(text, at, at + step));
    }
    secret_stream_finish_free(st, a, &again);
    ASSERT(again.count == hits->count);
    for (size_t i = 0; i < again.count; i++) {
        ASSERT(again.items[i].offset == hits->items[i].offset);
        ASSERT(again.items[i].len == hits->items[i].len);
        ASSERT(again.items[i].canary == hits->items[i].canary);
        ASSERT(again.items[i].encoding == hits->items[i].encoding);
    }
}

/* No canary may survive in the raw, whatever the scanner says. */
static void raw_check(const struct secret_set *set, struct str text, const struct secret_hits *hits)
{
    for (size_t c = 0; c < secret_set_count(set); c++) {
        struct str value = secret_reveal(secret_set_at(set, c)->value);
        size_t hit = 0;
        for (long at = -1; (at = str_find(text, value, (size_t)(at + 1))) >= 0;) {
            uint64_t end = (uint64_t)at + value.len;
            while (hit < hits->count && hits->items[hit].offset + hits->items[hit].len < end) {
                hit++;
            }
            ASSERT(hit < hits->count && hits->items[hit].offset <= (uint64_t)at);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, data + size};
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf text = {0}, out = {0};
    struct secret_hits hits;
    size_t step = 1 + byte_take(&in) % 97;
    struct secret_set *set = set_make(&in);
    struct secret_scanner *s = secret_scanner_new(set);
    text_make(&in, set, &text);
    secret_redact(s, a, buf_str(&text), &out, &hits);
    redacted_check(s, a, buf_str(&text), &hits);
    stream_check(s, a, buf_str(&text), &hits, step);
    raw_check(set, buf_str(&text), &hits);
    secret_scanner_free(s);
    s = secret_scanner_new_deep(set);
    secret_scan(s, a, buf_str(&text), &hits);
    redacted_check(s, a, buf_str(&text), &hits);
    raw_check(set, buf_str(&text), &hits);
    secret_scanner_free(s);
    secret_set_free(set);
    return 0;
}

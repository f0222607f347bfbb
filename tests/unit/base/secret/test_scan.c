/* SPDX-License-Identifier: Apache-2.0 */
#include "base/secret/scan.h"

#include "base/core/xalloc.h"
#include "tests/unit/base/secret/planted.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

static struct secret_hits scan(struct arena *a, const struct secret_scanner *s, struct str text)
{
    struct secret_hits hits = {0};
    secret_scan(s, a, text, &hits);
    return hits;
}

static struct secret_hits scan_cut(struct arena *a, const struct secret_scanner *s, struct str text,
                                   size_t cut)
{
    struct secret_hits hits = {0};
    struct secret_stream *st = secret_stream_new(s);
    secret_stream_feed(st, str_slice(text, 0, cut));
    secret_stream_feed(st, str_slice(text, cut, text.len));
    secret_stream_finish_free(st, a, &hits);
    return hits;
}

static struct secret_hits scan_bytewise(struct arena *a, const struct secret_scanner *s,
                                        struct str text)
{
    struct secret_hits hits = {0};
    struct secret_stream *st = secret_stream_new(s);
    for (size_t i = 0; i < text.len; i++) {
        secret_stream_feed(st, str_slice(text, i, i + 1));
    }
    secret_stream_finish_free(st, a, &hits);
    return hits;
}

static bool hits_equal(const struct secret_hits *a, const struct secret_hits *b)
{
    bool equal = a->count == b->count;
    for (size_t i = 0; equal && i < a->count; i++) {
        const struct secret_hit *x = &a->items[i], *y = &b->items[i];
        equal = x->canary == y->canary && x->encoding == y->encoding && x->offset == y->offset &&
                x->len == y->len;
    }
    return equal;
}

static const struct {
    const char *name, *value;
} values[] = {
    {"pat", PLANTED_PAT},
    {"pair", "app-1:s3cr\"t/&<+ =pass"},
    {"token", PLANTED_JWT_HEAD ".eyJzdWIiOiJhIn0." PLANTED_SIGNATURE_A},
    {"token_2", PLANTED_JWT_HEAD ".eyJzdWIiOiJiIn0." PLANTED_SIGNATURE_B},
    {"unicode", "gr\xc3\xbc\xc3\x9f-\xf0\x9f\x94\x91-dich"},
    {"short", "8bytes.."},
};

static struct secret_set *values_set(void)
{
    struct secret_set *set = secret_set_new();
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        (void)secret_set_add(set, values[i].name, SECRET_ACCESS_TOKEN, str_of(values[i].value));
    }
    return set;
}

/* One row per planted form: found once, where it is, as what it is, however the stream is cut. */
static void plant_and_find(const struct secret_set *set, const struct secret_scanner *s,
                           size_t value, const struct planted_form *form)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf text = {0};
    const size_t at = 200;
    planted_noise(&text, at, value);
    form->write(&text, str_of(values[value].value));
    size_t len = text.len - at;
    planted_noise(&text, 300, value + 1);
    struct secret_hits hits = scan(a, s, buf_str(&text));
    cr_assert_eq(hits.count, 1u, "%s as %s: %zu hits", values[value].name, form->name, hits.count);
    const struct secret_hit *hit = &hits.items[0];
    cr_assert_eq(hit->canary, secret_set_at(set, value), "%s", form->name);
    cr_assert_str_eq(secret_encoding_name(hit->encoding), form->name);
    cr_assert_eq(hit->offset, at + form->head, "%s as %s at %lu", values[value].name, form->name,
                 hit->offset);
    cr_assert_eq(hit->len, len - form->head, "%s as %s: %zu of %zu", values[value].name, form->name,
                 hit->len, len - form->head);
    for (size_t cut = 0; cut <= text.len; cut++) {
        struct secret_hits again = scan_cut(a, s, buf_str(&text), cut);
        cr_assert(hits_equal(&hits, &again), "%s as %s cut at %zu", values[value].name, form->name,
                  cut);
    }
    struct secret_hits bytewise = scan_bytewise(a, s, buf_str(&text));
    cr_assert(hits_equal(&hits, &bytewise));
}

Test(scan, every_form_is_found_at_its_place_however_the_stream_is_cut)
{
    struct secret_set *set = values_set();
    struct secret_scanner *s = secret_scanner_new(set);
    for (size_t v = 0; v < ARRAY_LEN(values); v++) {
        for (size_t f = 0; f < planted_form_count; f++) {
            if (planted_form_differs(&planted_forms[f], str_of(values[v].value))) {
                plant_and_find(set, s, v, &planted_forms[f]);
            }
        }
    }
    secret_scanner_free(s);
    secret_set_free(set);
}

Test(scan, base64_is_found_at_every_alignment)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct secret_set *set = values_set();
    struct secret_scanner *s = secret_scanner_new(set);
    for (size_t v = 0; v < ARRAY_LEN(values); v++) {
        for (size_t before = 0; before < 9; before++) {
            for (size_t after = 0; after < 4; after++) {
                AUTO_BUF struct buf plain = {0}, text = {0};
                buf_add(&plain, "user-name", before);
                buf_add_z(&plain, values[v].value);
                buf_add(&plain, "\xff\xff\xff\xff", after);
                planted_base64(&text, buf_str(&plain));
                struct secret_hits hits = scan(a, s, buf_str(&text));
                size_t first = (before * 8 + 5) / 6;
                size_t end = (before + strlen(values[v].value)) * 8 / 6;
                cr_assert_eq(hits.count, 1u, "%s after %zu", values[v].name, before);
                cr_assert_eq(hits.items[0].offset, first);
                cr_assert_eq(hits.items[0].len, end - first);
            }
        }
    }
    secret_scanner_free(s);
    secret_set_free(set);
}

Test(scan, nothing_is_found_in_a_megabyte_of_noise)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf noise = {0}, text = {0};
    struct secret_set *set = values_set();
    struct secret_scanner *s = secret_scanner_new(set);
    planted_noise(&noise, 1024 * 1024, 5);
    planted_base64(&text, buf_str(&noise));
    cr_assert_eq(scan(a, s, buf_str(&noise)).count, 0u);
    cr_assert_eq(scan(a, s, buf_str(&text)).count, 0u);
    secret_scanner_free(s);
    secret_set_free(set);
}

Test(scan, an_empty_set_finds_nothing)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf out = {0};
    struct secret_hits hits;
    struct secret_set *set = secret_set_new();
    struct secret_scanner *s = secret_scanner_new(set);
    cr_assert_eq(scan(a, s, STR("anything at all")).count, 0u);
    cr_assert_eq(scan_cut(a, s, STR("anything at all"), 4).count, 0u);
    secret_redact(s, a, STR("anything at all"), &out, &hits);
    cr_assert_str_eq(buf_z(&out), "anything at all");
    cr_assert_eq(scan(a, s, (struct str){NULL, 0}).count, 0u);
    secret_scanner_free(s);
    secret_scanner_free(NULL);
    secret_set_free(set);
}

Test(scan, tokens_with_the_same_beginning_are_told_apart)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct secret_set *set = values_set();
    struct secret_scanner *s = secret_scanner_new(set);
    struct str second = str_of(values[3].value);
    struct secret_hits hits = scan(a, s, second);
    cr_assert_eq(hits.count, 1u);
    cr_assert_str_eq(hits.items[0].canary->name, "token_2");
    cr_assert_eq(hits.items[0].len, second.len);
    /* The shared beginning alone tells nothing. */
    cr_assert_eq(scan(a, s, STR(PLANTED_JWT_HEAD ".eyJzdWIiOiJj")).count, 0u);
    hits = scan(a, s, STR("sig=" PLANTED_SIGNATURE_A "&"));
    cr_assert_eq(hits.count, 1u);
    cr_assert_str_eq(hits.items[0].canary->name, "token");
    cr_assert_eq(hits.items[0].offset, 4u);
    cr_assert_eq(hits.items[0].len, strlen(PLANTED_SIGNATURE_A));
    secret_scanner_free(s);
    secret_set_free(set);
}

Test(scan, a_value_of_8_kib_is_found_whole_and_by_its_end)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf noise = {0}, value = {0}, text = {0};
    planted_noise(&noise, 6 * 1024, 9);
    planted_base64(&value, buf_str(&noise));
    cr_assert_eq(value.len, 8192u);
    struct secret_set *set = secret_set_new();
    (void)secret_set_add(set, "big", SECRET_ASSERTION, buf_str(&value));
    struct secret_scanner *s = secret_scanner_new(set);
    buf_add_z(&text, "before ");
    buf_add_str(&text, buf_str(&value));
    buf_add_z(&text, " after");
    struct secret_hits hits = scan(a, s, buf_str(&text));
    cr_assert_eq(hits.count, 1u);
    cr_assert_eq(hits.items[0].offset, 7u);
    cr_assert_eq(hits.items[0].len, 8192u);
    for (size_t cut = 0; cut < text.len; cut += 61) {
        struct secret_hits again = scan_cut(a, s, buf_str(&text), cut);
        cr_assert(hits_equal(&hits, &again), "cut at %zu", cut);
    }
    struct secret_hits bytewise = scan_bytewise(a, s, buf_str(&text));
    cr_assert(hits_equal(&hits, &bytewise));
    hits = scan(a, s, str_slice(buf_str(&text), 8000, text.len));
    cr_assert_eq(hits.count, 1u);
    cr_assert_eq(hits.items[0].offset, 0u);
    cr_assert_eq(hits.items[0].len, 7 + 8192u - 8000u);
    secret_scanner_free(s);
    secret_set_free(set);
}

Test(scan, names_of_encodings_are_distinct)
{
    for (int i = ENCODING_RAW; i <= ENCODING_REVERSED; i++) {
        for (int k = i + 1; k <= ENCODING_REVERSED; k++) {
            cr_assert_str_neq(secret_encoding_name((enum secret_encoding)i),
                              secret_encoding_name((enum secret_encoding)k));
        }
    }
}

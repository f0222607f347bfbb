/* SPDX-License-Identifier: Apache-2.0 */
/* What only a deep scanner finds: parts of values, and forms that are wrapped into lines. */
#include "base/secret/scan.h"

#include "tests/unit/base/secret/planted.h"

#include <criterion/criterion.h>

#include <string.h>

TestSuite(scan_deep, .timeout = 60);

#define CLAIMS ".eyJpc3MiOiJodHRwczovL3dvcmtzcGFjZSIsInN1YiI6ImEifQ."
#define JWT    PLANTED_JWT_HEAD CLAIMS PLANTED_SIGNATURE_A

struct deep {
    struct secret_set *set;
    struct secret_scanner *scanner;
    struct arena *arena;
};

static struct deep deep_make(enum secret_kind kind, const char *value)
{
    struct deep d = {.set = secret_set_new(), .arena = arena_new()};
    (void)secret_set_add(d.set, "it", kind, str_of(value));
    d.scanner = secret_scanner_new_deep(d.set);
    return d;
}

static void deep_done(struct deep *d)
{
    secret_scanner_free(d->scanner);
    secret_set_free(d->set);
    arena_free(d->arena);
}

static struct secret_hits hits_in(const struct deep *d, struct str text)
{
    struct secret_hits hits;
    secret_scan(d->scanner, d->arena, text, &hits);
    return hits;
}

static void each_part_is_found(const struct deep *d, struct str value)
{
    for (size_t from = 0; from < value.len; from++) {
        for (size_t len = 8; from + len < value.len && len < 40; len++) {
            AUTO_BUF struct buf text = {0};
            buf_add_z(&text, "debug: token=");
            size_t at = text.len;
            buf_add_str(&text, str_slice(value, from, from + len));
            buf_add_z(&text, "... (cut)");
            struct secret_hits hits = hits_in(d, buf_str(&text));
            cr_assert_eq(hits.count, len >= SECRET_FRAGMENT_MIN, "[%zu, %zu): %zu hits", from,
                         from + len, hits.count);
            if (hits.count > 0) {
                cr_assert_eq(hits.items[0].encoding, ENCODING_FRAGMENT);
                cr_assert_eq(hits.items[0].offset, at);
                cr_assert_eq(hits.items[0].len, len);
            }
        }
    }
}

Test(scan_deep, each_part_of_twelve_bytes_is_found_whole_and_no_shorter_one)
{
    AUTO(deep_done) struct deep d = deep_make(SECRET_PAT, PLANTED_PAT);
    each_part_is_found(&d, str_of(PLANTED_PAT));
}

Test(scan_deep, of_a_jwt_parts_of_the_signature_are_found)
{
    AUTO(deep_done) struct deep d = deep_make(SECRET_ACCESS_TOKEN, JWT);
    each_part_is_found(&d, str_of(PLANTED_SIGNATURE_A));
    cr_assert_eq(hits_in(&d, STR(PLANTED_JWT_HEAD CLAIMS)).count, 0,
                 "every token begins like that");
}

Test(scan_deep, a_basic_pair_has_no_fragments_as_its_id_is_no_secret)
{
    AUTO(deep_done)
    struct deep d = deep_make(SECRET_BASIC_PAIR, "0f8fad5b-d9cb-469f-a165-70867728950e:dose123");
    cr_assert_eq(hits_in(&d, STR("client 0f8fad5b-d9cb-469f-a165-70867728950e")).count, 0);
    cr_assert_eq(hits_in(&d, STR("client 0f8fad5b-d9cb-469f-a165-70867728950e:dose123")).count, 1);
}

Test(scan_deep, a_whole_value_is_named_as_one)
{
    AUTO(deep_done) struct deep d = deep_make(SECRET_PAT, PLANTED_PAT);
    struct secret_hits hits = hits_in(&d, STR("Bearer " PLANTED_PAT "."));
    cr_assert_eq(hits.count, 1);
    cr_assert_eq(hits.items[0].encoding, ENCODING_RAW);
    cr_assert_eq(hits.items[0].len, strlen(PLANTED_PAT));
}

Test(scan_deep, fragments_are_the_same_however_the_stream_is_cut)
{
    AUTO(deep_done) struct deep d = deep_make(SECRET_PAT, PLANTED_PAT);
    struct str value = STR(PLANTED_PAT);
    for (size_t len = SECRET_FRAGMENT_MIN; len < value.len; len += 5) {
        AUTO_BUF struct buf text = {0};
        buf_add_z(&text, "a ");
        buf_add_str(&text, str_slice(value, 3, 3 + len));
        buf_add_z(&text, " z");
        struct secret_hits whole = hits_in(&d, buf_str(&text)), again;
        cr_assert_eq(whole.count, 1);
        for (size_t step = 1; step < text.len; step++) {
            struct secret_stream *st = secret_stream_new(d.scanner);
            for (size_t at = 0; at < text.len; at += step) {
                secret_stream_feed(st, str_slice(buf_str(&text), at, at + step));
            }
            secret_stream_finish_free(st, d.arena, &again);
            cr_assert_eq(again.count, 1, "step %zu", step);
            cr_assert_eq(again.items[0].offset, whole.items[0].offset);
            cr_assert_eq(again.items[0].len, whole.items[0].len);
        }
    }
}

static void wrap(struct buf *out, struct str text, size_t columns, const char *line_end)
{
    for (size_t at = 0; at < text.len; at += columns) {
        buf_add_z(out, at > 0 ? line_end : "");
        buf_add_str(out, str_slice(text, at, at + columns));
    }
}

static void form_is_found_wrapped(const struct deep *d, const struct planted_form *form,
                                  struct str value, const char *line_end)
{
    AUTO_BUF struct buf written = {0};
    form->write(&written, value);
    for (size_t columns = 4; columns < written.len; columns += 7) {
        AUTO_BUF struct buf text = {0};
        buf_add_z(&text, "-----\n\n");
        wrap(&text, buf_str(&written), columns, line_end);
        buf_add_z(&text, "\n-----\n");
        struct secret_hits hits = hits_in(d, buf_str(&text));
        cr_assert_gt(hits.count, 0, "%s in columns of %zu", form->name, columns);
        size_t covered = 0;
        for (size_t i = 0; i < hits.count; i++) {
            covered += hits.items[i].len;
        }
        cr_assert_geq(covered, written.len - form->head, "%s in columns of %zu: %zu of %zu",
                      form->name, columns, covered, written.len - form->head);
    }
}

Test(scan_deep, every_form_is_found_wrapped_into_lines)
{
    static const char *const line_ends[] = {"\n", "\r\n", "\n    ", "\n\t"};
    AUTO(deep_done) struct deep d = deep_make(SECRET_ACCESS_TOKEN, JWT);
    for (size_t f = 0; f < planted_form_count; f++) {
        for (size_t i = 0; i < ARRAY_LEN(line_ends); i++) {
            form_is_found_wrapped(&d, &planted_forms[f], STR(JWT), line_ends[i]);
        }
    }
}

Test(scan_deep, lines_that_do_not_go_on_are_left_alone)
{
    AUTO(deep_done) struct deep d = deep_make(SECRET_PAT, PLANTED_PAT);
    cr_assert_eq(hits_in(&d, STR("dapi5f0c1b7\nnext line: e9a3d4826b1\n\n")).count, 0);
    cr_assert_eq(hits_in(&d, STR("\n\r\n \n")).count, 0);
    cr_assert_eq(hits_in(&d, STR("")).count, 0);
}

Test(scan_deep, what_was_wrapped_is_redacted_line_ends_included)
{
    AUTO(deep_done) struct deep d = deep_make(SECRET_PAT, PLANTED_PAT);
    AUTO_BUF struct buf out = {0};
    struct secret_hits hits;
    secret_redact(d.scanner, d.arena, STR("token: dapi5f0c1b7e9a3d\n  4826b1c0ffee12345678\nend"),
                  &out, &hits);
    cr_assert_str_eq(buf_z(&out), "token: \u00abit\u00bb\nend");
}

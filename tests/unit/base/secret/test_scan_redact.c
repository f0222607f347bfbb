/* SPDX-License-Identifier: Apache-2.0 */
#include "base/secret/scan.h"

#include "tests/unit/base/secret/planted.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

struct row {
    const char *text, *redacted;
};

static void check_rows(const struct secret_set *set, const struct row *rows, size_t count)
{
    struct secret_scanner *s = secret_scanner_new(set);
    for (size_t i = 0; i < count; i++) {
        AUTO_ARENA struct arena *a = arena_new();
        AUTO_BUF struct buf out = {0};
        struct secret_hits hits;
        secret_redact(s, a, str_of(rows[i].text), &out, &hits);
        cr_assert_str_eq(buf_z(&out), rows[i].redacted, "row %zu: %s", i, buf_z(&out));
        secret_scan(s, a, buf_str(&out), &hits);
        cr_assert_eq(hits.count, 0u, "row %zu", i);
    }
    secret_scanner_free(s);
}

Test(scan_redact, hits_become_markers_and_the_rest_stays)
{
    static const struct row rows[] = {
        {"", ""},
        {"nothing here", "nothing here"},
        {"0123456789ab", "«one»"},
        {"a 0123456789ab b", "a «one» b"},
        {"0123456789ab0123456789ab", "«one»«one»"},
        {"0123456789abba9876543210", "«one»«one:reversed»"},
        {"x=zyxwvuts&y=0123456789ab", "x=«two»&y=«one»"},
        {"0123456789azyxwvuts", "0123456789a«two»"},
        {"MDEyMzQ1Njc4OWFi", "«one:base64»"},
        {"303132333435363738396162.", "«one:hex»."},
    };
    struct secret_set *set = secret_set_new();
    (void)secret_set_add(set, "one", SECRET_PAT, STR("0123456789ab"));
    (void)secret_set_add(set, "two", SECRET_CODE, STR("zyxwvuts"));
    check_rows(set, rows, ARRAY_LEN(rows));
    secret_set_free(set);
}

Test(scan_redact, nested_and_overlapping_canaries_leave_nothing)
{
    static const struct row rows[] = {
        {"<inner-value>", "<«inner»>"},
        {"<outer:inner-value:outer>", "<«outer»>"},
        {"<outer:inner-value:out>", "<outer:«inner»:out>"},
        {"<outer:inner-value:outer:sequel>", "<«outer»>"}, /* outer and sequel share "outer" */
        {"<outer:inner-value:outer:sequel-long-one>", "<«outer»-long-one>"},
        {"<:outer:sequel>", "<:«sequel»>"},
    };
    struct secret_set *set = secret_set_new();
    (void)secret_set_add(set, "inner", SECRET_CLIENT_SECRET, STR("inner-value"));
    (void)secret_set_add(set, "outer", SECRET_BASIC_PAIR, STR("outer:inner-value:outer"));
    (void)secret_set_add(set, "sequel", SECRET_STATE, STR("outer:sequel"));
    check_rows(set, rows, ARRAY_LEN(rows));
    secret_set_free(set);
}

Test(scan_redact, long_values_with_one_tail_are_attributed_by_their_length)
{
#define TAIL "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_+/="
    static const struct row rows[] = {
        {"url https://a.example/" TAIL " end", "url «first» end"},
        {"url https://bb.example/" TAIL " end", "url «second» end"},
        {"url https://c.example/" TAIL " end", "url https://c«first» end"},
    };
    struct secret_set *set = secret_set_new();
    (void)secret_set_add(set, "first", SECRET_URL, STR("https://a.example/" TAIL));
    (void)secret_set_add(set, "second", SECRET_URL, STR("https://bb.example/" TAIL));
    check_rows(set, rows, ARRAY_LEN(rows));
    secret_set_free(set);
}

Test(scan_redact, no_encoding_leaves_a_trace)
{
    static const char *const values[] = {
        PLANTED_PAT,
        PLANTED_JWT_HEAD ".eyJzdWIiOiJhIn0." PLANTED_SIGNATURE_A,
        "app-1:s3cr\"t/&<+ =pass",
    };
    struct secret_set *set = secret_set_new();
    AUTO_BUF struct buf text = {0}, out = {0};
    AUTO_ARENA struct arena *a = arena_new();
    struct secret_hits hits;
    size_t planted = 0;
    for (size_t v = 0; v < ARRAY_LEN(values); v++) {
        (void)secret_set_add(set, (const char *[]){"x", "y", "z"}[v], SECRET_PAT,
                             str_of(values[v]));
        for (size_t f = 0; f < planted_form_count; f++) {
            planted_forms[f].write(&text, str_of(values[v]));
            buf_add_z(&text, "\n");
            planted++;
        }
    }
    struct secret_scanner *s = secret_scanner_new(set);
    secret_redact(s, a, buf_str(&text), &out, &hits);
    cr_assert_eq(hits.count, planted);
    secret_scan(s, a, buf_str(&out), &hits);
    cr_assert_eq(hits.count, 0u);
    for (size_t v = 0; v < ARRAY_LEN(values); v++) {
        cr_assert_eq(str_find(buf_str(&out), str_of(values[v]), 0), -1);
    }
    secret_scanner_free(s);
    secret_set_free(set);
}

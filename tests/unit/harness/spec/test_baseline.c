/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/spec/baseline.h"

#include <criterion/criterion.h>

static const char good[] = "entries:\n"
                           "  - connector: acme\n"
                           "    case: m2m/token-cached\n"
                           "    check: token.cached\n"
                           "    modes: [m2m]\n"
                           "    reason: \"asks: \\\"twice\\\" # once too often\"\n"
                           "    owner: auth team\n"
                           "    expires: \"2027-06-30\"\n"
                           "    signature: token requests\n"
                           "  - {connector: other, case: \"secrets/*\", reason: r, owner: o,"
                           " expires: \"2027-01-01\"}\n";

static struct baseline read_good(struct arena *a)
{
    struct baseline b = {0};
    struct err err = {0};
    char text[1024];
    cr_assert_eq(baseline_read(a, str_of(good), "known.yaml", &b, &err), 0, "%s",
                 err_text(&err, text, sizeof(text)));
    return b;
}

Test(baseline, entries_are_read_with_their_place)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct baseline b = read_good(a);
    cr_assert_eq(b.count, 2);
    const struct manifest_expected_failure *f = &b.items[0].failure;
    cr_expect_str_eq(b.items[0].connector, "acme");
    cr_expect_str_eq(f->case_id, "m2m/token-cached");
    cr_expect_eq(f->modes, 1u << MODE_M2M);
    cr_expect_str_eq(f->signature, "token requests");
    cr_expect_str_eq(f->file, "known.yaml");
    cr_expect_eq(f->place.line, 2);
    cr_expect_eq(b.items[1].failure.modes, 0);
    cr_expect_eq(strlen(b.digest), 64);
}

Test(baseline, what_is_written_is_read_as_the_same)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf text = {0};
    AUTO_BUF struct buf again_text = {0};
    struct baseline b = read_good(a), again = {0};
    struct err err = {0};
    baseline_write(&text, &b);
    cr_assert_eq(baseline_read(a, buf_str(&text), "known.yaml", &again, &err), 0, "%s\n%s", err.msg,
                 buf_z(&text));
    baseline_write(&again_text, &again);
    cr_expect_str_eq(buf_z(&again_text), buf_z(&text));
    cr_expect_str_eq(again.items[0].failure.reason, b.items[0].failure.reason);
}

Test(baseline, an_empty_one_is_written_and_read)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf text = {0};
    struct baseline none = {0}, again = {0};
    struct err err = {0};
    baseline_write(&text, &none);
    cr_assert_eq(baseline_read(a, buf_str(&text), "known.yaml", &again, &err), 0, "%s", err.msg);
    cr_expect_eq(again.count, 0);
}

Test(baseline, entries_go_to_their_connector_only)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct baseline b = read_good(a);
    struct manifest_expected_failure own = {.case_id = "x/y"};
    struct manifest m = {.name = "acme", .expected_failures = {.items = &own, .count = 1}};
    baseline_apply(a, &b, &m);
    cr_assert_eq(m.expected_failures.count, 2);
    cr_expect_str_eq(
        SHAPE_LIST_AT(struct manifest_expected_failure, m.expected_failures, 0)->case_id, "x/y");
    cr_expect_str_eq(
        SHAPE_LIST_AT(struct manifest_expected_failure, m.expected_failures, 1)->case_id,
        "m2m/token-cached");
    struct manifest nobody = {.name = "nobody"};
    baseline_apply(a, &b, &nobody);
    cr_expect_eq(nobody.expected_failures.count, 0);
}

Test(baseline, wrong_files_are_refused_with_a_place)
{
    static const struct {
        const char *text, *says;
        int line;
    } rows[] = {
        {"{}\n", "entries", 1},
        {"entries: [{case: a/b, reason: r, owner: o, expires: \"2027-01-01\"}]\n", "connector", 1},
        {"entries: [{connector: a, case: a/b, owner: o, expires: \"2027-01-01\"}]\n", "reason", 1},
        {"entries: [{connector: a, case: a/b, reason: r, expires: \"2027-01-01\"}]\n", "owner", 1},
        {"entries: [{connector: a, case: a/b, reason: r, owner: o}]\n", "expires", 1},
        {"entries: [{connector: a, case: a/b, reason: r, owner: o, expires: \"2027-02-30\"}]\n",
         "date", 1},
        {"entries:\n"
         "  - {connector: a, case: a/b, check: c, reason: r, owner: o, expires: \"2027-01-01\"}\n"
         "  - {connector: a, case: a/b, check: c, reason: s, owner: o, expires: \"2027-01-01\"}\n",
         "line 2", 3},
        {"entries:\n"
         "  - {connector: a, case: a/b, reason: r, owner: o, expires: \"2027-01-01\"}\n"
         "  - {connector: a, case: a/b, modes: [pat], reason: s, owner: o, expires: "
         "\"2027-01-01\"}\n",
         "line 2", 3},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO_ARENA struct arena *a = arena_new();
        struct baseline b = {0};
        struct err err = {0};
        cr_expect_eq(baseline_read(a, str_of(rows[i].text), "known.yaml", &b, &err), -1, "row %zu",
                     i);
        cr_expect(str_find(str_of(err.msg), str_of(rows[i].says), 0) >= 0, "row %zu: %s", i,
                  err.msg);
        cr_expect_eq(err.line, rows[i].line, "row %zu: line %d", i, err.line);
    }
}

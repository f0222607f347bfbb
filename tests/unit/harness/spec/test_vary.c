/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/buf.h"
#include "base/json/json.h"
#include "broken.h"
#include "fake_checks.h"
#include "harness/spec/case.h"

#include <criterion/criterion.h>

static const char good[] =
    "id: tokens/type\n"
    "title: The type is understood in ${vary.words}\n"
    "why: w\n"
    "clauses: [X]\n"
    "needs: ${vary.needs}\n"
    "given:\n"
    "  environment: {A_TYPE: \"$${vary.type} ${host} ${vary.type}-${vary.most}\"}\n"
    "do:\n"
    "  - {operation: validate, times: \"${vary.most}\"}\n"
    "expect:\n"
    "  - check: wire.count\n"
    "    with: {route: \"${vary.type}\", max: \"${vary.most}\"}\n"
    "vary:\n"
    "  - {name: lower, words: lower case, type: bearer, most: 2, needs: []}\n"
    "  - {name: upper, words: upper case, type: BEARER, most: 5, needs: [session]}\n";

static int read_text(struct arena *a, const char *text, struct case_list *ret, struct err *err)
{
    struct case_source source = {str_of(text), "cases/tokens/type.yaml", "tokens/type"};
    return case_read(a, &source, fake_checks(), NULL, ret, err);
}

Test(vary, each_row_is_a_case_of_its_own)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO(case_list_done) struct case_list list = {0};
    struct err err = {0};
    cr_assert_eq(read_text(a, good, &list, &err), 0, "%s", err.msg);
    cr_assert_eq(list.count, 2);
    cr_expect_str_eq(list.items[0]->id, "tokens/type-lower");
    cr_expect_str_eq(list.items[1]->id, "tokens/type-upper");
    cr_expect_str_eq(list.items[1]->family, "tokens");
    cr_expect_str_eq(list.items[1]->title, "The type is understood in upper case");
    cr_expect_eq(list.items[0]->needs, 0);
    cr_expect_eq(list.items[1]->needs, 1u << CAN_SESSION);
    cr_expect_null(json_get(list.items[0]->doc->root, "vary"));
}

Test(vary, a_reference_alone_is_the_value_and_in_text_its_text)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO(case_list_done) struct case_list list = {0};
    struct err err = {0};
    cr_assert_eq(read_text(a, good, &list, &err), 0, "%s", err.msg);
    const struct case_spec *c = list.items[1];
    const struct expectation *e = SHAPE_LIST_AT(const struct expectation, c->expectations, 0);
    cr_expect_eq(json_get_int(e->with, "max", 0), 5);
    cr_expect_str_eq(json_get_string(e->with, "route", ""), "BEARER");
    cr_expect_eq(SHAPE_LIST_AT(const struct step, c->steps, 0)->times, 5);
    cr_expect_str_eq(c->given.env.items[0].value, "$${vary.type} ${host} BEARER-5");
}

Test(vary, what_a_row_says_is_placed_in_the_row)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO(case_list_done) struct case_list list = {0};
    struct err err = {0};
    cr_assert_eq(read_text(a, good, &list, &err), 0, "%s", err.msg);
    const struct case_spec *c = list.items[1];
    const struct json *with = SHAPE_LIST_AT(const struct expectation, c->expectations, 0)->with;
    struct json_place value = json_place_of(c->doc, json_get(with, "max"));
    struct json_place key = json_place_of_key(c->doc, json_get(with, "max"));
    cr_expect_eq(value.line, 15);
    cr_expect_eq(key.line, 12);
    cr_expect_eq(json_place_of(c->doc, with).line, 12);
}

Test(vary, variants_may_be_called_by_their_rows_alone)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO(case_list_done) struct case_list list = {0};
    struct err err = {0};
    const struct broken row = {"id", "id: tokens/type", "id: tokens/${vary.name}", "", "", ""};
    cr_assert_eq(read_text(a, broken_text(a, good, &row), &list, &err), 0, "%s", err.msg);
    cr_assert_eq(list.count, 2);
    cr_expect_str_eq(list.items[0]->id, "tokens/lower");
    cr_expect_str_eq(list.items[1]->id, "tokens/upper");
}

#define ROW_2 "{name: upper, words: upper case, type: BEARER, most: 5, needs: [session]}"

static const struct broken rows[] = {
    {"a value of the wrong type", "most: 5", "most: five", "15:58", "whole number", ""},
    {"a value that is not known", "[session]", "[sessions]", "15:69", "sessions", "session"},
    {"a list inside of text", "type: BEARER", "type: [a]", "7:25", "array cannot stand", "alone"},
    {"no such column", "route: \"${vary.type}\"", "route: \"${vary.typ}\"", "12:19",
     "no column `typ'", "type"},
    {"a reference that is not closed", "route: \"${vary.type}\"", "route: \"${vary.type\"", "12:19",
     "without its `}'", ""},
    {"a column of one row", "most: 5, ", "", "15:5", "no `most'", ""},
    {"a column of another row", "most: 5, ", "most: 5, mast: 1, ", "15:61", "no `mast'", "most"},
    {"a column that nobody uses", "needs: ${vary.needs}\n", "", "13:61", "nothing uses `needs'",
     "${vary.needs}"},
    {"two rows of a name", "name: upper", "name: lower", "15:12", "`lower' already", ""},
    {"a name with blanks", "name: upper", "name: up per", "15:12", "a name for a variant", ""},
    {"a row without a name", "name: upper, ", "", "15:5", "without a `name'", "ends in it"},
    {"a row that is text", ROW_2, "upper", "15:5", "without a `name'", ""},
    {"an id in another folder", "id: tokens/type", "id: token/${vary.name}", "1:5", "a case id",
     ""},
    {"an id of some column", "id: tokens/type", "id: tokens/${vary.type}", "1:5", "a case id", ""},
    {"one row only", "  - " ROW_2 "\n", "", "14:3", "2 to 64 rows", ""},
    {"no list", "vary:\n", "vary: 1\nrows:\n", "13:7", "2 to 64 rows", ""},
    {"a bad name of a column", "name: lower, words: lower case", "name: lower, Words: lower case",
     "14:19", "not a name for a column", ""},
    {"titles that are the same", "words: upper case", "words: lower case", "2:8", "one title",
     "column"},
};

Test(vary, each_mistake_is_told_with_its_place)
{
    AUTO_ARENA struct arena *a = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO(case_list_done) struct case_list list = {0};
        struct err err = {0};
        int result = read_text(a, broken_text(a, good, &rows[i]), &list, &err);
        broken_expect(&rows[i], result, &err);
        cr_expect_eq(list.count, 0);
    }
}

Test(vary, a_file_without_a_table_has_no_columns)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO(case_list_done) struct case_list list = {0};
    struct err err = {0};
    cr_expect_eq(read_text(a,
                           "id: tokens/type\ntitle: t ${vary.x}\nwhy: w\nclauses: [X]\n"
                           "do: [{operation: validate}]\nexpect: [{check: outcome.ok}]\n",
                           &list, &err),
                 -1);
    cr_expect_eq(err.line, 2);
    cr_expect_not_null(strstr(err.msg, "no `vary'"), "%s", err.msg);
}

/* Ten thousand references to a value of ten thousand bytes. */
Test(vary, a_case_that_grows_beyond_all_bounds_is_refused)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO(case_list_done) struct case_list list = {0};
    AUTO_BUF struct buf text = {0};
    struct err err = {0};
    buf_add_z(&text, "id: tokens/type\ntitle: \"${vary.x}\"\nclauses: [X]\n"
                     "do: [{operation: validate}]\nexpect: [{check: outcome.ok}]\nwhy: \"");
    for (int i = 0; i < 10000; i++) {
        buf_add_z(&text, "${vary.x} ");
    }
    buf_add_z(&text, "\"\nvary:\n  - {name: a, x: \"");
    for (int i = 0; i < 10000; i++) {
        buf_add_char(&text, 'x');
    }
    buf_add_z(&text, "\"}\n  - {name: b, x: z}\n");
    cr_expect_eq(read_text(a, buf_z(&text), &list, &err), -1);
    cr_expect_not_null(strstr(err.msg, "too large"), "%s", err.msg);
    cr_expect_eq(err.line, 6);
}

Test(vary, nodes_are_counted_too)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO(case_list_done) struct case_list list = {0};
    AUTO_BUF struct buf text = {0};
    struct err err = {0};
    buf_add_z(&text, "id: tokens/type\ntitle: t\nwhy: w\nclauses: [X]\n"
                     "do: [{operation: validate}]\nexpect: [{check: outcome.ok}]\nneeds:\n");
    for (int i = 0; i < 1000; i++) {
        buf_add_z(&text, "  - \"${vary.x}\"\n");
    }
    buf_add_z(&text, "vary:\n  - name: a\n    x: [");
    for (int i = 0; i < 1000; i++) {
        buf_add_z(&text, i ? ", 1" : "1");
    }
    buf_add_z(&text, "]\n  - {name: b, x: z}\n");
    cr_expect_eq(read_text(a, buf_z(&text), &list, &err), -1);
    cr_expect_not_null(strstr(err.msg, "too large"), "%s", err.msg);
}

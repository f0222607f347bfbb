/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json/json.h"

#include "base/core/attrs.h"
#include "base/json/json_read.h"

#include <criterion/criterion.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>

Test(json, kinds_are_told_apart)
{
    static const char *const names[] = {"null", "boolean", "number", "string", "array", "object"};
    struct json *nodes[] = {json_null(),      json_bool(true), json_int(3),
                            json_string("x"), json_array(),    json_object()};
    for (size_t i = 0; i < ARRAY_LEN(nodes); i++) {
        cr_expect_eq(json_type(nodes[i]), (enum json_type)i);
        cr_expect_str_eq(json_type_name((enum json_type)i), names[i]);
        json_free(nodes[i]);
    }
    cr_expect_eq(json_type(NULL), JSON_NULL);
    json_free(NULL);
}

Test(json, looking_at_the_wrong_thing_finds_nothing)
{
    AUTO_JSON struct json *text = json_string("x");
    AUTO_JSON struct json *list = json_array();
    json_push(list, json_int(7));
    cr_expect_null(json_get(text, "a"));
    cr_expect_null(json_get(NULL, "a"));
    cr_expect_null(json_get(list, "a"));
    cr_expect_null(json_get_mutable(list, "a"));
    cr_expect_null(json_get_mutable(NULL, "a"));
    cr_expect_null(json_at(text, 0));
    cr_expect_null(json_at(list, 1));
    cr_expect_null(json_at(NULL, 0));
    cr_expect_eq(json_count(NULL), 0u);
    cr_expect_eq(json_count(text), 0u);
    cr_expect_null(json_first(NULL));
    cr_expect_null(json_key(NULL));
    cr_expect_null(json_key(json_first(list)));
    cr_expect_str_eq(json_string_or(list, "other"), "other");
    cr_expect_eq(json_int_or(text, -5), -5);
    cr_expect(json_bool_or(text, true));
    cr_expect_eq(json_int_or(json_at(list, 0), -5), 7);
}

Test(json, names_are_case_sensitive_and_setting_replaces_in_place)
{
    AUTO_JSON struct json *o = json_object();
    json_set_int(json_set_string(json_set_bool(o, "a", true), "A", "upper"), "b", 1);
    json_set_string(o, "a", "new");
    cr_expect_eq(json_count(o), 3u);
    cr_expect_str_eq(json_get_string(o, "a", ""), "new");
    cr_expect_str_eq(json_get_string(o, "A", ""), "upper");
    cr_expect_str_eq(json_key(json_first(o)), "a");
    cr_expect_eq(json_get_int(o, "b", 0), 1);
    cr_expect_eq(json_get_int(o, "B", -1), -1);
    cr_expect(json_remove(o, "a"));
    cr_expect_not(json_remove(o, "a"));
    cr_expect_not(json_get_bool(o, "a", false));
    json_set_string(o, "none", NULL);
    cr_expect_eq(json_type(json_get(o, "none")), JSON_NULL);
    cr_expect_not_null(json_get(o, "none"));
}

Test(json, replacing_the_last_member_leaves_room_for_more)
{
    AUTO_JSON struct json *o = json_object();
    AUTO_BUF struct buf out = {0};
    json_set_int(o, "a", 1);
    json_set_int(o, "a", 2);
    json_set_int(o, "b", 3);
    json_set_int(o, "b", 4);
    json_set_int(o, "c", 5);
    (void)json_remove(o, "c");
    json_set_int(o, "d", 6);
    json_write(&out, o);
    cr_expect_str_eq(buf_z(&out), "{\"a\":2,\"b\":4,\"d\":6}");
}

Test(json, only_exact_integers_are_integers)
{
    static const struct {
        double value;
        int64_t expected;
    } cases[] = {{0, 0},
                 {-3, -3},
                 {2.5, -99},
                 {1e300, -99},
                 {9007199254740992.0, 9007199254740992},
                 {9007199254740994.0, -99},
                 {-1e300, -99}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO_JSON struct json *n = json_number(cases[i].value);
        cr_expect_eq(json_int_or(n, -99), cases[i].expected, "case %zu", i);
    }
}

Test(json, an_integer_beyond_2_to_the_53_is_a_bug, .signal = SIGABRT)
{
    json_free(json_int(((int64_t)1 << 53) + 1));
}

Test(json, what_is_not_a_number_becomes_null)
{
    AUTO_JSON struct json *n = json_number(__builtin_nan(""));
    AUTO_JSON struct json *i = json_number(__builtin_inf());
    cr_expect_eq(json_type(n), JSON_NULL);
    cr_expect_eq(json_type(i), JSON_NULL);
}

Test(json, strings_are_repaired)
{
    AUTO_JSON struct json *bad = json_string_n("a\xff\0b", 4);
    AUTO_JSON struct json *end = json_string_n("a\0", 2);
    AUTO_JSON struct json *empty = json_string_n(NULL, 0);
    cr_expect_str_eq(json_string_or(bad, ""), "a\xef\xbf\xbd\xef\xbf\xbd"
                                              "b");
    cr_expect_str_eq(json_string_or(end, ""), "a\xef\xbf\xbd");
    cr_expect_str_eq(json_string_or(empty, "x"), "");
}

static struct json *read_text(const char *text)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct err err = {0};
    cr_assert_eq(json_read(str_of(text), "t", NULL, &doc, &err), 0, "%s: %s", text, err.msg);
    return json_doc_take_root(&doc);
}

Test(json, equality_ignores_member_order_and_nothing_else)
{
    static const struct {
        const char *a, *b;
        bool equal;
    } cases[] = {
        {"{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", true},
        {"{\"a\":1,\"b\":2}", "{\"a\":1}", false},
        {"{\"a\":1}", "{\"A\":1}", false},
        {"{\"a\":1,\"b\":2,\"c\":3}", "{\"a\":1,\"c\":3,\"d\":2}", false},
        {"{\"a\":1,\"b\":2,\"c\":3}", "{\"a\":1,\"c\":3,\"b\":2}", true},
        {"[1,2]", "[2,1]", false},
        {"[1,2]", "[1,2,3]", false},
        {"[]", "{}", false},
        {"1", "1.0", true},
        {"1", "1.5", false},
        {"\"a\"", "\"a\"", true},
        {"\"a\"", "\"b\"", false},
        {"null", "false", false},
        {"true", "false", false},
        {"null", "null", true},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO_JSON struct json *a = read_text(cases[i].a);
        AUTO_JSON struct json *b = read_text(cases[i].b);
        AUTO_JSON struct json *copy = json_copy(a);
        cr_expect_eq(json_equal(a, b), cases[i].equal, "%s %s", cases[i].a, cases[i].b);
        cr_expect_eq(json_equal(b, a), cases[i].equal, "%s %s", cases[i].a, cases[i].b);
        cr_expect(json_equal(a, copy));
    }
}

Test(json, large_objects_in_opposite_order_compare_quickly, .timeout = 10)
{
    AUTO_BUF struct buf up = {0}, down = {0};
    enum { COUNT = 100000 };
    for (int i = 0; i < COUNT; i++) {
        buf_printf(&up, "%s\"k%d\":%d", i ? "," : "{", i, i);
        buf_printf(&down, "%s\"k%d\":%d", i ? "," : "{", COUNT - 1 - i, COUNT - 1 - i);
    }
    buf_add_z(&up, "}");
    buf_add_z(&down, "}");
    AUTO_JSON struct json *a = read_text(buf_z(&up));
    AUTO_JSON struct json *b = read_text(buf_z(&down));
    cr_expect(json_equal(a, b));
}

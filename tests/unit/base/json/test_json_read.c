/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json/json_read.h"

#include "base/core/attrs.h"
#include "base/core/buf.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

static const struct {
    const char *text, *where, *message, *hint;
} refused[] = {
    {"", "1:1", "expected a value, found the end of the text", ""},
    {" \n ", "2:2", "expected a value, found the end of the text", ""},
    {"\xef\xbb\xbf{}", "1:1", "a byte order mark", "without BOM"},
    {"[1,\n \"\xff\"]", "2:3", "not valid UTF-8", ""},
    {"[\"\xc3\xa9\xed\xa0\x80\"]", "1:4", "not valid UTF-8", ""},
    {"[1] x", "1:5", "text after the end of the value", ""},
    {"{}{}", "1:3", "text after the end of the value", ""},
    {"1 2", "1:3", "text after the end of the value", ""},
    {"{\"a\":1,\"a\":2}", "1:8", "duplicate key \"a\"", "line 1"},
    {"{\"a\":1,\n\"\\u0061\":2}", "2:1", "duplicate key \"a\"", "line 1"},
    {"{\"x\":{\"a\":1,\"a\":2}}", "1:13", "duplicate key \"a\"", ""},
    {"\"\\u0000\"", "1:2", "\\u0000 is not allowed here", ""},
    {"{\"a\\u0000b\":1}", "1:4", "\\u0000 is not allowed here", ""},
    {"\"a\nb\"", "1:3", "a line break inside a string", "\\n"},
    {"\"a\tb\"", "1:3", "a control character inside a string", "\\u0009"},
    {"\"\\ud800\"", "1:2", "\\ud800 is half of a surrogate pair", ""},
    {"\"\\ud800x\"", "1:2", "\\ud800 is half of a surrogate pair", ""},
    {"\"\\ud800\\n\"", "1:2", "\\ud800 is half of a surrogate pair", ""},
    {"\"\\ud800\\u0041\"", "1:2", "\\ud800 is half of a surrogate pair", ""},
    {"\"\\udc00\\ud800\"", "1:2", "\\udc00 is half of a surrogate pair", ""},
    {"\"\\u12g4\"", "1:2", "\\u needs four hex digits", ""},
    {"\"\\u123\"", "1:2", "\\u needs four hex digits", ""},
    {"\"a\\x41\"", "1:3", "an unknown escape", "backslash"},
    {"\"abc", "1:1", "a string without its closing", ""},
    {"\"abc\\\"", "1:1", "a string without its closing", ""},
    {"\"abc\\", "1:1", "a string without its closing", ""},
    {"[01]", "1:2", "`01' is not a number", "cannot start with 0"},
    {"-01", "1:1", "`-01' is not a number", ""},
    {"+1", "1:1", "`+1' is not a number", ""},
    {".5", "1:1", "`.5' is not a number", ""},
    {"1.", "1:1", "`1.' is not a number", ""},
    {"1e", "1:1", "`1e' is not a number", ""},
    {"-", "1:1", "`-' is not a number", ""},
    {"1.2.3", "1:1", "`1.2.3' is not a number", ""},
    {"[1e400]", "1:2", "`1e400' is beyond what a number can hold", ""},
    {"-1e999", "1:1", "beyond what a number can hold", ""},
    {"0x10", "1:2", "text after the end of the value", ""},
    {"NaN", "1:1", "`NaN' is not a JSON value", "double quotes"},
    {"[True]", "1:2", "`True' is not a JSON value", "double quotes"},
    {"nul", "1:1", "`nul' is not a JSON value", ""},
    {"truex", "1:1", "`truex' is not a JSON value", ""},
    {"-Infinity", "1:1", "`-' is not a number", ""},
    {"'a'", "1:1", "expected a value, found '''", "double quotes"},
    {"// x\n1", "1:1", "expected a value, found '/'", "no comments"},
    {"[1, # x\n2]", "1:5", "expected a value, found '#'", "no comments"},
    {"[1,]", "1:3", "a comma before ']'", ""},
    {"[,1]", "1:2", "expected a value, found ','", ""},
    {"[1 2]", "1:4", "expected ',' or ']', found '2'", ""},
    {"[1", "1:3", "expected ',' or ']', found the end of the text", ""},
    {"[", "1:2", "expected a value, found the end of the text", ""},
    {"[1}", "1:3", "expected ',' or ']', found '}'", ""},
    {"{\"a\":1,}", "1:7", "a comma before '}'", ""},
    {"{a:1}", "1:2", "expected a member name in double quotes, found 'a'", ""},
    {"{1:1}", "1:2", "expected a member name in double quotes, found '1'", ""},
    {"{\"a\" 1}", "1:6", "expected ':', found '1'", ""},
    {"{\"a\":}", "1:6", "expected a value, found '}'", ""},
    {"{\"a\":1 \"b\":2}", "1:8", "expected ',' or '}', found '\"'", ""},
    {"{\"a\":1", "1:7", "expected ',' or '}', found the end of the text", ""},
    {"{\"a\"", "1:5", "expected ':', found the end of the text", ""},
    {"{", "1:2", "expected a member name in double quotes, found the end", ""},
    {"[\xc3\xa9]", "1:2", "expected a value, found '\xc3\xa9'", ""},
    {"[\x01]", "1:2", "expected a value, found a control character", ""},
    {"[\"\xc3\xa9\xe2\x82\xac\", x]", "1:8", "`x' is not a JSON value", ""},
    {"[1,\r\n  x]", "2:3", "`x' is not a JSON value", ""},
    {"\x0c[]", "1:1", "found a control character", ""},
    {"[\xc2\xa0]", "1:2", "expected a value", ""},
};

Test(json_read, what_rfc_8259_does_not_allow_is_refused_with_its_place)
{
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        struct json_doc doc = {.name = NULL};
        struct err err = {0};
        char where[32];
        cr_assert_eq(json_read(str_of(refused[i].text), "in.json", NULL, &doc, &err), -1, "%s",
                     refused[i].text);
        snprintf(where, sizeof(where), "%d:%d", err.line, err.column);
        cr_expect_str_eq(where, refused[i].where, "%s: %s", refused[i].text, where);
        cr_expect(strstr(err.msg, refused[i].message) != NULL, "%s: %s", refused[i].text, err.msg);
        cr_expect(strstr(err.hint, refused[i].hint) != NULL, "%s: %s", refused[i].text, err.hint);
        cr_expect_eq(err.code, ERR_INVALID);
        cr_expect_str_eq(err.file, "in.json");
        cr_expect_null(doc.root);
    }
}

Test(json_read, a_nul_byte_is_refused)
{
    struct json_doc doc;
    struct err err = {0};
    cr_expect_eq(json_read(STR("[1]\0"), "t", NULL, &doc, &err), -1);
    cr_expect_eq(json_read(STR("\"a\0b\""), "t", NULL, &doc, &err), -1);
    cr_expect_eq(json_read(STR("\0"), "t", NULL, &doc, &err), -1);
    cr_expect_eq(json_read(STR("\"\\\0\""), "t", NULL, &doc, &err), -1);
}

static const struct {
    const char *text, *written;
} accepted[] = {
    {"null", "null"},
    {" true\r\n", "true"},
    {"\tfalse", "false"},
    {"0", "0"},
    {"-0", "0"},
    {"1E2", "100"},
    {"1e-2", "0.01"},
    {"12.50", "12.5"},
    {"9007199254740991", "9007199254740991"},
    {"1e-999", "0"},
    {"\"\"", "\"\""},
    {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\""},
    {"\"\\u00e9\\u20AC\\ud83d\\ude00\"", "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\""},
    {"\"\xf0\x9f\x98\x80\x7f\"", "\"\xf0\x9f\x98\x80\x7f\""},
    {"[]", "[]"},
    {"[ ]", "[]"},
    {"{ }", "{}"},
    {"[[],{},[1]]", "[[],{},[1]]"},
    {"{\"\":1,\"a\":{\"a\":2},\"A\":3}", "{\"\":1,\"a\":{\"a\":2},\"A\":3}"},
};

Test(json_read, what_rfc_8259_allows_is_read)
{
    for (size_t i = 0; i < ARRAY_LEN(accepted); i++) {
        AUTO_JSON_DOC struct json_doc doc = {0};
        AUTO_BUF struct buf out = {0};
        struct err err = {0};
        cr_assert_eq(json_read(str_of(accepted[i].text), "t", NULL, &doc, &err), 0, "%s: %s",
                     accepted[i].text, err.msg);
        json_write(&out, doc.root);
        cr_expect_str_eq(buf_z(&out), accepted[i].written);
    }
}

Test(json_read, every_node_knows_its_place)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    AUTO_JSON struct json *stranger = json_null();
    struct err err = {0};
    cr_assert_eq(json_read(STR("{\"\xc3\xa9\": [10,\n  {\"k\" : true}]}"), "f", NULL, &doc, &err),
                 0);
    const struct json *list = json_get(doc.root, "\xc3\xa9");
    const struct json *k = json_get(json_at(list, 1), "k");
    static const struct json_place nowhere = {0, 0};
    const struct {
        const struct json *node;
        struct json_place value, key;
    } cases[] = {{doc.root, {1, 1}, nowhere},
                 {list, {1, 7}, {1, 2}},
                 {json_at(list, 0), {1, 8}, nowhere},
                 {json_at(list, 1), {2, 3}, nowhere},
                 {k, {2, 10}, {2, 4}},
                 {stranger, nowhere, nowhere}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct json_place value = json_place_of(&doc, cases[i].node);
        struct json_place key = json_place_of_key(&doc, cases[i].node);
        cr_expect_eq(value.line, cases[i].value.line, "case %zu", i);
        cr_expect_eq(value.column, cases[i].value.column, "case %zu", i);
        cr_expect_eq(key.line, cases[i].key.line, "case %zu", i);
        cr_expect_eq(key.column, cases[i].key.column, "case %zu", i);
    }
    cr_expect_eq(json_err(&doc, k, &err, "bad %d", 7), -1);
    cr_expect_str_eq(err.msg, "bad 7");
    cr_expect_str_eq(err.file, "f");
    cr_expect_eq(err.column, 10);
    cr_expect_eq(json_err_key(&doc, k, &err, "bad"), -1);
    cr_expect_eq(err.column, 4);
}

static int read_limited(const char *text, struct json_limits limits, struct err *err)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    return json_read(str_of(text), "t", &limits, &doc, err);
}

Test(json_read, limits_are_exact)
{
    struct err err = {0};
    cr_expect_eq(read_limited("[1]", (struct json_limits){.max_bytes = 3}, &err), 0);
    cr_expect_eq(read_limited("[12]", (struct json_limits){.max_bytes = 3}, &err), -1);
    cr_expect_eq(err.code, ERR_LIMIT);
    cr_expect_eq(read_limited("[{\"a\":1}]", (struct json_limits){.max_depth = 2}, &err), 0);
    cr_expect_eq(read_limited("[{\"a\":[]}]", (struct json_limits){.max_depth = 2}, &err), -1);
    cr_expect_eq(err.code, ERR_LIMIT);
    cr_expect_eq(err.column, 7);
    cr_expect_eq(read_limited("[1,2]", (struct json_limits){.max_nodes = 3}, &err), 0);
    cr_expect_eq(read_limited("[1,2,3]", (struct json_limits){.max_nodes = 3}, &err), -1);
    cr_expect_eq(err.code, ERR_LIMIT);
}

Test(json_read, deep_nesting_is_refused_without_deep_recursion)
{
    AUTO_BUF struct buf text = {0};
    struct json_doc doc;
    struct err err = {0};
    for (int i = 0; i < 1000000; i++) {
        buf_add_char(&text, '[');
    }
    cr_expect_eq(json_read(buf_str(&text), "t", NULL, &doc, &err), -1);
    cr_expect_eq(err.code, ERR_LIMIT);
    cr_expect_eq(err.column, 65);
}

Test(json_read, a_huge_object_on_one_line_is_read_in_linear_time, .timeout = 20)
{
    AUTO_BUF struct buf text = {0};
    struct err err = {0};
    enum { COUNT = 200000 };
    for (int i = 0; i < COUNT; i++) {
        buf_printf(&text, "%s\"key-%d\":%d", i ? "," : "{", i, i);
    }
    {
        AUTO_JSON_DOC struct json_doc doc = {0};
        buf_add_z(&text, "}");
        cr_assert_eq(json_read(buf_str(&text), "t", NULL, &doc, &err), 0, "%s", err.msg);
        cr_expect_eq(json_count(doc.root), (size_t)COUNT);
        cr_expect_eq(json_place_of_key(&doc, json_get(doc.root, "key-1")).column, 12);
    }
    text.len--;
    buf_add_z(&text, ",\"key-199990\":1}");
    struct json_doc none;
    cr_expect_eq(json_read(buf_str(&text), "t", NULL, &none, &err), -1);
    cr_expect_str_eq(err.msg, "duplicate key \"key-199990\"");
}

Test(json_read, duplicates_are_found_on_both_sides_of_the_hashing_threshold)
{
    for (int count = 14; count <= 20; count++) {
        for (int again = 0; again < count; again++) {
            AUTO_BUF struct buf text = {0};
            struct json_doc doc;
            struct err err = {0};
            for (int i = 0; i < count; i++) {
                buf_printf(&text, "%s\"k%d\":0", i ? "," : "{", i);
            }
            buf_printf(&text, ",\n\"k%d\":1}", again);
            cr_expect_eq(json_read(buf_str(&text), "t", NULL, &doc, &err), -1);
            cr_expect_eq(err.line, 2);
            cr_expect_str_eq(err.hint, "it is in line 1 already");
        }
    }
}

Test(json_read, the_root_can_be_taken)
{
    struct json_doc doc = {0};
    struct err err = {0};
    cr_assert_eq(json_read(STR("[1]"), "t", NULL, &doc, &err), 0);
    AUTO_JSON struct json *root = json_doc_take_root(&doc);
    json_doc_done(&doc);
    json_doc_done(&doc);
    cr_expect_eq(json_int_or(json_at(root, 0), 0), 1);
}

Test(json_read, the_name_chooses_the_reader)
{
    AUTO_JSON_DOC struct json_doc yaml = {0};
    struct json_doc json = {0};
    struct err err = {0};
    cr_expect_eq(json_or_yaml_read(STR("a: 1"), "x.yaml", &yaml, &err), 0);
    cr_expect_eq(json_or_yaml_read(STR("a: 1"), "x.json", &json, &err), -1);
}

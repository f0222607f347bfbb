/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/attrs.h"
#include "base/core/buf.h"
#include "base/json/json_read.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

static const struct {
    const char *text, *where, *message;
} refused[] = {
    /* one document */
    {"", "1:1", "the text is empty"},
    {"# only a comment\n", "2:1", "the text is empty"},
    {"--- a\n--- b\n", "2:1", "a second document"},
    {"a: 1\n...\n---\nb: 1\n", "3:1", "a second document"},
    {"%YAML 1.1\n---\na: 1\n", "1:1", "directives (%) are not allowed"},
    {"%TAG ! tag:x,2000:\n---\na: 1\n", "1:1", "directives (%) are not allowed"},
    /* anchors, aliases, tags, merge keys */
    {"a: &x 1\n", "1:4", "anchors (&) are not allowed"},
    {"- &x [1]\n", "1:3", "anchors (&) are not allowed"},
    {"&k a: 1\n", "1:1", "anchors (&) are not allowed"},
    {"a: *x\n", "1:4", "aliases (*) are not allowed"},
    {"*x : 1\n", "1:1", "aliases (*) are not allowed"},
    {"a: !!str 1\n", "1:4", "tags (!) are not allowed"},
    {"a: !x {}\n", "1:4", "tags (!) are not allowed"},
    {"a: ! NO\n", "1:4", "tags (!) are not allowed"},
    {"!!str a: 1\n", "1:1", "tags (!) are not allowed"},
    {"a: {<<: {b: 1}}\n", "1:5", "merge keys (<<) are not allowed"},
    /* keys */
    {"id: 1\nid: 2\n", "2:1", "duplicate key `id'"},
    {"id: 1\n\"id\": 2\n", "2:1", "duplicate key `id'"},
    {"{a: 1, b: 2, a: 3}", "1:14", "duplicate key `a'"},
    {"y: 1\n", "1:1", "`y' as a key"},
    {"n: 1\n", "1:1", "`n' as a key"},
    {"Yes: 1\n", "1:1", "`Yes' as a key"},
    {"no: 1\n", "1:1", "`no' as a key"},
    {"on: 1\n", "1:1", "`on' as a key"},
    {"OFF: 1\n", "1:1", "`OFF' as a key"},
    {"true: 1\n", "1:1", "`true' as a key"},
    {"false: 1\n", "1:1", "`false' as a key"},
    {"null: 1\n", "1:1", "`null' as a key"},
    {"~: 1\n", "1:1", "`~' as a key"},
    {"404: 1\n", "1:1", "`404' as a key"},
    {"? [a]\n: 1\n", "1:3", "a key must be a plain or quoted string"},
    {"? {a: 1}\n: 1\n", "1:3", "a key must be a plain or quoted string"},
    {"?\n: 1\n", "1:2", "a key is missing"},
    {"\"a\\0b\": 1\n", "1:1", "\\0 is not allowed here"},
    /* plain scalars with two meanings */
    {"a: NO\n", "1:4", "`NO' means different things in YAML 1.1 and 1.2; write true/false/null"},
    {"a: y\n", "1:4", "`y' means different things"},
    {"a: N\n", "1:4", "`N' means different things"},
    {"a: yes\n", "1:4", "`yes' means different things"},
    {"a: on\n", "1:4", "`on' means different things"},
    {"a: Off\n", "1:4", "`Off' means different things"},
    {"a: =\n", "1:4", "`=' means different things"},
    {"a: True\n", "1:4", "`True' is not how it is written here"},
    {"a: NULL\n", "1:4", "`NULL' is not how it is written here"},
    {"a: ~\n", "1:4", "`~' is not how it is written here"},
    {"a: 0123\n", "1:4", "`0123' looks like a number but is not one; quote it"},
    {"a: 012\n", "1:4", "looks like a number"},
    {"a: -012\n", "1:4", "looks like a number"},
    {"a: 1_000\n", "1:4", "looks like a number"},
    {"a: +1\n", "1:4", "looks like a number"},
    {"a: .5\n", "1:4", "looks like a number"},
    {"a: 1.\n", "1:4", "looks like a number"},
    {"a: 01e3\n", "1:4", "looks like a number"},
    {"a: 0x1F\n", "1:4", "looks like a number"},
    {"a: 0o17\n", "1:4", "looks like a number"},
    {"a: 0b11\n", "1:4", "looks like a number"},
    {"a: .inf\n", "1:4", "looks like a number"},
    {"a: -.Inf\n", "1:4", "looks like a number"},
    {"a: .NaN\n", "1:4", "looks like a number"},
    {"a: 1e999\n", "1:4", "looks like a number"},
    {"a: 12:30\n", "1:4", "is a number or a time in YAML 1.1"},
    {"a: 1:02:03.5\n", "1:4", "is a number or a time in YAML 1.1"},
    {"a: 2026-01-02\n", "1:4", "is a number or a time in YAML 1.1"},
    {"a: 2026-01-02T03:04:05Z\n", "1:4", "is a number or a time in YAML 1.1"},
    /* missing and overlong values */
    {"a:\n", "1:3", "a value is missing"},
    {"a:\nb: 1\n", "1:3", "a value is missing"},
    {"- 1\n-\n", "2:2", "a value is missing"},
    {"{a, b: 1}", "1:3", "a value is missing"},
    {"{a: , b: 1}", "1:5", "a value is missing"},
    {"a: x\n  y\n", "1:4", "plain value runs over the end of the line; missing comma or quotes?"},
    {"[a\n b]", "1:2", "plain value runs over the end of the line"},
    {"[a, b,]", "1:6", "a comma before ']'"},
    {"{a: 1,}", "1:6", "a comma before '}'"},
    {"[[1], # x\n]", "1:5", "a comma before ']'"},
    {"[a: 1]", "1:2", "a pair inside [] needs its own {}"},
    {"[? a : 1]", "1:2", "a pair inside [] needs its own {}"},
    /* bytes */
    {"\xef\xbb\xbf"
     "a: 1\n",
     "1:1", "a byte order mark"},
    {"a: 1\nb: \xff\n", "2:4", "not valid UTF-8"},
    {"a: \x01\n", "1:4", "control characters are not allowed"},
    {"a: 1\nb: x\xe2\x80\xa8y\n", "2:5", "U+2028 is a line break only in YAML 1.1"},
    {"a: \xc2\x85\n", "1:4", "U+0085 is a line break only in YAML 1.1"},
    {"a: \"\\0\"\n", "1:4", "\\0 is not allowed here"},
    {"a: \"\\ud800\"\n", "1:7", "not YAML"},
    /* syntax */
    {"a: b: c\n", "1:5", "mapping values are not allowed"},
    {"a: [1, 2\n", "2:1", "not YAML"},
    {"a: 'x\n", "2:1", "not YAML"},
    {"a: @x\n", "1:4", "cannot start any token"},
    {"a:\n\t- 1\n", "2:1", "cannot start any token"},
    {"a: 1\n b: 2\n", "1:4", "plain value runs over"},
    {"a: '1'\n b: 2\n", "2:2", "not YAML"},
};

Test(yaml_read, what_is_outside_the_subset_is_refused_with_its_place)
{
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        struct json_doc doc = {.name = NULL};
        struct err err = {0};
        char where[32];
        cr_assert_eq(yaml_read(str_of(refused[i].text), "in.yaml", NULL, &doc, &err), -1, "%s",
                     refused[i].text);
        snprintf(where, sizeof(where), "%d:%d", err.line, err.column);
        cr_expect_str_eq(where, refused[i].where, "%s: %s %s", refused[i].text, where, err.msg);
        cr_expect(strstr(err.msg, refused[i].message) != NULL, "%s: %s", refused[i].text, err.msg);
        cr_expect_eq(err.code, ERR_INVALID);
        cr_expect_str_eq(err.file, "in.yaml");
        cr_expect_null(doc.root);
    }
}

static const struct {
    const char *text, *json;
} accepted[] = {
    {"a: 1\nb: -2.5e3\nc: 1e3\n", "{\"a\":1,\"b\":-2500,\"c\":1000}"},
    {"a: true\nb: false\nc: null\n", "{\"a\":true,\"b\":false,\"c\":null}"},
    {"a: \"NO\"\nb: 'on'\nc: \"012\"\nd: '~'\n",
     "{\"a\":\"NO\",\"b\":\"on\",\"c\":\"012\",\"d\":\"~\"}"},
    {"\"y\": 1\n'404': 2\n\"<<\": 3\n", "{\"y\":1,\"404\":2,\"<<\":3}"},
    {"- a\n- - b\n  - c\n- {d: [e, 1]}\n", "[\"a\",[\"b\",\"c\"],{\"d\":[\"e\",1]}]"},
    {"---\na: 1\n...\n", "{\"a\":1}"},
    {"a: |\n  x\n  y\nb: >-\n  x\n  y\nc: |-\n  NO\n",
     "{\"a\":\"x\\ny\\n\",\"b\":\"x y\",\"c\":\"NO\"}"},
    {"a: 10s\nb: 16MiB\nc: 1.2.3\nd: 127.0.0.1\ne: 1h30m\nf: 3com\n",
     "{\"a\":\"10s\",\"b\":\"16MiB\",\"c\":\"1.2.3\",\"d\":\"127.0.0.1\",\"e\":\"1h30m\",\"f\":"
     "\"3com\"}"},
    {"a: https://${host}/x # y\n", "{\"a\":\"https://${host}/x\"}"},
    {"a: none\nb: nope\nc: yesterday\nd: -x\ne: ...x\nf: e5\n",
     "{\"a\":\"none\",\"b\":\"nope\",\"c\":\"yesterday\",\"d\":\"-x\",\"e\":\"...x\",\"f\":"
     "\"e5\"}"},
    {"{\"a\": [1, 2.5, {\"b\": null}], \"c\": \"\\u00e9\"}",
     "{\"a\":[1,2.5,{\"b\":null}],\"c\":\"\xc3\xa9\"}"},
    {"[]", "[]"},
    {"{}", "{}"},
    {"[a, # c, d\n b # e,\n]", "[\"a\",\"b\"]"},
    {"x\n", "\"x\""},
    {"\"\xf0\x9f\x98\x80\": [\xc3\xa9, b]", "{\"\xf0\x9f\x98\x80\":[\"\xc3\xa9\",\"b\"]}"},
    {"a: \"b\\\n  c\"\n", "{\"a\":\"bc\"}"},
    {"a:\r\n  - 1\r\n  - 2\r\n", "{\"a\":[1,2]}"},
};

Test(yaml_read, the_subset_is_read_as_json_would_say_it)
{
    for (size_t i = 0; i < ARRAY_LEN(accepted); i++) {
        AUTO_JSON_DOC struct json_doc doc = {0};
        AUTO_BUF struct buf out = {0};
        struct err err = {0};
        cr_assert_eq(yaml_read(str_of(accepted[i].text), "t", NULL, &doc, &err), 0, "%s: %s",
                     accepted[i].text, err.msg);
        json_write(&out, doc.root);
        cr_expect_str_eq(buf_z(&out), accepted[i].json, "%s", buf_z(&out));
    }
}

Test(yaml_read, every_node_knows_its_place)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct err err = {0};
    cr_assert_eq(yaml_read(STR("\xc3\xa9: [1,\n  two]\nb:\n  c: x\n"), "f", NULL, &doc, &err), 0);
    const struct json *list = json_get(doc.root, "\xc3\xa9");
    const struct json *c = json_get(json_get(doc.root, "b"), "c");
    const struct {
        const struct json *node;
        struct json_place value, key;
    } cases[] = {{doc.root, {1, 1}, {0, 0}},
                 {list, {1, 4}, {1, 1}},
                 {json_at(list, 1), {2, 3}, {0, 0}},
                 {json_get(doc.root, "b"), {4, 3}, {3, 1}},
                 {c, {4, 6}, {4, 3}}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct json_place value = json_place_of(&doc, cases[i].node);
        struct json_place key = json_place_of_key(&doc, cases[i].node);
        cr_expect_eq(value.line, cases[i].value.line, "case %zu", i);
        cr_expect_eq(value.column, cases[i].value.column, "case %zu", i);
        cr_expect_eq(key.line, cases[i].key.line, "case %zu", i);
        cr_expect_eq(key.column, cases[i].key.column, "case %zu", i);
    }
}

Test(yaml_read, limits_are_exact)
{
    struct err err = {0};
    static const struct {
        const char *text;
        struct json_limits limits;
        int result;
    } cases[] = {
        {"[1]", {.max_bytes = 3}, 0},      {"[12]", {.max_bytes = 3}, -1},
        {"[{a: 1}]", {.max_depth = 2}, 0}, {"[{a: []}]", {.max_depth = 2}, -1},
        {"[1,2]", {.max_nodes = 3}, 0},    {"[1,2,3]", {.max_nodes = 3}, -1},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO_JSON_DOC struct json_doc doc = {0};
        cr_expect_eq(yaml_read(str_of(cases[i].text), "t", &cases[i].limits, &doc, &err),
                     cases[i].result, "%s", cases[i].text);
        cr_expect_eq(err.code, cases[i].result ? ERR_LIMIT : err.code);
    }
}

Test(yaml_read, hostile_texts_are_refused_quickly, .timeout = 20)
{
    static const char *const units[] = {"[", "{a: ", "- ", "? ", "a:\n "};
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        AUTO_BUF struct buf text = {0};
        struct json_doc doc = {0};
        struct err err = {0};
        for (int k = 0; k < 200000; k++) {
            buf_add_z(&text, units[i]);
        }
        cr_expect_eq(yaml_read(buf_str(&text), "t", NULL, &doc, &err), -1);
    }
}

Test(yaml_read, a_long_flow_list_on_one_line_is_read_in_linear_time, .timeout = 20)
{
    AUTO_BUF struct buf text = {0};
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct err err = {0};
    for (int i = 0; i < 50000; i++) {
        buf_printf(&text, "%s{\xc3\xa9: [1, %d]}", i ? ", " : "[", i);
    }
    buf_add_z(&text, "]");
    cr_assert_eq(yaml_read(buf_str(&text), "t", NULL, &doc, &err), 0, "%s", err.msg);
    cr_expect_eq(json_count(doc.root), 50000u);
}

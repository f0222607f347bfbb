/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/attrs.h"
#include "base/json/json.h"
#include "base/json/json_read.h"

#include <criterion/criterion.h>

static struct json *sample(void)
{
    struct json *root = json_object(), *list = json_array();
    json_push(list, json_int(1));
    json_push(list, json_number(2.5));
    json_push(list, json_object());
    json_push(list, json_array());
    json_set(root, "z", list);
    json_set_string(root, "a\"b", "line\nbreak");
    json_set(root, "n", json_null());
    json_set_bool(root, "t", true);
    return root;
}

Test(json_write, compact)
{
    AUTO_JSON struct json *root = sample();
    AUTO_BUF struct buf out = {0};
    json_write(&out, root);
    cr_expect_str_eq(buf_z(&out), "{\"z\":[1,2.5,{},[]],\"a\\\"b\":\"line\\nbreak\","
                                  "\"n\":null,\"t\":true}");
}

Test(json_write, pretty)
{
    AUTO_JSON struct json *root = sample();
    AUTO_BUF struct buf out = {0};
    json_write_pretty(&out, root);
    cr_expect_str_eq(buf_z(&out), "{\n  \"z\": [\n    1,\n    2.5,\n    {},\n    []\n  ],\n"
                                  "  \"a\\\"b\": \"line\\nbreak\",\n  \"n\": null,\n"
                                  "  \"t\": true\n}");
}

Test(json_write, canonical_text_does_not_depend_on_member_order)
{
    AUTO_JSON struct json *a = json_set_int(json_set_int(json_object(), "b", 1), "a", 2);
    AUTO_JSON struct json *b = json_set_int(json_set_int(json_object(), "a", 2), "b", 1);
    AUTO_BUF struct buf x = {0}, y = {0};
    json_write_canonical(&x, a);
    json_write_canonical(&y, b);
    cr_expect_str_eq(buf_z(&x), "{\"a\":2,\"b\":1}");
    cr_expect_str_eq(buf_z(&y), buf_z(&x));
}

Test(json_write, numbers_are_short_and_exact)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = {{0, "0"},         {-0.0, "0"},    {1e15, "1000000000000000"},
                 {0.1, "0.1"},     {-2.5, "-2.5"}, {9007199254740991.0, "9007199254740991"},
                 {1e100, "1e+100"}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO_JSON struct json *n = json_number(cases[i].value);
        AUTO_BUF struct buf out = {0};
        json_write(&out, n);
        cr_expect_str_eq(buf_z(&out), cases[i].text);
    }
}

Test(json_write, strings_are_escaped_and_repaired)
{
    static const struct {
        struct str text;
        const char *expected;
    } cases[] = {
        {{"", 0}, "\"\""},
        {{NULL, 0}, "\"\""},
        {{"\"\\/\b\f\n\r\t", 8}, "\"\\\"\\\\/\\b\\f\\n\\r\\t\""},
        {{"\x01\x1f\x7f", 3}, "\"\\u0001\\u001f\x7f\""},
        {{"a\0b", 3}, "\"a\\u0000b\""},
        {{"\xc3\xa9\xff\xf0\x9f\x98\x80", 7}, "\"\xc3\xa9\xef\xbf\xbd\xf0\x9f\x98\x80\""},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO_BUF struct buf out = {0};
        json_write_string(&out, cases[i].text);
        cr_expect_str_eq(buf_z(&out), cases[i].expected);
    }
}

Test(json_write, what_is_written_reads_back_equal)
{
    AUTO_JSON struct json *root = sample();
    void (*const writers[])(struct buf *, const struct json *) = {json_write, json_write_pretty,
                                                                  json_write_canonical};
    for (size_t i = 0; i < ARRAY_LEN(writers); i++) {
        AUTO_BUF struct buf out = {0};
        AUTO_JSON_DOC struct json_doc doc = {0};
        struct err err = {0};
        writers[i](&out, root);
        cr_assert_eq(json_read(buf_str(&out), "t", NULL, &doc, &err), 0, "%s", err.msg);
        cr_expect(json_equal(doc.root, root));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json/shape.h"

#include "base/core/attrs.h"
#include "tests/unit/base/json/sample_shape.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

static void read_doc(const char *text, struct json_doc *ret_doc)
{
    struct err err = {0};
    cr_assert_eq(yaml_read(str_of(text), "f.yaml", NULL, ret_doc, &err), 0, "%s: %s", text,
                 err.msg);
}

Test(shape, every_type_is_decoded)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct err err = {0};
    struct sample s;
    read_doc("id: x1\nname: \"two words\"\ncount: 7\nstrict: false\nmode: u2m\n"
             "speaks: thrift\ncommand: [a, b c]\nenv: {Z: '1', B: ''}\n"
             "limits: {start: 1m, output: 2048, label: l}\n"
             "rules:\n- {output: 1MiB}\n- {start: 1ms}\n"
             "modes: {fast: {wait: 1s}, slow: {wait: 1h}}\nextra: {any: [1]}\n",
             &doc);
    cr_assert_eq(shape_decode(a, &doc, doc.root, &sample_shape, &s, &err), 0, "%s", err.msg);
    cr_expect_str_eq(s.id, "x1");
    cr_expect_str_eq(s.name, "two words");
    cr_expect_eq(s.count, 7);
    cr_expect(s.has_count);
    cr_expect_eq(s.count_place.line, 3);
    cr_expect_eq(s.count_place.column, 8);
    cr_expect_not(s.strict);
    cr_expect_eq(s.mode, 2);
    cr_expect_eq(s.speaks, 4u);
    cr_assert_eq(s.command.count, 2u);
    cr_expect_str_eq(s.command.items[1], "b c");
    cr_assert_eq(s.env.count, 2u);
    cr_expect_str_eq(s.env.items[0].key, "Z");
    cr_expect_str_eq(s.env.items[1].value, "");
    cr_expect_eq(s.env.items[1].place.line, 8);
    cr_expect_eq(s.limits.start_ms, 60000);
    cr_expect_eq(s.limits.output_bytes, 2048);
    cr_assert_eq(s.rules.count, 2u);
    cr_expect_eq(SHAPE_LIST_AT(struct sample_limits, s.rules, 0)->output_bytes, 1048576);
    cr_expect_eq(SHAPE_LIST_AT(struct sample_limits, s.rules, 0)->start_ms, 10000);
    cr_expect_eq(SHAPE_LIST_AT(struct sample_limits, s.rules, 1)->start_ms, 1);
    cr_assert_eq(s.modes.count, 2u);
    cr_expect_str_eq(SHAPE_LIST_AT(struct sample_mode, s.modes, 1)->key, "slow");
    cr_expect_eq(SHAPE_LIST_AT(struct sample_mode, s.modes, 1)->wait_ms, 3600000);
    cr_expect_eq(json_int_or(json_at(json_get(s.extra, "any"), 0), 0), 1);
}

Test(shape, what_is_absent_has_its_default)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct err err = {0};
    struct sample s;
    memset(&s, 0xff, sizeof(s));
    read_doc("id: x\n", &doc);
    cr_assert_eq(shape_decode(a, &doc, doc.root, &sample_shape, &s, &err), 0, "%s", err.msg);
    cr_expect_str_eq(s.name, "none");
    cr_expect_eq(s.count, 3);
    cr_expect_not(s.has_count);
    cr_expect_eq(s.count_place.line, 0);
    cr_expect(s.strict);
    cr_expect_eq(s.mode, 1);
    cr_expect_eq(s.speaks, 3u);
    cr_expect_eq(s.command.count, 0u);
    cr_assert_eq(s.env.count, 1u);
    cr_expect_str_eq(s.env.items[0].value, "b");
    cr_expect_eq(s.env.items[0].place.line, 0);
    cr_expect_eq(s.limits.start_ms, 10000);
    cr_expect_eq(s.limits.output_bytes, 16384);
    cr_expect_null(s.limits.label);
    cr_expect_eq(s.rules.count, 0u);
    cr_expect_null(s.extra);
}

Test(shape, decoded_text_outlives_the_document)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct err err = {0};
    struct sample s;
    {
        AUTO_JSON_DOC struct json_doc doc = {0};
        read_doc("id: x\ncommand: one\nenv: {K: v}\nmodes: {m: {}}\n", &doc);
        cr_assert_eq(shape_decode(a, &doc, doc.root, &sample_shape, &s, &err), 0);
    }
    cr_expect_str_eq(s.id, "x");
    cr_expect_str_eq(s.command.items[0], "one");
    cr_expect_str_eq(s.env.items[0].key, "K");
    cr_expect_str_eq(SHAPE_LIST_AT(struct sample_mode, s.modes, 0)->key, "m");
}

static const struct {
    const char *text, *where, *message, *hint;
} refused[] = {
    {"[1]", "1:1", "sample: expected an object, found an array", ""},
    {"name: x\n", "1:1", "missing key `id' in sample", ""},
    {"id: x\ncuont: 1\n", "2:1", "unknown key `cuont' in sample", "did you mean `count'?"},
    {"id: x\nzzzzzz: 1\n", "2:1", "unknown key `zzzzzz' in sample", "known: id, name, count"},
    {"limits: {strat: 1s}\n", "1:10", "unknown key `strat' in limits", "did you mean `start'?"},
    {"ID: x\n", "1:1", "unknown key `ID' in sample", ""},
    {"id: 12\n", "1:5", "`id': expected a string, found a number", "put it in quotes"},
    {"id: true\n", "1:5", "`id': expected a string, found a boolean", "put it in quotes"},
    {"id: null\n", "1:5", "`id': expected a string, found null", ""},
    {"id: []\n", "1:5", "`id': expected a string, found an array", ""},
    {"id: {}\n", "1:5", "`id': expected a string, found an object", ""},
    {"id: ''\n", "1:5", "`id' must be between 1 and 8 bytes long, found 0", ""},
    {"id: 'a23456789'\n", "1:5", "`id' must be between 1 and 8 bytes long, found 9", ""},
    {"count: '3'\n", "1:8", "`count': expected a whole number, found a string", ""},
    {"count: 1.5\n", "1:8", "`count': expected a whole number, found 1.5", ""},
    {"count: 1e300\n", "1:8", "`count': expected a whole number, found 1e+300", ""},
    {"count: 0\n", "1:8", "`count' must be between 1 and 10, found 0", ""},
    {"count: 11\n", "1:8", "`count' must be between 1 and 10, found 11", ""},
    {"strict: 'true'\n", "1:9", "`strict': expected true or false, found a string", ""},
    {"strict: 1\n", "1:9", "`strict': expected true or false, found a number", ""},
    {"limits: {start: 10}\n", "1:17", "`start': expected a duration, found a number", "30s"},
    {"limits: {start: 10 s}\n", "1:17", "`start': `10 s' is not a duration", "30s"},
    {"limits: {start: 0s}\n", "1:17", "`start' must be between 1ms and 10m, found 0s", ""},
    {"limits: {start: 11m}\n", "1:17", "`start' must be between 1ms and 10m, found 11m", ""},
    {"limits: {output: 1KB}\n", "1:18", "`output': `1KB' is not a size", "16KiB"},
    {"limits: {output: -1}\n", "1:18", "`output': expected a size such as 512 or 16MiB", ""},
    {"limits: {output: 2.5}\n", "1:18", "`output': expected a size", ""},
    {"limits: {output: true}\n", "1:18", "`output': expected a size", ""},
    {"limits: {output: 1MiB}\nname: []", "2:7", "`name': expected a string", ""},
    {"limits: {output: 2MiB}\n", "1:18", "`output' must be between 1KiB and 1MiB, found 2MiB", ""},
    {"limits: {output: 5}\n", "1:18", "`output' must be between 1KiB and 1MiB, found 5", ""},
    {"limits: []\n", "1:9", "limits: expected an object, found an array", ""},
    {"mode: m2mm\n", "1:7", "`mode': unknown value `m2mm'", "did you mean `m2m'?"},
    {"mode: azure\n", "1:7", "`mode': unknown value `azure'", "known: pat, m2m, u2m"},
    {"mode: 1\n", "1:7", "`mode': expected a string, found a number", ""},
    {"speaks: thrist\n", "1:9", "`speaks': unknown value `thrist'", "did you mean `thrift'?"},
    {"speaks: [thrift, x]\n", "1:18", "`speaks': unknown value `x'", "known: "},
    {"speaks: [thrift, thrift]\n", "1:18", "`speaks': `thrift' is listed twice", ""},
    {"speaks: {}\n", "1:9", "`speaks': expected a string or an array of strings", ""},
    {"speaks: [1]\n", "1:10", "`speaks': expected a string, found a number", ""},
    {"command: 1\n", "1:10", "`command': expected a string or an array of strings", ""},
    {"command: [a, 1]\n", "1:14", "`command': expected a string, found a number", ""},
    {"env: [a]\n", "1:6", "`env': expected an object of strings, found an array", ""},
    {"env: {A: 1}\n", "1:10", "`env.A': expected a string, found a number", ""},
    {"rules: {}\n", "1:8", "`rules': expected an array, found an object", ""},
    {"rules: [{start: 1s}, 3]\n", "1:22", "limits: expected an object, found a number", ""},
    {"rules: [{start: x}]\n", "1:17", "`start': `x' is not a duration", ""},
    {"modes: []\n", "1:8", "`modes': expected an object, found an array", ""},
    {"modes: {a: {wiat: 1s}}\n", "1:13", "unknown key `wiat' in mode", "did you mean `wait'?"},
    {"rules:\n- {start: 2m, label: x}\n", "2:3", "a label needs a start of at most 1m", ""},
};

Test(shape, the_first_mistake_is_named_with_its_place)
{
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        AUTO_ARENA struct arena *a = arena_new();
        AUTO_JSON_DOC struct json_doc doc = {0};
        struct err err = {0};
        struct sample s = {.count = 77};
        char where[32];
        read_doc(refused[i].text, &doc);
        cr_assert_eq(shape_decode(a, &doc, doc.root, &sample_shape, &s, &err), -1, "%s",
                     refused[i].text);
        snprintf(where, sizeof(where), "%d:%d", err.line, err.column);
        cr_expect_str_eq(where, refused[i].where, "%s: %s", refused[i].text, where);
        cr_expect(strstr(err.msg, refused[i].message) != NULL, "%s: %s", refused[i].text, err.msg);
        cr_expect(strstr(err.hint, refused[i].hint) != NULL, "%s: %s", refused[i].text, err.hint);
        cr_expect_eq(err.code, ERR_INVALID);
        cr_expect_str_eq(err.file, "f.yaml");
        cr_expect_eq(s.count, 77, "the result is touched only on success");
    }
}

Test(shape, a_wrong_default_is_our_own_mistake)
{
    static const struct shape_field fields[] = {
        {.key = "n", .type = SHAPE_INT, .offset = 0, .dflt = "x"}};
    static const struct shape_field unreadable[] = {
        {.key = "n", .type = SHAPE_INT, .offset = 0, .dflt = "[1"}};
    static const struct shape_field borrowed[] = {
        {.key = "n", .type = SHAPE_JSON, .offset = 0, .dflt = "1"}};
    const struct shape_field *all[] = {fields, unreadable, borrowed};
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        const struct shape shape = {
            .name = "s", .size = sizeof(int64_t), .fields = all[i], .field_count = 1};
        AUTO_ARENA struct arena *a = arena_new();
        AUTO_JSON_DOC struct json_doc doc = {0};
        struct err err = {0};
        int64_t out;
        read_doc("{}", &doc);
        cr_assert_eq(shape_decode(a, &doc, doc.root, &shape, &out, &err), -1);
        cr_expect_eq(err.code, ERR_INTERNAL);
        cr_expect(strstr(err.msg, "the default of `n'") != NULL, "%s", err.msg);
    }
}

Test(shape, fields_are_found_by_key)
{
    cr_expect_str_eq(shape_field_of(&sample_shape, "mode")->key, "mode");
    cr_expect_null(shape_field_of(&sample_shape, "Mode"));
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/attrs.h"
#include "base/json/json.h"
#include "tests/unit/base/json/sample_shape.h"

#include <criterion/criterion.h>

#include <string.h>

static void expect_json(const struct json *node, const char *expected)
{
    AUTO_BUF struct buf out = {0};
    json_write(&out, node);
    cr_expect_str_eq(buf_z(&out), expected);
}

Test(shape_docs, the_schema_says_what_the_decoder_checks)
{
    AUTO_JSON struct json *schema = shape_schema(&sample_shape);
    const struct json *p = json_get(schema, "properties");
    const struct json *definitions = json_get(schema, "definitions");
    const struct json *limits = json_get(json_get(definitions, "limits"), "properties");
    cr_expect_str_eq(json_get_string(schema, "$schema", ""),
                     "http://json-schema.org/draft-07/schema#");
    cr_expect_str_eq(json_get_string(schema, "title", ""), "sample");
    cr_expect_not(json_get_bool(schema, "additionalProperties", true));
    expect_json(json_get(schema, "required"), "[\"id\"]");
    cr_expect_eq(json_count(p), 12u);
    cr_expect_eq(json_count(definitions), 2u);
    cr_expect_null(json_get(json_get(definitions, "limits"), "required"));
    const struct {
        const struct json *node;
        const char *expected;
    } cases[] = {
        {json_get(p, "id"), "{\"type\":\"string\",\"minLength\":1,\"maxLength\":8,"
                            "\"description\":\"who it is\"}"},
        {json_get(p, "count"), "{\"type\":\"integer\",\"minimum\":1,\"maximum\":10,\"default\":3}"},
        {json_get(p, "strict"), "{\"type\":\"boolean\",\"default\":true}"},
        {json_get(p, "mode"), "{\"enum\":[\"pat\",\"m2m\",\"u2m\"],\"default\":\"m2m\"}"},
        {json_get(p, "command"), "{\"anyOf\":[{\"type\":\"string\"},"
                                 "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}]}"},
        {json_get(p, "env"), "{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"},"
                             "\"default\":{\"A\":\"b\"}}"},
        {json_get(p, "limits"), "{\"allOf\":[{\"$ref\":\"#/definitions/limits\"}],\"default\":{}}"},
        {json_get(p, "rules"),
         "{\"type\":\"array\",\"items\":{\"$ref\":\"#/definitions/limits\"}}"},
        {json_get(p, "modes"), "{\"type\":\"object\","
                               "\"additionalProperties\":{\"$ref\":\"#/definitions/mode\"}}"},
        {json_get(p, "extra"), "{}"},
        {json_get(limits, "start"), "{\"type\":\"string\","
                                    "\"pattern\":\"^([0-9]+(\\\\.[0-9]{1,3})?(d|h|m|s|ms))+$\","
                                    "\"description\":\"how long the start may take\","
                                    "\"default\":\"10s\"}"},
        {json_get(json_get(limits, "output"), "anyOf"),
         "[{\"type\":\"integer\",\"minimum\":1024,\"maximum\":1048576},"
         "{\"type\":\"string\",\"pattern\":\"^[0-9]+(KiB|MiB|GiB)?$\"}]"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        expect_json(cases[i].node, cases[i].expected);
    }
}

Test(shape_docs, the_reference_has_each_shape_once_and_each_key)
{
    AUTO_BUF struct buf out = {0};
    shape_markdown(&out, &sample_shape);
    static const char *const lines[] = {
        "## sample\n\nAll there is.\n\n| key | type | default | what |\n|---|---|---|---|\n",
        "| `id` | string, 1 to 8 bytes | required | who it is; for example `abc` |\n",
        "| `name` | string | `none` |  |\n",
        "| `count` | whole number, 1 to 10 | `3` |  |\n",
        "| `strict` | true or false | `true` |  |\n",
        "| `mode` | one of `pat`, `m2m`, `u2m` | `m2m` |  |\n",
        "| `speaks` | one or a list of `unity-catalog`, `statements`, `thrift` |",
        "| `command` | string or list of strings |  |  |\n",
        "| `env` | strings by name | `{A: b}` |  |\n",
        "| `limits` | [limits](#limits) | `{}` |  |\n",
        "| `rules` | list of [limits](#limits) |  |  |\n",
        "| `modes` | by name: [mode](#mode) |  |  |\n",
        "| `extra` | any value |  |  |\n",
        "\n## limits\n\nWhat a run may take.\n\n",
        "| `start` | duration, 1ms to 10m | `10s` | how long the start may take |\n",
        "| `output` | size, 1KiB to 1MiB | `16KiB` | how much may be written |\n",
        "| `label` | string |  | a\\|b |\n",
        "\n## mode\n\n| key |",
    };
    size_t from = 0;
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        long at = str_find(buf_str(&out), str_of(lines[i]), from);
        cr_assert_geq(at, 0, "not found in its place: %s\nin:\n%s", lines[i], buf_z(&out));
        from = (size_t)at + strlen(lines[i]);
    }
    cr_expect_eq(str_find(buf_str(&out), STR("## limits"), from), -1);
}

/* A shape that holds a list of itself, and two different shapes of one name. */
struct node {
    struct shape_list children;
};
static const struct shape_field other_fields[] = {{.key = "b", .type = SHAPE_JSON}};
static const struct shape other_shape = {
    .name = "node", .size = sizeof(void *), .fields = other_fields, .field_count = 1};
extern const struct shape node_shape;
static const struct shape_field node_fields[] = {
    {.key = "children",
     .type = SHAPE_OBJECTS,
     .offset = offsetof(struct node, children),
     .shape = &node_shape},
    {.key = "others", .type = SHAPE_OBJECTS, .shape = &other_shape},
};
const struct shape node_shape = {
    .name = "node", .size = sizeof(struct node), .fields = node_fields, .field_count = 2};

Test(shape_docs, a_shape_may_nest_itself_and_share_its_name)
{
    AUTO_JSON struct json *schema = shape_schema(&node_shape);
    AUTO_BUF struct buf out = {0};
    const struct json *p = json_get(schema, "properties");
    expect_json(json_get(p, "children"), "{\"type\":\"array\",\"items\":{\"$ref\":\"#\"}}");
    expect_json(json_get(p, "others"),
                "{\"type\":\"array\",\"items\":{\"$ref\":\"#/definitions/node-2\"}}");
    cr_expect_not_null(json_get(json_get(schema, "definitions"), "node-2"));
    shape_markdown(&out, &node_shape);
    cr_expect_geq(str_find(buf_str(&out), STR("[node-2](#node-2)"), 0), 0);
}

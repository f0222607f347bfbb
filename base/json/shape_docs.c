/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json/shape_priv.h"
#include "base/text/number.h"

#include <string.h>

/* All shapes reachable from one, each once, the root first. Shapes may nest themselves. */
struct shape_set {
    const struct shape **items;
    size_t count, capacity;
};

static void collect(struct arena *a, struct shape_set *set, const struct shape *shape)
{
    for (size_t i = 0; i < set->count; i++) {
        if (set->items[i] == shape) {
            return;
        }
    }
    *VEC_PUSH(a, set) = shape;
    for (size_t i = 0; i < shape->field_count; i++) {
        if (shape->fields[i].shape) {
            collect(a, set, shape->fields[i].shape);
        }
    }
}

/* A set's name for a shape: its own, with a number when an earlier one has the same. */
static const char *name_in(struct arena *a, const struct shape_set *set, const struct shape *shape)
{
    int same = 1;
    for (size_t i = 0; i < set->count && set->items[i] != shape; i++) {
        same += strcmp(set->items[i]->name, shape->name) == 0 ? 1 : 0;
    }
    return same == 1 ? shape->name : arena_printf(a, "%s-%d", shape->name, same);
}

struct docs {
    struct arena *arena;
    struct shape_set set;
    struct buf *out; /* Markdown only */
};

static struct json *object_of_type(const char *type)
{
    return json_set_string(json_object(), "type", type);
}

static struct json *schema_ref(struct docs *d, const struct shape *shape)
{
    const char *target = shape == d->set.items[0] ? "#"
                                                  : arena_printf(d->arena, "#/definitions/%s",
                                                                 name_in(d->arena, &d->set, shape));
    return json_set_string(json_object(), "$ref", target);
}

static struct json *schema_names(const struct shape_field *f)
{
    struct json *node = json_object(), *names = json_array();
    for (size_t i = 0; i < f->names.count; i++) {
        json_push(names, json_string(f->names.items[i]));
    }
    json_set(node, "enum", names);
    return node;
}

static struct json *schema_either(struct json *one_take, struct json *other_take)
{
    struct json *node = json_object(), *any = json_array();
    json_push(any, one_take);
    json_push(any, other_take);
    json_set(node, "anyOf", any);
    return node;
}

static struct json *schema_list(struct json *item_take)
{
    struct json *node = object_of_type("array");
    json_set(node, "items", item_take);
    return node;
}

static struct json *schema_map(struct json *value_take)
{
    struct json *node = object_of_type("object");
    json_set(node, "additionalProperties", value_take);
    return node;
}

static struct json *schema_number(const struct shape_field *f)
{
    struct json *node = object_of_type("integer");
    if (f->min < f->max) {
        json_set_number(node, "minimum", (double)f->min);
        json_set_number(node, "maximum", (double)f->max);
    }
    return node;
}

/* The shape counts bytes and a schema characters, so the schema is the laxer one. */
static struct json *schema_string(const struct shape_field *f)
{
    struct json *node = object_of_type("string");
    if (f->max > 0) {
        json_set_int(node, "minLength", f->min > 0 ? 1 : 0);
        json_set_number(node, "maxLength", (double)f->max);
    }
    return node;
}

static struct json *schema_pattern(const char *pattern)
{
    return json_set_string(object_of_type("string"), "pattern", pattern);
}

static struct json *schema_type(struct docs *d, const struct shape_field *f)
{
    switch (f->type) {
    case SHAPE_STRING:
        return schema_string(f);
    case SHAPE_INT:
        return schema_number(f);
    case SHAPE_BOOL:
        return object_of_type("boolean");
    case SHAPE_DURATION_MS:
        return schema_pattern("^([0-9]+(\\.[0-9]{1,3})?(d|h|m|s|ms))+$");
    case SHAPE_SIZE_BYTES:
        return schema_either(schema_number(f), schema_pattern("^[0-9]+(KiB|MiB|GiB)?$"));
    case SHAPE_ENUM:
        return schema_names(f);
    case SHAPE_STRINGS:
        return schema_either(object_of_type("string"), schema_list(object_of_type("string")));
    case SHAPE_ENUM_SET:
        return schema_either(schema_names(f),
                             json_set_bool(schema_list(schema_names(f)), "uniqueItems", true));
    case SHAPE_STRING_MAP:
        return schema_map(object_of_type("string"));
    case SHAPE_OBJECT: {
        struct json *node = json_object(), *all = json_array();
        json_push(all, schema_ref(d, f->shape)); /* draft-07 ignores what stands beside a $ref */
        json_set(node, "allOf", all);
        return node;
    }
    case SHAPE_OBJECTS:
        return schema_list(schema_ref(d, f->shape));
    case SHAPE_OBJECT_MAP:
        return schema_map(schema_ref(d, f->shape));
    case SHAPE_JSON:
    default:
        return json_object();
    }
}

static void schema_default(struct json *node, const struct shape_field *f)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct err err = {0};
    if (f->dflt && shape_default_read(f, &doc, &err) == 0) {
        json_set(node, "default", json_doc_take_root(&doc));
    }
}

static void schema_fill(struct docs *d, struct json *node, const struct shape *shape)
{
    struct json *properties = json_object(), *required = json_array();
    json_set_string(node, "description", shape->doc ? shape->doc : shape->name);
    json_set_string(node, "type", "object");
    for (size_t i = 0; i < shape->field_count; i++) {
        const struct shape_field *f = &shape->fields[i];
        struct json *property = schema_type(d, f);
        if (f->doc) {
            json_set_string(property, "description", f->doc);
        }
        schema_default(property, f);
        json_set(properties, f->key, property);
        if (f->required) {
            json_push(required, json_string(f->key));
        }
    }
    json_set(node, "properties", properties);
    if (json_count(required) > 0) {
        json_set(node, "required", required);
    } else {
        json_free(required);
    }
    json_set_bool(node, "additionalProperties", false);
}

struct json *shape_schema(const struct shape *shape)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct docs d = {.arena = a};
    struct json *root = json_object();
    collect(a, &d.set, shape);
    json_set_string(root, "$schema", "http://json-schema.org/draft-07/schema#");
    json_set_string(root, "title", shape->name);
    schema_fill(&d, root, shape);
    if (d.set.count > 1) {
        struct json *definitions = json_object();
        for (size_t i = 1; i < d.set.count; i++) {
            struct json *node = json_object();
            schema_fill(&d, node, d.set.items[i]);
            json_set(definitions, name_in(a, &d.set, d.set.items[i]), node);
        }
        json_set(root, "definitions", definitions);
    }
    return root;
}

/* A table's cell: no bar and no line break may end it early. */
static void add_cell_text(struct buf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '|') {
            buf_add_char(out, '\\');
        }
        buf_add_char(out, *text == '\n' ? ' ' : *text);
    }
}

static void add_code(struct buf *out, const char *text)
{
    buf_add_char(out, '`');
    add_cell_text(out, text);
    buf_add_char(out, '`');
}

static void add_names(struct docs *d, const struct shape_field *f, const char *before)
{
    buf_add_z(d->out, before);
    for (size_t i = 0; i < f->names.count; i++) {
        buf_add_z(d->out, i ? ", " : "");
        add_code(d->out, f->names.items[i]);
    }
}

static void add_link(struct docs *d, const struct shape_field *f, const char *before)
{
    const char *name = name_in(d->arena, &d->set, f->shape);
    buf_printf(d->out, "%s[%s](#", before, name);
    for (; *name; name++) { /* as the usual renderers make anchors of headings */
        char c = *name >= 'A' && *name <= 'Z' ? (char)(*name + ('a' - 'A')) : *name;
        buf_add_char(d->out, c == ' ' ? '-' : c);
    }
    buf_add_char(d->out, ')');
}

static void add_bounds(struct docs *d, const struct shape_field *f)
{
    char min[32], max[32];
    if (f->type == SHAPE_STRING && f->max > 0) {
        buf_printf(d->out, ", %lld to %lld bytes", (long long)f->min, (long long)f->max);
    } else if (f->type == SHAPE_INT && f->min < f->max) {
        buf_printf(d->out, ", %lld to %lld", (long long)f->min, (long long)f->max);
    } else if (f->type == SHAPE_DURATION_MS && f->min < f->max) {
        buf_printf(d->out, ", %s to %s", format_duration_ms(f->min, min, sizeof(min)),
                   format_duration_ms(f->max, max, sizeof(max)));
    } else if (f->type == SHAPE_SIZE_BYTES && f->min < f->max) {
        buf_printf(d->out, ", %s to %s", shape_format_size(f->min, min, sizeof(min)),
                   shape_format_size(f->max, max, sizeof(max)));
    }
}

static void add_type(struct docs *d, const struct shape_field *f)
{
    static const char *const words[] = {
        [SHAPE_STRING] = "string",
        [SHAPE_INT] = "whole number",
        [SHAPE_BOOL] = "true or false",
        [SHAPE_DURATION_MS] = "duration",
        [SHAPE_SIZE_BYTES] = "size",
        [SHAPE_ENUM] = "one of ",
        [SHAPE_STRINGS] = "string or list of strings",
        [SHAPE_ENUM_SET] = "one or a list of ",
        [SHAPE_STRING_MAP] = "strings by name",
        [SHAPE_OBJECT] = "",
        [SHAPE_OBJECTS] = "list of ",
        [SHAPE_OBJECT_MAP] = "by name: ",
        [SHAPE_JSON] = "any value",
    };
    if (f->names.count > 0) {
        add_names(d, f, words[f->type]);
    } else if (f->shape) {
        add_link(d, f, words[f->type]);
    } else {
        buf_add_z(d->out, words[f->type]);
    }
    add_bounds(d, f);
}

static void add_row(struct docs *d, const struct shape_field *f)
{
    buf_add_z(d->out, "| ");
    add_code(d->out, f->key);
    buf_add_z(d->out, " | ");
    add_type(d, f);
    buf_add_z(d->out, " | ");
    if (f->required) {
        buf_add_z(d->out, "required");
    } else if (f->dflt) {
        add_code(d->out, f->dflt);
    }
    buf_add_z(d->out, " | ");
    add_cell_text(d->out, f->doc ? f->doc : "");
    if (f->example) {
        buf_add_z(d->out, f->doc ? "; for example " : "for example ");
        add_code(d->out, f->example);
    }
    buf_add_z(d->out, " |\n");
}

void shape_markdown(struct buf *out, const struct shape *shape)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct docs d = {.arena = a, .out = out};
    collect(a, &d.set, shape);
    for (size_t i = 0; i < d.set.count; i++) {
        const struct shape *s = d.set.items[i];
        buf_printf(out, "%s## %s\n\n", i ? "\n" : "", name_in(a, &d.set, s));
        if (s->doc) {
            buf_printf(out, "%s\n\n", s->doc);
        }
        buf_add_z(out, "| key | type | default | what |\n|---|---|---|---|\n");
        for (size_t k = 0; k < s->field_count; k++) {
            add_row(&d, &s->fields[k]);
        }
    }
}

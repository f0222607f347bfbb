/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json/shape.h"

#include "base/core/assert.h"
#include "base/core/attrs.h"
#include "base/json/shape_priv.h"
#include "base/text/number.h"
#include "base/text/suggest.h"

#include <stdio.h>
#include <string.h>

struct decoder {
    struct arena *arena;
    const struct json_doc *doc;
    bool is_default; /* doc is a table's default and is gone after the decoding */
    struct err *err;
};

/* A value on its way into a field. */
struct slot {
    const struct shape_field *field;
    const struct json *node;
    void *at; /* where the field is in the struct */
};

static void *at_offset(void *base, size_t offset)
{
    return (char *)base + offset;
}

const char *shape_format_size(int64_t bytes, char *out, int out_size)
{
    static const char *const units[] = {"", "KiB", "MiB", "GiB"};
    size_t unit = 0;
    while (unit + 1 < ARRAY_LEN(units) && bytes != 0 && bytes % 1024 == 0) {
        bytes /= 1024;
        unit++;
    }
    snprintf(out, (size_t)out_size, "%lld%s", (long long)bytes, units[unit]);
    return out;
}

int shape_default_read(const struct shape_field *field, struct json_doc *ret_doc, struct err *err)
{
    if (yaml_read(str_of(field->dflt), "the default", NULL, ret_doc, err) < 0) {
        err->code = ERR_INTERNAL;
        return err_wrap(err, "the default of `%s'", field->key);
    }
    return 0;
}

static const char *found_word(const struct json *node)
{
    static const char *const words[] = {"null",     "a boolean", "a number",
                                        "a string", "an array",  "an object"};
    return words[json_type(node)];
}

static int fail_type(struct decoder *d, const struct slot *s, const char *expected)
{
    json_err(d->doc, s->node, d->err, "`%s': expected %s, found %s", s->field->key, expected,
             found_word(s->node));
    return -1;
}

/* Puts the place and the key in front of a message from base/text. */
static int fail_value(struct decoder *d, const struct slot *s, const struct err *why)
{
    json_err(d->doc, s->node, d->err, "`%s': %s", s->field->key, why->msg);
    err_hint(d->err, "%s", why->hint);
    return -1;
}

static bool is_bounded(const struct shape_field *field)
{
    return field->min < field->max;
}

static const char *bound_text(const struct shape_field *field, int64_t value, char *out, int size)
{
    if (field->type == SHAPE_DURATION_MS) {
        return format_duration_ms(value, out, size);
    }
    if (field->type == SHAPE_SIZE_BYTES) {
        return shape_format_size(value, out, size);
    }
    snprintf(out, (size_t)size, "%lld", (long long)value);
    return out;
}

static int number_store(struct decoder *d, const struct slot *s, int64_t value)
{
    const struct shape_field *f = s->field;
    char min[32], max[32], found[32];
    int64_t *out = s->at;
    if (is_bounded(f) && (value < f->min || value > f->max)) {
        return json_err(d->doc, s->node, d->err, "`%s' must be between %s and %s, found %s", f->key,
                        bound_text(f, f->min, min, sizeof(min)),
                        bound_text(f, f->max, max, sizeof(max)),
                        bound_text(f, value, found, sizeof(found)));
    }
    *out = value;
    return 0;
}

static int decode_string(struct decoder *d, const struct slot *s)
{
    const struct shape_field *f = s->field;
    const char *value = json_string_or(s->node, NULL);
    const char **out = s->at;
    if (!value) {
        fail_type(d, s, "a string");
        if (json_type(s->node) == JSON_NUMBER || json_type(s->node) == JSON_BOOL) {
            err_hint(d->err, "put it in quotes");
        }
        return -1;
    }
    int64_t len = (int64_t)strlen(value);
    if (f->max > 0 && (len < f->min || len > f->max)) {
        return json_err(d->doc, s->node, d->err,
                        "`%s' must be between %lld and %lld bytes long, found %lld", f->key,
                        (long long)f->min, (long long)f->max, (long long)len);
    }
    *out = arena_strdup(d->arena, value);
    return 0;
}

static int decode_int(struct decoder *d, const struct slot *s)
{
    char text[32];
    if (json_type(s->node) != JSON_NUMBER) {
        return fail_type(d, s, "a whole number");
    }
    int64_t value = json_int_or(s->node, INT64_MIN);
    if (value == INT64_MIN) {
        return json_err(d->doc, s->node, d->err, "`%s': expected a whole number, found %s",
                        s->field->key,
                        format_double(json_number_or(s->node, 0), text, sizeof(text)));
    }
    return number_store(d, s, value);
}

static int decode_bool(struct decoder *d, const struct slot *s)
{
    bool *out = s->at;
    if (json_type(s->node) != JSON_BOOL) {
        return fail_type(d, s, "true or false");
    }
    *out = json_bool_or(s->node, false);
    return 0;
}

static int decode_duration(struct decoder *d, const struct slot *s)
{
    int64_t value;
    struct err why = {0};
    const char *text = json_string_or(s->node, NULL);
    if (!text) {
        fail_type(d, s, "a duration");
        err_hint(d->err, "write a number with a unit, such as 250ms, 30s or 1h30m");
        return -1;
    }
    if (parse_duration_ms(str_of(text), &value, &why) < 0) {
        return fail_value(d, s, &why);
    }
    return number_store(d, s, value);
}

static int decode_size(struct decoder *d, const struct slot *s)
{
    int64_t value = json_int_or(s->node, -1);
    struct err why = {0};
    const char *text = json_string_or(s->node, NULL);
    if (!text && value < 0) {
        return fail_type(d, s, "a size such as 512 or 16MiB");
    }
    if (text && parse_size_bytes(str_of(text), &value, &why) < 0) {
        return fail_value(d, s, &why);
    }
    return number_store(d, s, value);
}

/* The index of the name that node is, or -1. */
static int name_find(struct decoder *d, const struct slot *s, const struct json *node)
{
    const struct shape_names *names = &s->field->names;
    struct slot inner = {.field = s->field, .node = node};
    const char *text = json_string_or(node, NULL);
    if (!text) {
        return fail_type(d, &inner, "a string");
    }
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->items[i], text) == 0) {
            return (int)i;
        }
    }
    json_err(d->doc, node, d->err, "`%s': unknown value `%s'", s->field->key, text);
    suggest_hint(d->err, str_of(text), names->items, names->count);
    return -1;
}

static int decode_enum(struct decoder *d, const struct slot *s)
{
    int index = name_find(d, s, s->node);
    int *out = s->at;
    if (index >= 0) {
        *out = index;
    }
    return index < 0 ? -1 : 0;
}

static int set_add(struct decoder *d, const struct slot *s, const struct json *node)
{
    unsigned *out = s->at;
    int index = name_find(d, s, node);
    if (index < 0) {
        return -1;
    }
    if (*out & 1u << index) {
        return json_err(d->doc, node, d->err, "`%s': `%s' is listed twice", s->field->key,
                        s->field->names.items[index]);
    }
    *out |= 1u << index;
    return 0;
}

static int decode_enum_set(struct decoder *d, const struct slot *s)
{
    ASSERT(s->field->names.count <= 32);
    if (json_type(s->node) == JSON_STRING) {
        return set_add(d, s, s->node);
    }
    if (json_type(s->node) != JSON_ARRAY) {
        return fail_type(d, s, "a string or an array of strings");
    }
    JSON_FOREACH(it, s->node) {
        if (set_add(d, s, it) < 0) {
            return -1;
        }
    }
    return 0;
}

static int decode_strings(struct decoder *d, const struct slot *s)
{
    struct str_list *out = s->at;
    const struct json *it = json_type(s->node) == JSON_ARRAY ? json_first(s->node) : s->node;
    if (json_type(s->node) != JSON_ARRAY && json_type(s->node) != JSON_STRING) {
        return fail_type(d, s, "a string or an array of strings");
    }
    for (; it; it = it == s->node ? NULL : json_next(it)) {
        const struct slot inner = {.field = s->field, .node = it};
        if (json_type(it) != JSON_STRING) {
            return fail_type(d, &inner, "a string");
        }
        *VEC_PUSH(d->arena, out) = arena_strdup(d->arena, json_string_or(it, ""));
    }
    return 0;
}

static int decode_string_map(struct decoder *d, const struct slot *s)
{
    struct shape_pairs *out = s->at;
    if (json_type(s->node) != JSON_OBJECT) {
        return fail_type(d, s, "an object of strings");
    }
    JSON_FOREACH(it, s->node) {
        if (json_type(it) != JSON_STRING) {
            return json_err(d->doc, it, d->err, "`%s.%s': expected a string, found %s",
                            s->field->key, json_key(it), found_word(it));
        }
        *VEC_PUSH(d->arena, out) = (struct shape_pair){
            .key = arena_strdup(d->arena, json_key(it)),
            .value = arena_strdup(d->arena, json_string_or(it, "")),
            .place = d->is_default ? (struct json_place){0, 0} : json_place_of(d->doc, it)};
    }
    return 0;
}

static int decode_object(struct decoder *d, const struct json *node, const struct shape *shape,
                         void *out);

static int decode_list(struct decoder *d, const struct slot *s, bool by_key)
{
    const struct shape *shape = s->field->shape;
    struct shape_list *out = s->at;
    size_t count = json_count(s->node), i = 0;
    if (json_type(s->node) != (by_key ? JSON_OBJECT : JSON_ARRAY)) {
        return fail_type(d, s, by_key ? "an object" : "an array");
    }
    out->items = count > 0 ? arena_array(d->arena, count, shape->size) : NULL;
    JSON_FOREACH(it, s->node) {
        void *item = at_offset(out->items, i++ * shape->size);
        if (by_key) {
            const char **key = at_offset(item, s->field->key_offset);
            *key = arena_strdup(d->arena, json_key(it));
        }
        if (decode_object(d, it, shape, item) < 0) {
            return -1;
        }
    }
    out->count = count;
    return 0;
}

static int decode_json(struct decoder *d, const struct slot *s)
{
    const struct json **out = s->at;
    if (d->is_default) {
        return err_set(d->err, ERR_INTERNAL, "`%s' is borrowed JSON and cannot have a default",
                       s->field->key);
    }
    *out = s->node;
    return 0;
}

static int decode_slot(struct decoder *d, const struct slot *s)
{
    switch (s->field->type) {
    case SHAPE_STRING:
        return decode_string(d, s);
    case SHAPE_INT:
        return decode_int(d, s);
    case SHAPE_BOOL:
        return decode_bool(d, s);
    case SHAPE_DURATION_MS:
        return decode_duration(d, s);
    case SHAPE_SIZE_BYTES:
        return decode_size(d, s);
    case SHAPE_ENUM:
        return decode_enum(d, s);
    case SHAPE_STRINGS:
        return decode_strings(d, s);
    case SHAPE_ENUM_SET:
        return decode_enum_set(d, s);
    case SHAPE_STRING_MAP:
        return decode_string_map(d, s);
    case SHAPE_OBJECT:
        return decode_object(d, s->node, s->field->shape, s->at);
    case SHAPE_OBJECTS:
        return decode_list(d, s, false);
    case SHAPE_OBJECT_MAP:
        return decode_list(d, s, true);
    case SHAPE_JSON:
    default:
        return decode_json(d, s);
    }
}

static int unknown_key(struct decoder *d, const struct json *member, const struct shape *shape)
{
    const char **keys = ARENA_ARRAY(d->arena, const char *, shape->field_count);
    for (size_t i = 0; i < shape->field_count; i++) {
        keys[i] = shape->fields[i].key;
    }
    json_err_key(d->doc, member, d->err, "unknown key `%s' in %s", json_key(member), shape->name);
    suggest_hint(d->err, str_of(json_key(member)), keys, shape->field_count);
    return -1;
}

static int decode_member(struct decoder *d, const struct json *member, const struct shape *shape,
                         void *out)
{
    const struct shape_field *field = shape_field_of(shape, json_key(member));
    if (!field) {
        return unknown_key(d, member, shape);
    }
    if (field->present_offset) {
        bool *present = at_offset(out, (size_t)field->present_offset);
        *present = true;
    }
    if (field->place_offset) {
        struct json_place *place = at_offset(out, (size_t)field->place_offset);
        *place = json_place_of(d->doc, member);
    }
    return decode_slot(d, &(struct slot){field, member, at_offset(out, field->offset)});
}

static int decode_default(struct decoder *d, const struct shape_field *field, void *out)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct decoder inner = {.arena = d->arena, .doc = &doc, .is_default = true, .err = d->err};
    if (shape_default_read(field, &doc, d->err) < 0) {
        return -1;
    }
    if (decode_slot(&inner, &(struct slot){field, doc.root, at_offset(out, field->offset)}) < 0) {
        d->err->code = ERR_INTERNAL;
        return err_wrap(d->err, "the default of `%s'", field->key);
    }
    return 0;
}

static int validate(struct decoder *d, const struct json *node, const struct shape *shape,
                    void *out)
{
    if (!shape->validate || shape->validate(d->doc, node, out, d->err) == 0) {
        return 0;
    }
    if (!d->err->file[0]) {
        struct json_place place = json_place_of(d->doc, node);
        snprintf(d->err->file, sizeof(d->err->file), "%s", d->doc->name);
        d->err->line = place.line;
        d->err->column = place.column;
    }
    return -1;
}

/* out is zeroed, but for the key of a SHAPE_OBJECT_MAP. */
static int decode_object(struct decoder *d, const struct json *node, const struct shape *shape,
                         void *out)
{
    if (json_type(node) != JSON_OBJECT) {
        return json_err(d->doc, node, d->err, "%s: expected an object, found %s", shape->name,
                        found_word(node));
    }
    JSON_FOREACH(it, node) {
        if (decode_member(d, it, shape, out) < 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < shape->field_count; i++) {
        const struct shape_field *field = &shape->fields[i];
        if (json_get(node, field->key)) {
            continue;
        }
        if (field->required) {
            return json_err(d->doc, node, d->err, "missing key `%s' in %s", field->key,
                            shape->name);
        }
        if (field->dflt && decode_default(d, field, out) < 0) {
            return -1;
        }
    }
    return validate(d, node, shape, out);
}

int shape_decode(struct arena *a, const struct json_doc *doc, const struct json *node,
                 const struct shape *shape, void *ret_struct, struct err *err)
{
    struct decoder d = {.arena = a, .doc = doc, .err = err};
    void *out = arena_alloc(a, shape->size);
    if (decode_object(&d, node, shape, out) < 0) {
        return -1;
    }
    memcpy(ret_struct, out, shape->size);
    return 0;
}

const struct shape_field *shape_field_of(const struct shape *shape, const char *key)
{
    for (size_t i = 0; i < shape->field_count; i++) {
        if (strcmp(shape->fields[i].key, key) == 0) {
            return &shape->fields[i];
        }
    }
    return NULL;
}

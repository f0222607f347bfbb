/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json/shape_encode.h"

#include <stdio.h>

static struct json *strings_encode(const struct str_list *list)
{
    if (list->count == 0) {
        return NULL;
    }
    struct json *array = json_array();
    VEC_FOREACH(const char *, text, list) {
        json_push(array, json_string(*text));
    }
    return array;
}

static struct json *pairs_encode(const struct shape_pairs *pairs)
{
    if (pairs->count == 0) {
        return NULL;
    }
    struct json *object = json_object();
    VEC_FOREACH(struct shape_pair, pair, pairs) {
        json_set_string(object, pair->key, pair->value);
    }
    return object;
}

static struct json *struct_encode(const struct shape *shape, const void *decoded, bool mask);

static struct json *objects_encode(const struct shape_field *f, const struct shape_list *list,
                                   bool mask)
{
    if (list->count == 0) {
        return NULL;
    }
    struct json *container = f->type == SHAPE_OBJECTS ? json_array() : json_object();
    for (size_t i = 0; i < list->count; i++) {
        const char *item = (const char *)list->items + i * f->shape->size;
        struct json *child = struct_encode(f->shape, item, mask);
        if (f->type == SHAPE_OBJECTS) {
            json_push(container, child);
        } else {
            json_set(container, *(const char *const *)(const void *)(item + f->key_offset), child);
        }
    }
    return container;
}

static struct json *enum_set_encode(const struct shape_field *f, unsigned set)
{
    struct json *array = set != 0 ? json_array() : NULL;
    for (size_t i = 0; set != 0 && i < f->names.count; i++) {
        if ((set & (1U << i)) != 0) {
            json_push(array, json_string(f->names.items[i]));
        }
    }
    return array;
}

/* Zero is written where the reader would put something else in its place, if it may stand there. */
static bool is_left_out(const struct shape_field *f, int64_t value)
{
    bool bounded = f->min < f->max;
    return value == 0 && f->present_offset == 0 && (f->dflt == NULL || (bounded && f->min > 0));
}

static struct json *integer_encode(const struct shape_field *f, int64_t value)
{
    if (is_left_out(f, value)) {
        return NULL;
    }
    if (f->type != SHAPE_DURATION_MS) {
        return json_int(value);
    }
    char text[32];
    (void)snprintf(text, sizeof(text), "%lldms", (long long)value);
    return json_string(text);
}

static struct json *field_encode(const struct shape_field *f, const void *at, bool mask)
{
    switch (f->type) {
    case SHAPE_STRING: {
        const char *text = *(const char *const *)at;
        return text != NULL ? json_string(mask && f->is_secret ? "***" : text) : NULL;
    }
    case SHAPE_INT:
    case SHAPE_SIZE_BYTES:
    case SHAPE_DURATION_MS:
        return integer_encode(f, *(const int64_t *)at);
    case SHAPE_BOOL: {
        bool value = *(const bool *)at;
        return value || f->dflt != NULL ? json_bool(value) : NULL;
    }
    case SHAPE_ENUM:
        return json_string(f->names.items[*(const int *)at]);
    case SHAPE_STRINGS:
        return strings_encode(at);
    case SHAPE_ENUM_SET:
        return enum_set_encode(f, *(const unsigned *)at);
    case SHAPE_STRING_MAP:
        return pairs_encode(at);
    case SHAPE_OBJECT:
        return struct_encode(f->shape, at, mask);
    case SHAPE_OBJECTS:
    case SHAPE_OBJECT_MAP:
        return objects_encode(f, at, mask);
    case SHAPE_JSON: {
        const struct json *value = *(const struct json *const *)at;
        return value != NULL ? json_copy(value) : NULL;
    }
    }
    return NULL;
}

static struct json *struct_encode(const struct shape *shape, const void *decoded, bool mask)
{
    struct json *object = json_object();
    for (size_t i = 0; i < shape->field_count; i++) {
        const struct shape_field *f = &shape->fields[i];
        bool absent =
            f->present_offset != 0 && !*(const bool *)((const char *)decoded + f->present_offset);
        const void *at = (const char *)decoded + f->offset;
        struct json *child = absent ? NULL : field_encode(f, at, mask);
        if (child != NULL) {
            json_set(object, f->key, child);
        }
    }
    return object;
}

struct json *shape_encode(const struct shape *shape, const void *decoded)
{
    return struct_encode(shape, decoded, false);
}

struct json *shape_encode_masked(const struct shape *shape, const void *decoded)
{
    return struct_encode(shape, decoded, true);
}

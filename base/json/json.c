/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json/json.h"

#include "base/core/assert.h"
#include "base/core/map.h"
#include "base/core/xalloc.h"
#include "base/json/json_priv.h"
#include "base/text/utf8.h"

#include <cjson/cJSON.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* struct json is never defined: it is the face of a cJSON node outside this folder. */

#define MAX_EXACT ((int64_t)1 << 53)

static cJSON *c_of(struct json *node)
{
    return (cJSON *)(void *)node;
}

static const cJSON *c_of_const(const struct json *node)
{
    return (const cJSON *)(const void *)node;
}

static struct json *json_of(cJSON *c)
{
    ASSERT(c != NULL); /* out of memory, as in xalloc.h */
    return (struct json *)(void *)c;
}

static const struct json *json_of_const(const cJSON *c)
{
    return (const struct json *)(const void *)c;
}

enum json_type json_type(const struct json *node)
{
    switch (node ? c_of_const(node)->type & 0xff : cJSON_NULL) {
    case cJSON_True:
    case cJSON_False:
        return JSON_BOOL;
    case cJSON_Number:
        return JSON_NUMBER;
    case cJSON_String:
        return JSON_STRING;
    case cJSON_Array:
        return JSON_ARRAY;
    case cJSON_Object:
        return JSON_OBJECT;
    default:
        return JSON_NULL;
    }
}

const char *json_type_name(enum json_type type)
{
    static const char *const names[] = {"null", "boolean", "number", "string", "array", "object"};
    return names[type];
}

struct json *json_null(void)
{
    return json_of(cJSON_CreateNull());
}

struct json *json_bool(bool value)
{
    return json_of(cJSON_CreateBool(value));
}

struct json *json_number(double value)
{
    if (!isfinite(value)) {
        return json_null(); /* JSON has no other word for it */
    }
    return json_of(cJSON_CreateNumber(value));
}

struct json *json_int(int64_t value)
{
    ASSERT(value >= -MAX_EXACT && value <= MAX_EXACT);
    return json_number((double)value);
}

struct json *json_string_take(char *value_take)
{
    struct json *node = json_null();
    c_of(node)->type = cJSON_String;
    c_of(node)->valuestring = value_take;
    return node;
}

struct json *json_string_n(const char *value, size_t len)
{
    struct str rest = {value, len}, part;
    if (utf8_is_valid(rest, NULL) && (len == 0 || !memchr(value, '\0', len))) {
        return json_string_take(xstrndup(value ? value : "", len));
    }
    AUTO_BUF struct buf repaired;
    buf_init(&repaired, 3 * len);
    while (str_split(&rest, '\0', &part)) {
        utf8_repair(&repaired, part);
        buf_add_z(&repaired, rest.ptr ? "\xef\xbf\xbd" : "");
    }
    return json_string_take(buf_take(&repaired, NULL));
}

struct json *json_string(const char *value)
{
    return value ? json_string_n(value, strlen(value)) : json_null();
}

struct json *json_array(void)
{
    return json_of(cJSON_CreateArray());
}

struct json *json_object(void)
{
    return json_of(cJSON_CreateObject());
}

struct json *json_copy(const struct json *node)
{
    return node ? json_of(cJSON_Duplicate(c_of_const(node), 1)) : json_null();
}

void json_free(struct json *node)
{
    cJSON_Delete(c_of(node));
}

void json_free_ptr(struct json **node)
{
    json_free(*node);
    *node = NULL;
}

void json_append(struct json *object, char *key_take, struct json *child_take)
{
    cJSON *child = c_of(child_take);
    free(child->string);
    child->string = key_take;
    ASSERT(cJSON_AddItemToArray(c_of(object), child));
}

void json_set(struct json *object, const char *key, struct json *child_take)
{
    ASSERT(json_type(object) == JSON_OBJECT && child_take != NULL);
    struct json *before = json_get_mutable(object, key);
    if (!before) {
        json_append(object, xstrdup(key), child_take);
        return;
    }
    char *name = xstrdup(key);
    free(c_of(child_take)->string);
    c_of(child_take)->string = name;
    ASSERT(cJSON_ReplaceItemViaPointer(c_of(object), c_of(before), c_of(child_take)));
}

void json_push(struct json *array, struct json *child_take)
{
    ASSERT(json_type(array) == JSON_ARRAY && child_take != NULL);
    ASSERT(cJSON_AddItemToArray(c_of(array), c_of(child_take)));
}

struct json *json_set_string(struct json *object, const char *key, const char *value)
{
    json_set(object, key, json_string(value));
    return object;
}

struct json *json_set_int(struct json *object, const char *key, int64_t value)
{
    json_set(object, key, json_int(value));
    return object;
}

struct json *json_set_number(struct json *object, const char *key, double value)
{
    json_set(object, key, json_number(value));
    return object;
}

struct json *json_set_bool(struct json *object, const char *key, bool value)
{
    json_set(object, key, json_bool(value));
    return object;
}

bool json_remove(struct json *object, const char *key)
{
    struct json *child = json_get_mutable(object, key);
    if (!child) {
        return false;
    }
    json_free(json_of(cJSON_DetachItemViaPointer(c_of(object), c_of(child))));
    return true;
}

struct json *json_get_mutable(struct json *object, const char *key)
{
    if (json_type(object) != JSON_OBJECT) {
        return NULL;
    }
    for (cJSON *c = c_of(object)->child; c; c = c->next) {
        if (strcmp(c->string, key) == 0) {
            return json_of(c);
        }
    }
    return NULL;
}

const struct json *json_get(const struct json *object, const char *key)
{
    JSON_FOREACH(it, json_type(object) == JSON_OBJECT ? object : NULL) {
        if (strcmp(json_key(it), key) == 0) {
            return it;
        }
    }
    return NULL;
}

const struct json *json_at(const struct json *array, size_t index)
{
    JSON_FOREACH(it, json_type(array) == JSON_ARRAY ? array : NULL) {
        if (index-- == 0) {
            return it;
        }
    }
    return NULL;
}

size_t json_count(const struct json *container)
{
    size_t count = 0;
    JSON_FOREACH(it, container) {
        count++;
    }
    return count;
}

const char *json_string_or(const struct json *node, const char *otherwise)
{
    return json_type(node) == JSON_STRING ? c_of_const(node)->valuestring : otherwise;
}

double json_number_or(const struct json *node, double otherwise)
{
    return json_type(node) == JSON_NUMBER ? c_of_const(node)->valuedouble : otherwise;
}

int64_t json_int_or(const struct json *node, int64_t otherwise)
{
    double value = json_number_or(node, 0.5);
    if (value < (double)-MAX_EXACT || value > (double)MAX_EXACT ||
        (double)(int64_t)value != value) {
        return otherwise;
    }
    return (int64_t)value;
}

bool json_bool_or(const struct json *node, bool otherwise)
{
    return json_type(node) == JSON_BOOL ? cJSON_IsTrue(c_of_const(node)) != 0 : otherwise;
}

const char *json_get_string(const struct json *object, const char *key, const char *otherwise)
{
    return json_string_or(json_get(object, key), otherwise);
}

int64_t json_get_int(const struct json *object, const char *key, int64_t otherwise)
{
    return json_int_or(json_get(object, key), otherwise);
}

bool json_get_bool(const struct json *object, const char *key, bool otherwise)
{
    return json_bool_or(json_get(object, key), otherwise);
}

const struct json *json_first(const struct json *container)
{
    return container ? json_of_const(c_of_const(container)->child) : NULL;
}

const struct json *json_next(const struct json *node)
{
    return json_of_const(c_of_const(node)->next);
}

const char *json_key(const struct json *node)
{
    return node ? c_of_const(node)->string : NULL;
}

static bool arrays_equal(const struct json *a, const struct json *b)
{
    a = json_first(a);
    b = json_first(b);
    while (a && b && json_equal(a, b)) {
        a = json_next(a);
        b = json_next(b);
    }
    return !a && !b;
}

/* Members in the same order, the usual case, are compared without any look-up; else the members of
 * b are hashed, so that a large object from outside cannot make this quadratic. */
static bool objects_equal(const struct json *a, const struct json *b)
{
    AUTO_MAP struct map by_name = {0};
    const struct json *beside = json_first(b);
    if (json_count(a) != json_count(b)) {
        return false;
    }
    JSON_FOREACH(it, a) {
        const struct json *other = beside;
        if (by_name.count == 0 && strcmp(json_key(it), json_key(beside)) != 0) {
            for (cJSON *c = c_of_const(b)->child; c; c = c->next) {
                (void)map_put(&by_name, str_of(c->string), c);
            }
        }
        if (by_name.count > 0) {
            other = map_get(&by_name, str_of(json_key(it)));
        }
        if (!other || !json_equal(it, other)) {
            return false;
        }
        beside = json_next(beside);
    }
    return true;
}

bool json_equal(const struct json *a, const struct json *b)
{
    if (json_type(a) != json_type(b)) {
        return false;
    }
    switch (json_type(a)) {
    case JSON_BOOL:
        return json_bool_or(a, false) == json_bool_or(b, false);
    case JSON_NUMBER: {
        double x = json_number_or(a, 0), y = json_number_or(b, 0);
        return !(x < y) && !(x > y);
    }
    case JSON_STRING:
        return strcmp(json_string_or(a, ""), json_string_or(b, "")) == 0;
    case JSON_ARRAY:
        return arrays_equal(a, b);
    case JSON_OBJECT:
        return objects_equal(a, b);
    case JSON_NULL:
    default:
        return true;
    }
}

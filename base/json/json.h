/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_JSON_JSON_H
#define BASE_JSON_JSON_H

/* The JSON tree and its writer; the only door to cJSON, whose own reader is too forgiving
 * (duplicate keys, 012, bad UTF-8) and whose lookups ignore case. Reading is json_read.h or
 * yaml_read.h.
 *
 * Ownership: a tree is owned through its root and freed by json_free(); adding a node to a parent
 * hands it over. Lookups return borrowed nodes. Allocation never fails. Keys are case-sensitive.
 * Strings are NUL-terminated UTF-8 (the readers refuse U+0000). Threads: one at a time per tree. */

#include "base/core/attrs.h"
#include "base/core/buf.h"

#include <stdbool.h>
#include <stdint.h>

struct json; /* a node */

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

enum json_type json_type(const struct json *node); /* JSON_NULL for a NULL pointer */
const char *json_type_name(enum json_type type);   /* "null", "boolean", "number", ... */

/* Making. */
struct json *json_null(void) NODISCARD;
struct json *json_bool(bool value) NODISCARD;
struct json *json_number(double value) NODISCARD;
struct json *json_int(int64_t value) NODISCARD; /* exact up to 2^53, which is asserted */
struct json *json_string(const char *value) NODISCARD;
struct json *json_string_n(const char *value, size_t len) NODISCARD; /* bad UTF-8 is repaired */
struct json *json_array(void) NODISCARD;
struct json *json_object(void) NODISCARD;
struct json *json_copy(const struct json *node) NODISCARD;
void json_free(struct json *node); /* accepts NULL */
void json_free_ptr(struct json **node);
#define AUTO_JSON AUTO(json_free_ptr)

/* Building. The child is taken. json_set replaces a member of that name; the setters below it are
 * shorthands and return the object, so that they chain. A NULL string sets null. */
void json_set(struct json *object, const char *key, struct json *child_take);
void json_push(struct json *array, struct json *child_take);
struct json *json_set_string(struct json *object, const char *key, const char *value);
struct json *json_set_int(struct json *object, const char *key, int64_t value);
struct json *json_set_number(struct json *object, const char *key, double value);
struct json *json_set_bool(struct json *object, const char *key, bool value);
bool json_remove(struct json *object, const char *key);

/* Looking. All accept NULL and the wrong type, and then say "nothing". */
const struct json *json_get(const struct json *object, const char *key);
struct json *json_get_mutable(struct json *object, const char *key);
const struct json *json_at(const struct json *array, size_t index);
size_t json_count(const struct json *container);
const char *json_string_or(const struct json *node, const char *otherwise);
double json_number_or(const struct json *node, double otherwise);
int64_t json_int_or(const struct json *node, int64_t otherwise); /* otherwise if not integral */
bool json_bool_or(const struct json *node, bool otherwise);
/* Shorthands: json_get then the above. */
const char *json_get_string(const struct json *object, const char *key, const char *otherwise);
int64_t json_get_int(const struct json *object, const char *key, int64_t otherwise);
bool json_get_bool(const struct json *object, const char *key, bool otherwise);
/* Iterating over an array's or object's children. */
const struct json *json_first(const struct json *container);
const struct json *json_next(const struct json *node);
const char *json_key(const struct json *node); /* the member name, or NULL */
#define JSON_FOREACH(it, container) \
    for (const struct json *it = json_first(container); it != NULL; it = json_next(it))

/* Numbers are compared as doubles, objects regardless of member order. */
bool json_equal(const struct json *a, const struct json *b);

/* Writing: compact (one line) or indented by two spaces. Member order is the tree's. Integers up
 * to 2^53 are written without fraction. */
void json_write(struct buf *out, const struct json *node);
void json_write_pretty(struct buf *out, const struct json *node);
/* Compact with members sorted by key at each level: equal trees give equal bytes (for digests). */
void json_write_canonical(struct buf *out, const struct json *node);
/* Appends text as a JSON string with its quotes; bad UTF-8 is repaired. */
void json_write_string(struct buf *out, struct str text);

#endif

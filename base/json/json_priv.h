/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_JSON_JSON_PRIV_H
#define BASE_JSON_JSON_PRIV_H

/* What the readers share: building a tree without look-ups or second copies, the table of places,
 * and refusing duplicate keys in constant time per key. */

#include "base/core/err.h"
#include "base/core/map.h"
#include "base/json/json_read.h"

/* The string, from malloc(), is taken; it must be valid UTF-8. */
struct json *json_string_take(char *value_take) NODISCARD;
/* Appends without looking for a member of that name. */
void json_append(struct json *object, char *key_take, struct json *child_take);

struct json_places *json_places_new(void) NODISCARD;
void json_places_free(struct json_places *places); /* accepts NULL */
void json_places_put(struct json_places *places, const struct json *node, struct json_place value,
                     struct json_place key);

/* One document being read. */
struct json_reading {
    const char *name;
    struct json_limits limits; /* with the defaults filled in */
    struct json_places *places;
    size_t nodes;
    struct err *err;
};

/* Checks the size and the encoding of the text. After failure reading_done() is not needed. */
int reading_begin(struct json_reading *r, struct str text, const struct json_limits *limits);
void reading_done(struct json_reading *r);
/* Counts a node; depth is how many containers deep it goes, itself included, 0 for a scalar. Fails
 * with ERR_LIMIT. */
int reading_count(struct json_reading *r, size_t depth, struct json_place place);
int reading_limit(struct json_reading *r, struct json_place place, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
/* Fills ret_doc; root and places are taken. */
void reading_finish(struct json_reading *r, struct json *root_take, struct json_doc *ret_doc);

/* The members read so far of one object; zeroed at its start, key_set_done() at its end. */
struct key_set {
    size_t count;
    struct map by_name; /* used beyond a handful of members */
};
void key_set_done(struct key_set *set);
/* Returns the member of that name that is there already, or NULL: then the caller appends a member
 * of that name to object next. */
const struct json *key_set_add(struct key_set *set, const struct json *object, const char *key);

/* How a plain YAML scalar reads. */
enum yaml_plain { YAML_PLAIN_STRING, YAML_PLAIN_WORD, YAML_PLAIN_NUMBER, YAML_PLAIN_REFUSED };
/* ret_why (for YAML_PLAIN_REFUSED) gets what is wrong, to follow the quoted text. */
enum yaml_plain yaml_plain_classify(struct str text, const char **ret_why);

#endif

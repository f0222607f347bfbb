/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_JSON_SHAPE_H
#define BASE_JSON_SHAPE_H

/* One descriptor table per configuration object, and from it: the decoder into a C struct (unknown
 * key = error with file:line:col and a suggestion), the reference documentation and a JSON schema.
 *
 *     struct limits { int64_t start_ms; const char *name; };
 *     static const struct shape_field limits_fields[] = {
 *         {.key = "start", .type = SHAPE_DURATION_MS, .offset = offsetof(struct limits, start_ms),
 *          .dflt = "10s", .min = 1, .max = 600000, .doc = "how long the connector may take to
 * start"},
 *         {.key = "name", .type = SHAPE_STRING, .required = true,
 *          .offset = offsetof(struct limits, name), .doc = "..."},
 *     };
 *     static const struct shape limits_shape = {
 *         .name = "limits", .doc = "...", .size = sizeof(struct limits),
 *         .fields = limits_fields, .field_count = ARRAY_LEN(limits_fields)};
 *     struct limits l;
 *     if (shape_decode(arena, doc, node, &limits_shape, &l, err) < 0) return -1;
 *
 * Ownership: decoded strings and arrays live in the arena; SHAPE_JSON fields borrow nodes of the
 * document, which must outlive the struct. Errors: the first one found, ERR_INVALID with a place.
 */

#include "base/core/arena.h"
#include "base/core/err.h"
#include "base/json/json_read.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum shape_type {
    SHAPE_STRING,      /* const char *; min..max bound the length in bytes when max > 0 */
    SHAPE_INT,         /* int64_t; bounded by min..max when min < max */
    SHAPE_BOOL,        /* bool */
    SHAPE_DURATION_MS, /* int64_t, from "30s" (text/number.h); bounded when min < max */
    SHAPE_SIZE_BYTES,  /* int64_t, from "16MiB" or a plain integer; bounded when min < max */
    SHAPE_ENUM,        /* int, from the name table `names` */
    SHAPE_STRINGS,     /* struct str_list; a lone string counts as a list of one */
    SHAPE_ENUM_SET,    /* unsigned: bit i set when names[i] is listed; a lone string counts */
    SHAPE_STRING_MAP,  /* struct shape_pairs: string -> string, in file order */
    SHAPE_OBJECT,      /* the struct of `shape`, embedded at offset */
    SHAPE_OBJECTS,     /* struct shape_list of structs of `shape` */
    SHAPE_OBJECT_MAP,  /* struct shape_list of structs of `shape`; the member name goes to the
                          const char * at key_offset in each */
    SHAPE_JSON         /* const struct json *: any value, borrowed */
};

struct shape_names {
    const char *const *items;
    size_t count; /* at most 32 for SHAPE_ENUM_SET */
};

struct shape_pair {
    const char *key, *value;
    struct json_place place;
};
struct shape_pairs {
    struct shape_pair *items;
    size_t count, capacity;
};
struct shape_list {
    void *items; /* count structs of the element shape's size */
    size_t count;
};
#define SHAPE_LIST_AT(type, list, i) (&((type *)(list).items)[i])

struct shape;

struct shape_field {
    const char *key;
    enum shape_type type;
    size_t offset;
    bool required;
    bool is_secret;   /* SHAPE_STRING: not to be shown */
    const char *dflt; /* as it would be written in the (YAML) file; NULL = zero or empty; an absent
                         SHAPE_OBJECT takes its own defaults with "{}"; not for SHAPE_JSON */
    int64_t min, max;
    struct shape_names names;  /* SHAPE_ENUM, SHAPE_ENUM_SET */
    const struct shape *shape; /* SHAPE_OBJECT, SHAPE_OBJECTS, SHAPE_OBJECT_MAP */
    size_t key_offset;         /* SHAPE_OBJECT_MAP */
    long present_offset;       /* offset of a bool set when the key was there; 0 = none wanted */
    long place_offset;         /* offset of a struct json_place for the value; 0 = none wanted */
    const char *doc;           /* one sentence for the reference */
    const char *example;       /* as written in a file; may be NULL */
};

struct shape {
    const char *name;
    const char *doc;
    size_t size;
    const struct shape_field *fields;
    size_t field_count;
    /* Further rules over the whole struct, or NULL. Returns -1 with err set. */
    int (*validate)(const struct json_doc *doc, const struct json *node, void *decoded,
                    struct err *err);
};

int shape_decode(struct arena *a, const struct json_doc *doc, const struct json *node,
                 const struct shape *shape, void *ret_struct, struct err *err) NODISCARD;

/* A JSON Schema (draft-07) and a Markdown reference made from the table, nested shapes included. */
struct json *shape_schema(const struct shape *shape) NODISCARD;
void shape_markdown(struct buf *out, const struct shape *shape);
/* The field that a key names, or NULL. */
const struct shape_field *shape_field_of(const struct shape *shape, const char *key);

#endif

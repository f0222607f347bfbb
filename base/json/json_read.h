/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_JSON_JSON_READ_H
#define BASE_JSON_JSON_READ_H

/* Strict readers for bytes from outside: JSON (RFC 8259, nothing beyond it) and a YAML subset that
 * has exactly JSON's data model. Both yield a tree plus the place of every node, so that a later
 * complaint can say file:line:column.
 *
 * JSON: one value, nothing after it; duplicate keys, \u0000, bad UTF-8, a BOM, raw control
 * characters, lone surrogates, leading zeros and numbers beyond a double are errors.
 * YAML: one document; no anchors, aliases, tags, directives, merge keys, several documents or
 * duplicate keys; plain scalars that YAML 1.1 and 1.2 read differently (NO, on, 012, 1_000, 12:30,
 * ~) must be quoted; true, false, null and JSON numbers are what they look like; flow collections
 * as in JSON. Block scalars (| and >) are strings.
 *
 * Ownership: json_doc owns tree and places; json_doc_done frees both. json_doc_take_root hands the
 * tree over. Errors: ERR_INVALID with file, line and column, ERR_LIMIT beyond the limits. */

#include "base/core/err.h"
#include "base/core/str.h"
#include "base/json/json.h"

struct json_limits {
    size_t max_bytes; /* 0 = 16 MiB */
    size_t max_depth; /* 0 = 64 */
    size_t max_nodes; /* 0 = 1,000,000 */
};

struct json_place {
    int line, column; /* 1-based; 0 when unknown */
};

struct json_places; /* node -> place of the value and of its key */

struct json_doc {
    char *name; /* as in messages */
    struct json *root;
    struct json_places *places;
};

void json_doc_done(struct json_doc *doc);
#define AUTO_JSON_DOC AUTO(json_doc_done)
struct json *json_doc_take_root(struct json_doc *doc) NODISCARD;

/* limits may be NULL. name is used in messages only. */
int json_read(struct str text, const char *name, const struct json_limits *limits,
              struct json_doc *ret_doc, struct err *err) NODISCARD;
int yaml_read(struct str text, const char *name, const struct json_limits *limits,
              struct json_doc *ret_doc, struct err *err) NODISCARD;
/* By the name's ending: .json, else YAML. */
int json_or_yaml_read(struct str text, const char *name, struct json_doc *ret_doc,
                      struct err *err) NODISCARD;

/* Where the value (or its member name) stands; {0,0} for a node of another tree. */
struct json_place json_place_of(const struct json_doc *doc, const struct json *node);
struct json_place json_place_of_key(const struct json_doc *doc, const struct json *node);
/* err_at() for a node: "file:line:col". */
int json_err(const struct json_doc *doc, const struct json *node, struct err *err, const char *fmt,
             ...) PRINTF_LIKE(4, 5);
int json_err_key(const struct json_doc *doc, const struct json *node, struct err *err,
                 const char *fmt, ...) PRINTF_LIKE(4, 5);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_JSON_JSON_REWRITE_H
#define BASE_JSON_JSON_REWRITE_H

/* A copy of a document in which other things stand for some of its strings. Every node of the copy
 * keeps a place: what was put in says where it came from, so that a complaint about it points
 * there.
 *
 * Ownership: the copy owns its tree, its places and its name; the original stays as it is. Errors:
 * what the callback says; ERR_LIMIT when the copy becomes too large, which a few short strings that
 * each stand for much can make it. */

#include "base/core/err.h"
#include "base/json/json_read.h"

/* What stands for a string: a node of the same document, or else a text, or neither: then the
 * string stays. */
struct json_instead {
    const struct json *node;
    bool is_text;
    struct buf text;
};

struct json_rewrite {
    /* 0, or -1 with err set. The buffer of ret is empty and may be left half filled on failure. */
    int (*instead)(void *context, const struct json *string, struct json_instead *ret,
                   struct err *err);
    void *context;
    const struct json *without;  /* a member or element that the copy has not; may be NULL */
    size_t max_nodes, max_bytes; /* of the copy: values, and bytes of strings and member names */
};

int json_doc_rewrite(const struct json_doc *from, const struct json_rewrite *rewrite,
                     struct json_doc *ret, struct err *err) NODISCARD;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json/json_rewrite.h"

#include "base/core/xalloc.h"
#include "base/json/json_priv.h"

#include <string.h>

struct copying {
    const struct json_doc *from;
    const struct json_rewrite *rewrite;
    struct json_places *places;
    size_t nodes, bytes;
    struct err *err;
};

static int counted(struct copying *c, const struct json *node)
{
    const char *key = json_key(node);
    c->bytes += (key ? strlen(key) : 0) + strlen(json_string_or(node, ""));
    if (++c->nodes <= c->rewrite->max_nodes && c->bytes <= c->rewrite->max_bytes) {
        return 0;
    }
    json_err(c->from, node, c->err, "too large when it is written out");
    c->err->code = ERR_LIMIT;
    return -1;
}

/* What was made, and which node it is a copy of: its place is that node's. */
struct made {
    struct json *node; /* NULL: failed */
    const struct json *origin;
};

/* The readers keep trees below 64 levels, so that this ends within twice as many. */
static struct made copy(struct copying *c, const struct json *node, bool is_put_in);

static int children(struct copying *c, const struct json *from, bool is_put_in, struct json *to)
{
    JSON_FOREACH(child, from) {
        if (child == c->rewrite->without) {
            continue;
        }
        struct made made = copy(c, child, is_put_in);
        if (!made.node) {
            return -1;
        }
        json_append(to, json_key(child) ? xstrdup(json_key(child)) : NULL, made.node);
        json_places_put(c->places, made.node, json_place_of(c->from, made.origin),
                        json_place_of_key(c->from, child));
    }
    return 0;
}

static struct made container(struct copying *c, const struct json *node, bool is_put_in)
{
    AUTO_JSON struct json *node_made =
        json_type(node) == JSON_OBJECT ? json_object() : json_array();
    if (children(c, node, is_put_in, node_made) < 0) {
        return (struct made){NULL, node};
    }
    return (struct made){TAKE_PTR(node_made), node};
}

static struct made string(struct copying *c, const struct json *node)
{
    struct json_instead instead = {0};
    struct made made = {NULL, node};
    if (c->rewrite->instead(c->rewrite->context, node, &instead, c->err) == 0) {
        if (instead.node) {
            made = copy(c, instead.node, true);
        } else if (instead.is_text) {
            made.node = json_string_n(instead.text.ptr, instead.text.len);
            c->bytes += instead.text.len;
        } else {
            made.node = json_copy(node);
        }
    }
    buf_done(&instead.text);
    return made;
}

static struct made copy(struct copying *c, const struct json *node, bool is_put_in)
{
    if (counted(c, node) < 0) {
        return (struct made){NULL, node};
    }
    switch (json_type(node)) {
    case JSON_ARRAY:
    case JSON_OBJECT:
        return container(c, node, is_put_in);
    case JSON_STRING:
        if (!is_put_in) {
            return string(c, node);
        }
        break;
    case JSON_NULL:
    case JSON_BOOL:
    case JSON_NUMBER:
        break;
    }
    return (struct made){json_copy(node), node};
}

int json_doc_rewrite(const struct json_doc *from, const struct json_rewrite *rewrite,
                     struct json_doc *ret, struct err *err)
{
    struct copying c = {.from = from, .rewrite = rewrite, .err = err};
    c.places = json_places_new();
    struct made root = copy(&c, from->root, false);
    if (!root.node) {
        json_places_free(c.places);
        return -1;
    }
    json_places_put(c.places, root.node, json_place_of(from, root.origin),
                    json_place_of_key(from, from->root));
    *ret = (struct json_doc){.name = xstrdup(from->name), .root = root.node, .places = c.places};
    return 0;
}

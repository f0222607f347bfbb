/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/xalloc.h"
#include "base/json/json_priv.h"
#include "base/text/utf8.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINEAR_KEYS = 16 };

struct entry {
    const struct json *node; /* NULL: free */
    struct json_place value, key;
};

/* Open addressing on the node's address, at most three quarters full. */
struct json_places {
    struct entry *entries;
    size_t count, capacity; /* capacity is a power of two */
};

static struct entry *entry_for(const struct json_places *places, const struct json *node)
{
    uint64_t hash = (uint64_t)(uintptr_t)node * 0x9e3779b97f4a7c15u;
    size_t mask = places->capacity - 1, at = (size_t)(hash >> 20) & mask;
    while (places->entries[at].node && places->entries[at].node != node) {
        at = (at + 1) & mask;
    }
    return &places->entries[at];
}

struct json_places *json_places_new(void)
{
    struct json_places *places = xcalloc(1, sizeof(*places));
    places->capacity = 16;
    places->entries = xcalloc(places->capacity, sizeof(struct entry));
    return places;
}

void json_places_free(struct json_places *places)
{
    if (places) {
        free(places->entries);
        free(places);
    }
}

void json_places_put(struct json_places *places, const struct json *node, struct json_place value,
                     struct json_place key)
{
    if (places->count >= places->capacity / 4 * 3) {
        struct json_places grown = {.capacity = places->capacity * 2, .count = places->count};
        grown.entries = xcalloc(grown.capacity, sizeof(struct entry));
        for (size_t i = 0; i < places->capacity; i++) {
            if (places->entries[i].node) {
                *entry_for(&grown, places->entries[i].node) = places->entries[i];
            }
        }
        free(places->entries);
        *places = grown;
    }
    *entry_for(places, node) = (struct entry){.node = node, .value = value, .key = key};
    places->count++;
}

static int text_check(struct json_reading *r, struct str text)
{
    size_t bad;
    if (text.len > r->limits.max_bytes) {
        return reading_limit(r, (struct json_place){0, 0}, "larger than %zu bytes",
                             r->limits.max_bytes);
    }
    if (str_starts(text, STR("\xef\xbb\xbf"))) {
        err_at(r->err, r->name, 1, 1, "a byte order mark at the start");
        err_hint(r->err, "save the file as UTF-8 without BOM");
        return -1;
    }
    if (!utf8_is_valid(text, &bad)) {
        struct json_place place = {1, 1};
        for (size_t i = 0; i < bad; i++) {
            bool line_end = text.ptr[i] == '\n';
            place.line += line_end ? 1 : 0;
            place.column = line_end ? 1 : place.column + ((text.ptr[i] & 0xc0) != 0x80 ? 1 : 0);
        }
        return err_at(r->err, r->name, place.line, place.column, "not valid UTF-8");
    }
    return 0;
}

int reading_begin(struct json_reading *r, struct str text, const struct json_limits *limits)
{
    r->limits = limits ? *limits : (struct json_limits){0};
    r->limits.max_bytes = r->limits.max_bytes ? r->limits.max_bytes : (size_t)16 * 1024 * 1024;
    r->limits.max_depth = r->limits.max_depth ? r->limits.max_depth : 64;
    r->limits.max_nodes = r->limits.max_nodes ? r->limits.max_nodes : 1000000;
    if (text_check(r, text) < 0) {
        return -1;
    }
    r->places = json_places_new();
    return 0;
}

void reading_done(struct json_reading *r)
{
    json_places_free(r->places);
    r->places = NULL;
}

int reading_count(struct json_reading *r, size_t depth, struct json_place place)
{
    if (depth > r->limits.max_depth) {
        return reading_limit(r, place, "nested deeper than %zu levels", r->limits.max_depth);
    }
    if (++r->nodes > r->limits.max_nodes) {
        return reading_limit(r, place, "more than %zu values", r->limits.max_nodes);
    }
    return 0;
}

int reading_limit(struct json_reading *r, struct json_place place, const char *fmt, ...)
{
    char msg[ERR_MSG_SIZE];
    va_list args;
    va_start(args, fmt);
    vsnprintf(msg, sizeof(msg), fmt, args);
    va_end(args);
    err_at(r->err, r->name, place.line, place.column, "%s", msg);
    r->err->code = ERR_LIMIT;
    return -1;
}

void reading_finish(struct json_reading *r, struct json *root_take, struct json_doc *ret_doc)
{
    *ret_doc = (struct json_doc){
        .name = xstrdup(r->name), .root = root_take, .places = TAKE_PTR(r->places)};
}

void key_set_done(struct key_set *set)
{
    map_done(&set->by_name);
}

static void *erase_const(const struct json *node)
{
    return (void *)(uintptr_t)node;
}

const struct json *key_set_add(struct key_set *set, const struct json *object, const char *key)
{
    const struct json *found;
    if (set->count < LINEAR_KEYS) {
        found = json_get(object, key);
    } else {
        if (set->count == LINEAR_KEYS) {
            JSON_FOREACH(it, object) {
                (void)map_put(&set->by_name, str_of(json_key(it)), erase_const(it));
            }
        }
        /* The member itself does not exist yet; the object stands in for it. */
        found = map_get(&set->by_name, str_of(key));
        if (!found) {
            (void)map_put(&set->by_name, str_of(key), erase_const(object));
        }
    }
    set->count++;
    return found == object ? json_get(object, key) : found;
}

void json_doc_done(struct json_doc *doc)
{
    free(doc->name);
    json_free(doc->root);
    json_places_free(doc->places);
    *doc = (struct json_doc){0};
}

struct json *json_doc_take_root(struct json_doc *doc)
{
    return TAKE_PTR(doc->root);
}

int json_or_yaml_read(struct str text, const char *name, struct json_doc *ret_doc, struct err *err)
{
    return str_ends(str_of(name), STR(".json")) ? json_read(text, name, NULL, ret_doc, err)
                                                : yaml_read(text, name, NULL, ret_doc, err);
}

struct json_place json_place_of(const struct json_doc *doc, const struct json *node)
{
    return doc->places && node ? entry_for(doc->places, node)->value : (struct json_place){0, 0};
}

struct json_place json_place_of_key(const struct json_doc *doc, const struct json *node)
{
    return doc->places && node ? entry_for(doc->places, node)->key : (struct json_place){0, 0};
}

int json_err(const struct json_doc *doc, const struct json *node, struct err *err, const char *fmt,
             ...)
{
    char msg[ERR_MSG_SIZE];
    struct json_place place = json_place_of(doc, node);
    va_list args;
    va_start(args, fmt);
    vsnprintf(msg, sizeof(msg), fmt, args);
    va_end(args);
    return err_at(err, doc->name, place.line, place.column, "%s", msg);
}

int json_err_key(const struct json_doc *doc, const struct json *node, struct err *err,
                 const char *fmt, ...)
{
    char msg[ERR_MSG_SIZE];
    struct json_place place = json_place_of_key(doc, node);
    va_list args;
    va_start(args, fmt);
    vsnprintf(msg, sizeof(msg), fmt, args);
    va_end(args);
    return err_at(err, doc->name, place.line, place.column, "%s", msg);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/assert.h"
#include "base/core/xalloc.h"
#include "base/json/json_priv.h"
#include "base/text/number.h"

#include <yaml.h>

#include <stdlib.h>
#include <string.h>

/* libyaml's events become a tree by recursive descent. Events hide a few things that are refused
 * here (a "!" tag, "[a: b]", commas without a value), so the source is looked at where they start:
 * the cursor follows the marks, which count characters, through the bytes. */

struct cursor {
    size_t index;  /* in code points, as libyaml's marks */
    size_t offset; /* in bytes */
};

struct reader {
    struct json_reading base;
    struct str text;
    struct cursor cursor;
    size_t last_end; /* where the latest scalar or collection ended, in code points */
    yaml_parser_t parser;
    yaml_event_t event; /* the current one */
};

static void event_drop(yaml_event_t *event)
{
    yaml_event_delete(event); /* zeroes it, so that twice is fine */
}

static struct json_place place_of(yaml_mark_t mark)
{
    return (struct json_place){(int)mark.line + 1, (int)mark.column + 1};
}

#define FAIL_AT(r, place, ...) \
    err_at((r)->base.err, (r)->base.name, (place).line, (place).column, __VA_ARGS__)

static struct json_place start_of(const struct reader *r)
{
    return place_of(r->event.start_mark);
}

static size_t offset_of(struct reader *r, size_t index)
{
    struct cursor *c = &r->cursor;
    if (index < c->index) {
        *c = (struct cursor){0};
    }
    while (c->index < index && c->offset < r->text.len) {
        c->offset++;
        while (c->offset < r->text.len && (r->text.ptr[c->offset] & 0xc0) == 0x80) {
            c->offset++;
        }
        c->index++;
    }
    return c->offset;
}

static char source_at(struct reader *r, size_t index)
{
    size_t offset = offset_of(r, index);
    return offset < r->text.len ? r->text.ptr[offset] : '\0';
}

static struct json_place place_of_offset(struct str text, size_t offset)
{
    struct json_place place = {1, 1};
    for (size_t i = 0; i < offset && i < text.len; i++) {
        bool line_end = text.ptr[i] == '\n';
        place.line += line_end ? 1 : 0;
        place.column = line_end ? 1 : place.column + ((text.ptr[i] & 0xc0) != 0x80 ? 1 : 0);
    }
    return place;
}

static int fail_syntax(struct reader *r)
{
    const yaml_parser_t *p = &r->parser;
    ASSERT(p->error != YAML_MEMORY_ERROR);
    struct json_place place = place_of(p->problem_mark);
    const char *problem = p->problem ? p->problem : "syntax error";
    if (p->error == YAML_READER_ERROR) {
        place = place_of_offset(r->text, p->problem_offset);
    }
    FAIL_AT(r, place, "not YAML: %s%s%s", p->context ? p->context : "", p->context ? ", " : "",
            problem);
    if (strstr(problem, "mapping values are not allowed")) {
        err_hint(r->base.err, "quote a value that holds `: '");
    } else if (strstr(problem, "cannot start any token")) {
        err_hint(r->base.err, "indent with spaces; quote a value that starts with @, ` or %%");
    }
    return -1;
}

static int event_next(struct reader *r)
{
    event_drop(&r->event);
    if (!yaml_parser_parse(&r->parser, &r->event)) {
        return fail_syntax(r);
    }
    return 0;
}

/* Anchors, aliases and tags, also those that leave no trace in the event. */
static int decoration_check(struct reader *r)
{
    switch (source_at(r, r->event.start_mark.index)) {
    case '&':
        return FAIL_AT(r, start_of(r), "anchors (&) are not allowed; write the value out");
    case '*':
        return FAIL_AT(r, start_of(r), "aliases (*) are not allowed; write the value out");
    case '!':
        return FAIL_AT(r, start_of(r), "tags (!) are not allowed; quote a text that starts with !");
    default:
        return 0;
    }
}

static struct str scalar_text(const struct reader *r)
{
    return str_n((const char *)r->event.data.scalar.value, r->event.data.scalar.length);
}

static int scalar_check(struct reader *r)
{
    struct str text = scalar_text(r);
    if (memchr(text.ptr, '\0', text.len)) {
        return FAIL_AT(r, start_of(r), "\\0 is not allowed here");
    }
    if (r->event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE) {
        return 0;
    }
    if (text.len == 0) {
        FAIL_AT(r, start_of(r), "a value is missing");
        err_hint(r->base.err, "write the value, null or \"\"");
        return -1;
    }
    if (r->event.start_mark.line != r->event.end_mark.line) {
        return FAIL_AT(r, start_of(r),
                       "plain value runs over the end of the line; missing comma or quotes?");
    }
    return 0;
}

static int fail_plain(struct reader *r, const char *why)
{
    struct str text = scalar_text(r);
    return FAIL_AT(r, start_of(r), "`%.*s%s' %s", STR_ARG(str_slice(text, 0, 40)),
                   text.len > 40 ? "..." : "", why);
}

static struct json *plain_read(struct reader *r)
{
    const char *why = "";
    double number;
    struct str text = scalar_text(r);
    switch (yaml_plain_classify(text, &why)) {
    case YAML_PLAIN_WORD:
        return text.ptr[0] == 'n' ? json_null() : json_bool(text.ptr[0] == 't');
    case YAML_PLAIN_NUMBER:
        return parse_double(text, &number, r->base.err) < 0 ? NULL : json_number(number);
    case YAML_PLAIN_REFUSED:
        fail_plain(r, why);
        return NULL;
    case YAML_PLAIN_STRING:
    default:
        return json_string_take(xstrndup(text.ptr, text.len));
    }
}

static struct json *scalar_read(struct reader *r)
{
    if (scalar_check(r) < 0) {
        return NULL;
    }
    if (r->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE) {
        return plain_read(r);
    }
    struct str text = scalar_text(r);
    return json_string_take(xstrndup(text.ptr, text.len));
}

/* A key at the current event. NULL on error; free() it. */
static char *key_read(struct reader *r)
{
    const char *why = "";
    if (decoration_check(r) < 0) {
        return NULL;
    }
    if (r->event.type != YAML_SCALAR_EVENT) {
        FAIL_AT(r, start_of(r), "a key must be a plain or quoted string");
        return NULL;
    }
    struct str text = scalar_text(r);
    if (r->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE) {
        if (text.len == 0) {
            FAIL_AT(r, start_of(r), "a key is missing");
            return NULL;
        }
        if (str_eq_z(text, "<<")) {
            FAIL_AT(r, start_of(r), "merge keys (<<) are not allowed; write the members out");
            return NULL;
        }
        if (yaml_plain_classify(text, &why) != YAML_PLAIN_STRING) {
            fail_plain(r, "as a key may mean something else than a string; quote it");
            return NULL;
        }
    }
    if (scalar_check(r) < 0) {
        return NULL;
    }
    return xstrndup(text.ptr, text.len);
}

static struct json *node_read(struct reader *r, size_t depth, struct json_place key);

static int member_read(struct reader *r, struct json *object, struct key_set *keys, size_t depth)
{
    struct json_place place = start_of(r);
    AUTO_FREE char *key = key_read(r);
    if (!key) {
        return -1;
    }
    const struct json *before = key_set_add(keys, object, key);
    if (before) {
        struct json_doc so_far = {.places = r->base.places};
        FAIL_AT(r, place, "duplicate key `%s'", key);
        err_hint(r->base.err, "it is in line %d already", json_place_of_key(&so_far, before).line);
        return -1;
    }
    if (event_next(r) < 0) {
        return -1;
    }
    struct json *child = node_read(r, depth + 1, place);
    if (!child) {
        return -1;
    }
    json_append(object, TAKE_PTR(key), child);
    return 0;
}

/* At the end of a flow collection with elements: no comma may stand before the bracket. */
static int trailing_comma_check(struct reader *r)
{
    size_t start = offset_of(r, r->last_end);
    size_t end = offset_of(r, r->event.start_mark.index);
    bool in_comment = false;
    for (size_t i = start; i < end; i++) {
        char c = r->text.ptr[i];
        in_comment = in_comment ? c != '\n' && c != '\r' : c == '#';
        if (c == ',' && !in_comment) {
            return FAIL_AT(r, place_of_offset(r->text, i), "a comma before '%c'",
                           source_at(r, r->event.start_mark.index));
        }
    }
    return 0;
}

static int collection_end(struct reader *r, bool is_flow, bool is_empty)
{
    if (is_flow && !is_empty && trailing_comma_check(r) < 0) {
        return -1;
    }
    r->last_end = r->event.end_mark.index;
    return 0;
}

static int sequence_fill(struct reader *r, struct json *array, size_t depth)
{
    bool is_flow = r->event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
    for (;;) {
        if (event_next(r) < 0) {
            return -1;
        }
        if (r->event.type == YAML_SEQUENCE_END_EVENT) {
            return collection_end(r, is_flow, json_first(array) == NULL);
        }
        struct json *child = node_read(r, depth + 1, (struct json_place){0, 0});
        if (!child) {
            return -1;
        }
        json_push(array, child);
    }
}

static int mapping_fill(struct reader *r, struct json *object, size_t depth)
{
    AUTO(key_set_done) struct key_set keys = {0};
    bool is_flow = r->event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
    if (is_flow && source_at(r, r->event.start_mark.index) != '{') {
        return FAIL_AT(r, start_of(r), "a pair inside [] needs its own {}");
    }
    for (;;) {
        if (event_next(r) < 0) {
            return -1;
        }
        if (r->event.type == YAML_MAPPING_END_EVENT) {
            return collection_end(r, is_flow, json_first(object) == NULL);
        }
        if (member_read(r, object, &keys, depth) < 0) {
            return -1;
        }
    }
}

static struct json *collection_read(struct reader *r, size_t depth)
{
    bool is_object = r->event.type == YAML_MAPPING_START_EVENT;
    AUTO_JSON struct json *node = is_object ? json_object() : json_array();
    int result = is_object ? mapping_fill(r, node, depth) : sequence_fill(r, node, depth);
    return result < 0 ? NULL : TAKE_PTR(node);
}

/* The node that starts at the current event; leaves the reader at its last event. */
static struct json *node_read(struct reader *r, size_t depth, struct json_place key)
{
    struct json_place place = start_of(r);
    struct json *node;
    bool is_scalar = r->event.type == YAML_SCALAR_EVENT;
    if (reading_count(&r->base, is_scalar ? 0 : depth, place) < 0 || decoration_check(r) < 0) {
        return NULL;
    }
    if (is_scalar) {
        node = scalar_read(r);
        r->last_end = r->event.end_mark.index;
    } else {
        node = collection_read(r, depth);
    }
    if (node) {
        json_places_put(r->base.places, node, place, key);
    }
    return node;
}

/* YAML 1.1 breaks lines at these, YAML 1.2 does not. */
static int line_breaks_check(struct reader *r)
{
    static const struct {
        const char *bytes, *name;
    } odd[] = {{"\xc2\x85", "U+0085"}, {"\xe2\x80\xa8", "U+2028"}, {"\xe2\x80\xa9", "U+2029"}};
    for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
        long at = str_find(r->text, str_of(odd[i].bytes), 0);
        if (at >= 0) {
            struct json_place place = place_of_offset(r->text, (size_t)at);
            FAIL_AT(r, place, "the character %s is a line break only in YAML 1.1", odd[i].name);
            err_hint(r->base.err, "in double quotes, write \\u%s", odd[i].name + 2);
            return -1;
        }
    }
    return 0;
}

/* Past the event that is there, to the one after the next. */
static int two_events_on(struct reader *r)
{
    return event_next(r) < 0 ? -1 : event_next(r);
}

/* Up to the first event of the document's content. */
static int document_open(struct reader *r)
{
    if (two_events_on(r) < 0) {
        return -1;
    }
    if (r->event.type == YAML_STREAM_END_EVENT) {
        return FAIL_AT(r, start_of(r), "the text is empty; expected a value");
    }
    if (r->event.data.document_start.version_directive ||
        r->event.data.document_start.tag_directives.start !=
            r->event.data.document_start.tag_directives.end) {
        return FAIL_AT(r, start_of(r), "directives (%%) are not allowed");
    }
    return event_next(r);
}

static int document_close(struct reader *r)
{
    if (two_events_on(r) < 0) {
        return -1;
    }
    if (r->event.type != YAML_STREAM_END_EVENT) {
        return FAIL_AT(r, start_of(r), "a second document; one file holds one document");
    }
    return 0;
}

static struct json *document_read(struct reader *r)
{
    if (line_breaks_check(r) < 0 || document_open(r) < 0) {
        return NULL;
    }
    AUTO_JSON struct json *root = node_read(r, 1, (struct json_place){0, 0});
    if (!root || document_close(r) < 0) {
        return NULL;
    }
    return TAKE_PTR(root);
}

int yaml_read(struct str text, const char *name, const struct json_limits *limits,
              struct json_doc *ret_doc, struct err *err)
{
    struct reader r = {.base = {.name = name, .err = err}, .text = text};
    if (reading_begin(&r.base, text, limits) < 0) {
        return -1;
    }
    ASSERT(yaml_parser_initialize(&r.parser));
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)(text.ptr ? text.ptr : ""),
                                 text.len);
    struct json *root = document_read(&r);
    event_drop(&r.event);
    yaml_parser_delete(&r.parser);
    if (root) {
        reading_finish(&r.base, root, ret_doc);
    }
    reading_done(&r.base);
    return root ? 0 : -1;
}

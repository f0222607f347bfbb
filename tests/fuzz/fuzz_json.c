/* SPDX-License-Identifier: Apache-2.0 */
/* What the strict JSON reader takes, the writers write so that it reads back equal; what it
 * refuses, it refuses with a code and a place inside the text. */
#include "base/core/assert.h"
#include "base/json/json_read.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_places(const struct json_doc *doc, const struct json *node)
{
    ASSERT(json_place_of(doc, node).line > 0);
    ASSERT((json_key(node) != NULL) == (json_place_of_key(doc, node).line > 0));
    JSON_FOREACH(it, node) {
        check_places(doc, it);
    }
}

static void check_round_trip(const struct json *root,
                             void (*write)(struct buf *out, const struct json *node))
{
    AUTO_BUF struct buf text = {0};
    AUTO_JSON_DOC struct json_doc again = {0};
    struct err err = {0};
    write(&text, root);
    ASSERT(!text.truncated);
    ASSERT(json_read(buf_str(&text), "again", NULL, &again, &err) == 0);
    ASSERT(json_equal(root, again.root));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct err err = {0};
    if (json_read(str_n((const char *)data, size), "fuzz", NULL, &doc, &err) < 0) {
        ASSERT(err.code == ERR_INVALID || err.code == ERR_LIMIT);
        ASSERT(err.line > 0 && (size_t)err.line <= size + 1);
        ASSERT(err.column > 0 && (size_t)err.column <= size + 1);
        ASSERT(doc.root == NULL && err.msg[0] != '\0');
        return 0;
    }
    check_places(&doc, doc.root);
    check_round_trip(doc.root, json_write);
    check_round_trip(doc.root, json_write_pretty);
    check_round_trip(doc.root, json_write_canonical);
    AUTO_JSON struct json *copy = json_copy(doc.root);
    ASSERT(json_equal(copy, doc.root));
    return 0;
}

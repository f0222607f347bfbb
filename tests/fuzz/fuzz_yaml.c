/* SPDX-License-Identifier: Apache-2.0 */
/* What the YAML reader takes is a JSON tree: written as JSON, both readers read it back equal. */
#include "base/core/assert.h"
#include "base/json/json_read.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_places(const struct json_doc *doc, const struct json *node)
{
    ASSERT(json_place_of(doc, node).line > 0);
    ASSERT((json_key(node) != NULL) == (json_place_of_key(doc, node).line > 0));
    JSON_FOREACH(it, node) {
        check_places(doc, it);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_JSON_DOC struct json_doc doc = {0}, as_json = {0};
    AUTO_BUF struct buf text = {0};
    struct err err = {0};
    if (yaml_read(str_n((const char *)data, size), "fuzz", NULL, &doc, &err) < 0) {
        ASSERT(err.code == ERR_INVALID || err.code == ERR_LIMIT);
        ASSERT(err.line > 0 && err.column > 0 && doc.root == NULL && err.msg[0] != '\0');
        return 0;
    }
    check_places(&doc, doc.root);
    json_write(&text, doc.root);
    ASSERT(json_read(buf_str(&text), "again", NULL, &as_json, &err) == 0);
    ASSERT(json_equal(doc.root, as_json.root));
    return 0;
}

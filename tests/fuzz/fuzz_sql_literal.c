/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/assert.h"
#include "mock/workspace/sql_literal.h"

#include <stdbool.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char start[] = "[PARSE_SYNTAX_ERROR] Syntax error at or near ";
    AUTO_ARENA struct arena *a = arena_new();
    struct err err = {0};
    struct sql_row row = {0};
    struct str text = str_n((const char *)data, size);
    if (sql_literal_read(a, text, "me@example.com", &row, &err) < 0) {
        ASSERT(str_starts(str_of(err.msg), str_of(start)));
        ASSERT(row.count == 0);
        return 0;
    }
    ASSERT(row.count > 0 && row.count <= SQL_MAX_COLUMNS);
    VEC_FOREACH(const struct sql_column, c, &row) {
        bool null = strcmp(c->type_name, "NULL") == 0;
        ASSERT(c->name != NULL && c->type_text != NULL && null == (c->value == NULL));
    }
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/assert.h"
#include "mock/query/sql_read.h"

#include <stdbool.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_at(const struct sql_query *q)
{
    ASSERT(q->columns.count <= SQL_MAX_COLUMNS);
    ASSERT(q->verb != SQL_SELECT || q->columns.count > 0);
    ASSERT(q->verb != SQL_CREATE_VIEW || (q->of != NULL && q->definition[0] != '\0'));
    ASSERT(q->verb != SQL_CREATE_TABLE || q->of != NULL || q->columns.count > 0);
    ASSERT(!q->has_range || q->range.step != 0);
    VEC_FOREACH(const struct sql_column, c, &q->columns) {
        ASSERT(c->name != NULL);
        ASSERT(c->source != SQL_CONSTANT || c->type.kind != SQL_VOID || c->value == NULL);
        ASSERT(c->source != SQL_COLUMN || c->reference != NULL);
        ASSERT(c->source == SQL_CONSTANT || c->source == SQL_COMPUTED || q->has_range ||
               q->of != NULL || q->object != NULL);
        ASSERT((c->source == SQL_COMPUTED) == (c->computed != NULL));
    }
    if (q->of != NULL) {
        look_at(q->of);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sql_parameter items[] = {{.name = "n", .value = "5", .type = {.kind = SQL_INT}}};
    const struct sql_parameters known = {items, 1, 1};
    const struct sql_context context = {"me@example.com", "main", "default", &known, NULL};
    AUTO_ARENA struct arena *a = arena_new();
    struct err err = {0};
    struct sql_query q = {0};
    if (sql_read(a, str_n((const char *)data, size), &context, &q, &err) < 0) {
        ASSERT(err.msg[0] == '[' && sql_state_of(str_of(err.msg)).len == 5);
        ASSERT(q.columns.count == 0);
        return 0;
    }
    look_at(&q);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/assert.h"
#include "mock/http/recorded_error.h"
#include "mock/statements/place.h"
#include "mock/statements/statement_request.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_at(const struct statement_request *q)
{
    ASSERT(q->warehouse_id[0] != '\0' && q->statement[0] != '\0');
    ASSERT(q->wait_timeout_ms == 0 || (q->wait_timeout_ms >= 5000 && q->wait_timeout_ms <= 50000));
    ASSERT(q->disposition != RESULT_INLINE || q->format == RESULT_JSON);
    ASSERT(q->row_limit == -1 || q->row_limit > 0);
    ASSERT(q->byte_limit == -1 || q->byte_limit > 0);
}

/* What can be cast can be cast again and stays what it is. */
static void cast_twice(struct arena *a, const struct sql_parameter *p)
{
    struct err err = {0};
    const char *once = NULL, *twice = NULL;
    if (sql_cast(a, p->value, p->type, &once, &err) < 0) {
        ASSERT(strncmp(err.msg, "[CAST_INVALID_INPUT]", 20) == 0);
        return;
    }
    ASSERT((once == NULL) == (p->value == NULL));
    ASSERT(sql_cast(a, once, p->type, &twice, &err) == 0);
    ASSERT(once == NULL || strcmp(once, twice) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA struct arena *a = arena_new();
    const struct statement_place place = {0};
    struct statement_request q = {0};
    struct statement_fault fault = {0};
    if (!statement_request_read(a, str_n((const char *)data, size), &place, &q, &fault)) {
        ASSERT(recorded_error_find(fault.error) != NULL);
        return 0;
    }
    look_at(&q);
    VEC_FOREACH(const struct sql_parameter, p, &q.parameters) {
        cast_twice(a, p);
    }
    return 0;
}

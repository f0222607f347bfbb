/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/statements/place.h"

#include "base/core/attrs.h"
#include "mock/http/request.h"

enum { WAREHOUSE, SESSION, STATEMENT, CHUNK };

static const char *text_of(const struct exchange *x, struct str captured)
{
    return arena_strndup(x->req->arena, captured.ptr, captured.len);
}

struct statement_place statement_place_of(const struct exchange *x)
{
    struct str c[CHUNK + 1] = {{0}};
    for (size_t i = 0; i < ARRAY_LEN(c) && i < x->req->capture_count; i++) {
        c[i] = x->req->captures[i];
    }
    if (!str_starts(x->req->path, STR("/api/2.0/sql/warehouses/"))) {
        bool session = str_starts(x->req->path, STR("/api/2.0/sql/sessions/"));
        return session ? (struct statement_place){.session_id = text_of(x, c[0])}
                       : (struct statement_place){.statement_id = c[0], .chunk = c[1]};
    }
    return (struct statement_place){
        .warehouse_id = text_of(x, c[WAREHOUSE]),
        .session_id = c[SESSION].len > 0 ? text_of(x, c[SESSION]) : NULL,
        .statement_id = c[STATEMENT],
        .chunk = c[CHUNK],
    };
}

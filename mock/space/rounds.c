/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/space/rounds.h"

#include "base/core/xalloc.h"
#include "mock/http/request.h"

#include <stdlib.h>

void rounds_done(struct rounds *r)
{
    free(r->table);
    free(r->statement);
    *r = (struct rounds){0};
}

void rounds_begin(struct rounds *r, const char *table, const char *statement)
{
    rounds_done(r);
    r->table = table != NULL ? xstrdup(table) : NULL;
    r->statement = statement != NULL ? xstrdup(statement) : NULL;
}

bool rounds_are_watched(const struct rounds *r)
{
    return r->table != NULL || r->statement != NULL;
}

int64_t rounds_ended(const struct rounds *r)
{
    if (r->table == NULL || r->statement == NULL) {
        return r->tables + r->statements; /* one of them is never counted */
    }
    return r->tables < r->statements ? r->tables : r->statements;
}

static bool is_named(struct str told, const char *name)
{
    return name != NULL && told.len > 0 && str_eq_nocase(str_trim(told), str_of(name));
}

bool rounds_take(struct rounds *r, const struct http_notes *notes)
{
    r->tables += is_named(notes->table_told, r->table);
    r->statements += is_named(notes->statement_told, r->statement);
    if (r->next == r->hold_count || rounds_ended(r) < r->hold_after[r->next]) {
        return false;
    }
    r->next++;
    return true;
}

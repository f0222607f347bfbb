/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/row_store.h"

#include "base/core/map.h"
#include "base/core/xalloc.h"

#include <stdlib.h>

struct kept {
    struct arena *arena;
    const struct sql_result *rows;
    size_t cells;
};

struct row_store {
    struct map tables; /* id -> struct kept */
    size_t cells;
};

struct row_store *row_store_new(void)
{
    return xcalloc(1, sizeof(struct row_store));
}

static void kept_free(struct kept *k)
{
    if (k != NULL) {
        arena_free(k->arena);
        free(k);
    }
}

void row_store_free(struct row_store *s)
{
    if (s == NULL) {
        return;
    }
    size_t pos = 0;
    for (const struct map_entry *e; (e = map_next(&s->tables, &pos)) != NULL;) {
        kept_free(e->value);
    }
    map_done(&s->tables);
    free(s);
}

int row_store_put(struct row_store *s, const char *table_id, struct arena *arena_take,
                  const struct sql_result *rows, size_t cells, struct err *err)
{
    if (s->tables.count == ROW_STORE_MAX_TABLES || cells > ROW_STORE_MAX_CELLS - s->cells) {
        arena_free(arena_take);
        return err_set(err, ERR_LIMIT, "no room for the rows of another table");
    }
    struct kept *k = xcalloc(1, sizeof(*k));
    *k = (struct kept){arena_take, rows, cells};
    s->cells += cells;
    (void)map_put(&s->tables, str_of(table_id), k);
    return 0;
}

const struct sql_result *row_store_get(const struct row_store *s, const char *table_id)
{
    const struct kept *k = map_get(&s->tables, str_of(table_id));
    return k != NULL ? k->rows : NULL;
}

void row_store_remove(struct row_store *s, const char *table_id)
{
    struct kept *k = map_remove(&s->tables, str_of(table_id));
    s->cells -= k != NULL ? k->cells : 0;
    kept_free(k);
}

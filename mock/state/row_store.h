/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATE_ROW_STORE_H
#define MOCK_STATE_ROW_STORE_H

/* The rows of tables that were made with rows in them, by the table's id. A table that has none
 * here is one of the scenario, or was made without.
 *
 * Ownership: the store owns the arenas; what it returns lives until the table's rows are removed.
 * Bounded: ROW_STORE_MAX_TABLES, ROW_STORE_MAX_CELLS. Threads: one at a time. */

#include "base/core/arena.h"
#include "base/core/attrs.h"
#include "base/core/err.h"

#include <stddef.h>

#define ROW_STORE_MAX_TABLES ((size_t)1000)
#define ROW_STORE_MAX_CELLS  ((size_t)4 * 1000 * 1000)

struct row_store;
struct sql_result; /* made and read by mock/query */

struct row_store *row_store_new(void) NODISCARD;
void row_store_free(struct row_store *s); /* accepts NULL */

/* The rows live in the arena, which the store takes, also on failure (ERR_LIMIT: no room). cells is
 * how many values are kept one by one. The id must be new. */
int row_store_put(struct row_store *s, const char *table_id, struct arena *arena_take,
                  const struct sql_result *rows, size_t cells, struct err *err) NODISCARD;
const struct sql_result *row_store_get(const struct row_store *s,
                                       const char *table_id);     /* or NULL */
void row_store_remove(struct row_store *s, const char *table_id); /* if it is there */

#endif

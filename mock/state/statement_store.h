/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATE_STATEMENT_STORE_H
#define MOCK_STATE_STATEMENT_STORE_H

/* SQL statements: how the scenario wants them to end, and those that were started.
 *
 * Ownership: the store owns everything. Started statements are bounded: beyond
 * STATEMENT_STORE_MAX the oldest is forgotten (the service forgets them after an hour).
 * Threads: one at a time. */

#include "base/core/attrs.h"
#include "base/core/str.h"
#include "base/json/json.h"
#include "base/wire/scenario.h"

#include <stdbool.h>

#define STATEMENT_STORE_MAX 4096

struct workspace;

/* One that was started. */
struct statement {
    char id[37];
    const char *workspace_id; /* borrowed from the workspace */
    const struct principal *principal;
    const char *state;     /* "SUCCEEDED", ...: how it ends; static */
    int64_t pending_polls; /* PENDING that many times before */
    bool ended;            /* its end has been told; until then it can be canceled */
    struct json *manifest, *result, *error; /* owned; each may be NULL */
    char *sql_state;                        /* or NULL */
};

struct principal;
struct statement_store;

struct statement_store *statement_store_new(void) NODISCARD;
void statement_store_free(struct statement_store *s); /* accepts NULL */

/* Rules, in the scenario's order; copied. */
void statement_store_add_rule(struct statement_store *s, const struct scenario_statement *rule);
/* The first rule for that text (surrounding white space and a last ';' do not count), or NULL. */
const struct scenario_statement *statement_store_rule(const struct statement_store *s,
                                                      struct str text);

/* Takes the trees and sql_state in *from. The id must be new. */
struct statement *statement_store_add(struct statement_store *s, const struct statement *from);
struct statement *statement_store_find(const struct statement_store *s, struct str id);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATE_STATEMENT_STORE_H
#define MOCK_STATE_STATEMENT_STORE_H

/* SQL statements: how the scenario wants them to end, and those that were started.
 *
 * Ownership: the store owns everything. Started statements are bounded: beyond
 * STATEMENT_STORE_MAX the oldest is forgotten (the service forgets them after an hour).
 * Threads: one at a time. */

#include "base/core/arena.h"
#include "base/core/attrs.h"
#include "base/core/str.h"
#include "base/wire/scenario.h"

#include <stdbool.h>
#include <stdint.h>

#define STATEMENT_STORE_MAX 4096

struct workspace;

struct sql_result; /* made and read by mock/query */

struct statement_times {
    int64_t created_ms;
    int64_t ready_ms;  /* not ended before */
    int64_t polled_ms; /* when its owner last asked */
    int64_t ended_ms;  /* once it has ended */
};

struct statement_error {
    const char *code, *message, *sql_state; /* NULL = none */
};

struct statement_output {
    const struct sql_result *rows; /* NULL = there is none (any more) */
    int disposition, format;       /* enums of mock/statements/statement_request.h */
    int64_t chunk_rows;            /* of a file */
    bool compressed;               /* files, attachments and batches are LZ4 frames */
    bool decimals_as_text, times_as_text, nulls_as_text; /* in Arrow */
    const char *link_key; /* what its presigned URLs are signed with */
};

/* What it changed in its session; NULL = nothing. */
struct statement_change {
    const char *catalog, *schema;
    const char *key, *value; /* a setting */
};

/* What a driver was told and has fetched of one that it began by Thrift. */
struct statement_cursor {
    const char *session_id;   /* NULL = it was begun by REST */
    unsigned char secret[16]; /* of its handle */
    int64_t row;              /* the next to hand out */
    int operation, row_set;   /* enums of mock/sql/tcli.h */
};

/* One that was started. What it points at lives in its arena. */
struct statement {
    char id[37];
    const char *workspace_id; /* borrowed from the workspace */
    const struct principal *principal;
    const char *state;     /* "SUCCEEDED", ...: how it ends; static */
    int64_t pending_polls; /* PENDING that many times before, */
    int64_t running_polls; /* and then RUNNING that many times */
    bool ended;            /* until then it can be canceled */
    bool cancel_ignored;
    struct statement_times times;
    struct statement_error error;
    struct statement_output output;
    struct statement_change change;
    struct statement_cursor cursor;
    const char *text;    /* NULL = it was made without one */
    struct arena *arena; /* owned; NULL = nothing is in it */
    int64_t readers;     /* who holds it */
    bool forgotten;      /* the last of them frees it */
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

/* Takes the arena in *from. The id must be new. */
struct statement *statement_store_add(struct statement_store *s, const struct statement *from);
struct statement *statement_store_find(const struct statement_store *s, struct str id);

/* Keeps a statement and what lives in its arena from going away, though others may end it. */
void statement_store_hold(struct statement *st);
void statement_store_release(struct statement *st);

#endif

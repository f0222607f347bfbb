/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_QUERY_BEGIN_H
#define MOCK_QUERY_BEGIN_H

/* Begins a statement: how it will end is decided now, by the scenario's rule for its text or by
 * running it; when it ends is the timeline's.
 *
 * Ownership: the store of statements owns what is returned. */

#include "mock/access/access.h"
#include "mock/query/sql_read.h"

#include <stdbool.h>
#include <stdint.h>

struct json;
struct mock_state;
struct sql_result;
struct statement;

struct statement_order {
    const char *text;
    const char *catalog, *schema;            /* NULL = main, default */
    const struct sql_parameters *parameters; /* not cast yet; may be NULL */
    const struct json *settings;             /* of the session; may be NULL */
    int64_t row_limit, byte_limit;           /* -1 = none */
    int64_t whole_limit_bytes;               /* a larger result is a failure; -1 = none */
    int64_t ready_ms;                        /* when what it runs on is ready */
};

/* As the service's ids of statements and sessions look: UUIDs that begin with a time, 01ef... */
void sql_id_make(struct mock_state *s, char out[37]);
struct statement *statement_begin(const struct access *a, const struct statement_order *o);
/* What a statement changed (USE, SET), for the next ones of its session: members of the session's
 * object, "catalog", "schema" and, the mock's own, SESSION_SETTINGS. */
#define SESSION_SETTINGS "_settings"
void statement_change_keep(const struct statement *st, struct json *session);
/* A setting; false = there are too many. */
bool session_setting_put(struct json *session, const char *key, const char *value);

/* One that has succeeded with that result, which lives in the arena. */
struct statement *statement_begin_done(const struct access *a, struct arena *arena_take,
                                       const struct sql_result *result);

#endif

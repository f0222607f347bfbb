/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_WORKSPACE_H
#define REFERENCE_WORKSPACE_H

/* The client: a Databricks workspace as one identity sees it. Every API call of the connector is
 * made here, so every one is authorised, retried and explained in the same way.
 *
 * A call that is refused for its token is made once more with another token, where there can be
 * one. A missing permission (PERMISSION_DENIED) is passed on at once: another token would be the
 * same identity.
 *
 * Threads: one at a time for each struct workspace. */

#include "auth.h"

struct workspace {
    const struct config *config; /* borrowed */
    struct http http;
    struct token_source tokens;
    struct token_source second;  /* what goes along: entra with CONNECTOR_RESOURCE_ID, google-* */
    struct token_source machine; /* google-id alone */
    struct token_source *shared; /* whose tokens are used: its own or another workspace's */
    char *sql_session_id;        /* NULL until a statement needs one */
    int64_t rows;                /* of the last statement that was run */
};

int workspace_init(struct workspace *w, const struct config *c, struct failure *f);
/* One more client for another thread, with connections of its own and the tokens of `from`. */
int workspace_init_beside(struct workspace *w, struct workspace *from, struct failure *f);
void workspace_done(struct workspace *w);
/* The two calls that prove a connection: gets the Unity Catalog table, runs the statement. Gives
 * the table's id, to be freed. */
int workspace_validate(struct workspace *w, int64_t deadline_ms, char **ret_table_id,
                       struct failure *f);
/* String form; credentials are masked. */
void workspace_text(struct workspace *w, struct text *out);

#endif

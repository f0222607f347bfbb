/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_VERBS_H
#define REFERENCE_VERBS_H

/* What the connector does besides proving its connection. */

#include "workspace.h"

/* Counts the tables of the schema of CONNECTOR_TABLE, over all pages of the list. */
int verb_list(struct workspace *w, int64_t deadline_ms, int64_t *ret_rows, struct failure *f);
/* Runs the statement and counts the rows of its result, fetched by external links: presigned URLs
 * of a cloud's storage, which get no token and are not logged. */
int verb_fetch(struct workspace *w, int64_t deadline_ms, int64_t *ret_rows, struct failure *f);
/* Asks KBase Auth2 whose CONNECTOR_KBASE_TOKEN is, and whether it still is. */
int verb_kbase_token(struct workspace *w, int64_t deadline_ms, int64_t *ret_rows,
                     struct failure *f);
/* Calls the Databricks App of CONNECTOR_APP_URL. */
int verb_call_app(struct workspace *w, int64_t deadline_ms, int64_t *ret_rows, struct failure *f);

#endif

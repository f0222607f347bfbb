/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_VERBS_H
#define REFERENCE_VERBS_H

/* What the connector does besides proving its connection. */

#include "workspace.h"

#include <cjson/cJSON.h>

/* Counts the tables of the schema of CONNECTOR_TABLE, over all pages of the list. */
int verb_list(struct workspace *w, int64_t deadline_ms, int64_t *ret_rows, struct failure *f);
/* Runs the statement and counts the rows of its result, fetched by external links: presigned URLs
 * of a cloud's storage, which get no token and are not logged. */
int verb_fetch(struct workspace *w, int64_t deadline_ms, int64_t *ret_rows, struct failure *f);
/* Asks KBase Auth2 whose CONNECTOR_KBASE_TOKEN is, and whether it still is. */
int verb_kbase_token(struct workspace *w, int64_t deadline_ms, int64_t *ret_rows,
                     struct failure *f);
/* Puts under `url` of the answer how a Spark Connect session would be opened for that user: the one
 * answer with a secret in it, as it is what Spark is handed. */
int verb_spark_url(struct workspace *w, int64_t deadline_ms, cJSON *answer, struct failure *f);
/* Reads the secret CONNECTOR_SECRET_KEY of CONNECTOR_SECRET_SCOPE and puts the SHA-256 of its value
 * under `sha256` of the answer. */
int verb_read_secret(struct workspace *w, int64_t deadline_ms, cJSON *answer, struct failure *f);
/* Calls the Databricks App of CONNECTOR_APP_URL. */
int verb_call_app(struct workspace *w, int64_t deadline_ms, int64_t *ret_rows, struct failure *f);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_QUERY_LINK_H
#define MOCK_QUERY_LINK_H

/* Presigned URLs of result chunks, in the form of a shared access signature of Azure storage over a
 * statement's folder: who has one may read the chunk until it expires, and nobody else. The
 * signature is the secret in it, and a canary of kind url. A URL lasts at most the scenario's
 * link_lifetime and at least half of it.
 *
 * Sources: Statement Execution API reference (at most 15 minutes; no Authorization header with the
 * request); storage's answers: Azure Storage REST API, "AuthenticationFailed" 403 in XML. */

#include "mock/access/access.h"

#include <stdint.h>

#define LINK_FOLDER "/assay-storage"
/* So many signatures are made after a scenario was loaded; more is ERR_LIMIT. */
#define LINK_MAX_SIGNATURES 10000

struct statement;

struct link {
    const char *url;
    int64_t expires_ms;
};

int link_make(struct exchange *x, const struct access *a, const struct statement *st, int64_t chunk,
              struct link *ret, struct err *err) NODISCARD;

enum link_verdict { LINK_GOOD, LINK_FORGED, LINK_EXPIRED };
/* The query's `se` (expiry) and `sig` for that statement at that time. */
enum link_verdict link_check(const struct statement *st, const struct url_params *query,
                             int64_t now_ms);

#endif

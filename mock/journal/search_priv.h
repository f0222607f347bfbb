/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_JOURNAL_SEARCH_PRIV_H
#define MOCK_JOURNAL_SEARCH_PRIV_H

/* Where secrets are in a text. Those of the canary set are found in all their encodings
 * (base/secret/scan.h). When tokens were minted beyond the set, the mock knows them by digest only:
 * then whatever has the shape of one of its credentials counts as a secret, and the digest tells
 * which one it is. Shapes: a JWT (from "eyJ" on, three segments of base64url), "dapi", "dose",
 * "doau" with 32 hex digits, "dsat" with 64. A credential of such a shape that is unknown
 * (forgotten, or cut off) is masked as well, as `unlisted_token`. */

#include "base/secret/scan.h"

struct credential_store;

struct search {
    const struct secret_scanner *scanner;
    bool by_shape;
    const struct credential_store *tokens; /* NULL = names are not known (any more) */
};

/* Hits in order, without overlaps. What they point at lives in the arena, the set or the store. */
void search_text(const struct search *s, struct arena *a, struct str text,
                 struct secret_hits *ret_hits);

#endif

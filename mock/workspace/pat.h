/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_WORKSPACE_PAT_H
#define MOCK_WORKSPACE_PAT_H

/* Personal access tokens as their two APIs see them: the owner's (api/2.0/token) and the admin's
 * (api/2.0/token-management). The credential itself is in the credential store; what only these
 * APIs know of it - comment, maker - is an object of kind PAT_NOTES under the token's id.
 *
 * Sources: databricks-sdk-py service/settings.py; a token lives at most 730 days and for 2 years
 * when nothing is asked; QUOTA_EXCEEDED is documented, its text is ours. */

#include "mock/access/api.h"

#include <stdint.h>

struct credential;

#define PAT_NOTES     "tokens"
#define PAT_ID_CHARS  64
#define MS_PER_SECOND 1000

/* The id of a token in the service's form, 64 hexadecimal digits; out needs one more. */
const char *pat_id(const struct credential *c, char out[PAT_ID_CHARS + 1]);
/* The next token that counts in the caller's workspace: in force and of that principal (NULL = of
 * anybody's). Start with *pos = 0. */
struct credential *pat_next(const struct access *a, const struct principal *owner, size_t *pos);
struct credential *pat_find(const struct access *a, const struct principal *owner, struct str id);

/* Reads comment and lifetime_seconds of the body and makes the token, or refuses. ret_value is
 * borrowed from its canary. -1: it could not be made. */
int pat_create(struct exchange *x, const struct access *a, const struct json *body,
               const struct principal *owner, struct credential **ret, struct err *err) NODISCARD;
/* {"token_id","creation_time","expiry_time","comment"} */
struct json *pat_info(const struct access *a, const struct credential *c);
/* {"token_value":"...","token_info":{...}}: the one time that the value is shown. */
int pat_reply_new(struct exchange *x, const struct access *a, const struct credential *c,
                  struct json *info_take);

#endif

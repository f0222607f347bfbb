/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_TOKEN_CACHE_H
#define REFERENCE_TOKEN_CACHE_H

/* The user's tokens between two runs, so that one sign-in lasts: a file below HOME that its owner
 * alone can read, one per workspace, application and scope. A file that others can read, or that is
 * of another workspace or application, is not used. Without HOME nothing is kept.
 *
 * Where a desktop has a keyring that would be the better place. */

#include "config.h"

#include <stdbool.h>
#include <stdint.h>

struct cached_tokens {
    char *access_token, *refresh_token; /* "" = none; secret_free */
    int64_t expires_s;                  /* wall clock */
};
void cached_tokens_done(struct cached_tokens *t);

/* False when there is none that can be used. */
bool token_cache_load(const struct config *c, struct cached_tokens *ret);
void token_cache_save(const struct config *c, const struct cached_tokens *tokens);
void token_cache_forget(const struct config *c);

#endif

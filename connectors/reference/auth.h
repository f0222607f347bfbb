/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_AUTH_H
#define REFERENCE_AUTH_H

/* Where access tokens come from.
 *
 * pat, token: what was given, as it is; nothing can replace it.
 * m2m: the workspace's token endpoint, by the client credentials grant (RFC 6749 section 4.4).
 * federation: the same endpoint, in exchange for the workload's own token (RFC 8693). entra, obo:
 * Entra ID, for the application itself or on behalf of a user. msi: the machine's metadata.
 * google-*: Google (google.h). The token is kept, and replaced when its life nears its end: a
 * minute before, or a third of its life if that is less, so that very short lives work too. The
 * grant has no refresh token: a new token is asked for with the same credentials.
 *
 * u2m, u2m-built-in: a user, who signs in with a browser once (session.h).
 *
 * Threads: a source may be shared. Whoever comes while a token is being fetched waits and gets the
 * same one, so a burst of calls costs one token request. */

#include "config.h"
#include "grant.h"
#include "http.h"

#include <pthread.h>
#include <stdbool.h>

struct token_source {
    const struct config *config; /* borrowed */
    enum grant_purpose purpose;
    struct token_source *machine; /* borrowed: what the request is authorised by (google-id) */
    struct http http;
    struct text endpoint; /* the workspace's, once it is known */
    pthread_mutex_t lock; /* guards what is below, and http */
    char *token;
    int64_t renew_at_ms;
    char *refresh_token; /* of a user's session, or NULL */
    bool cache_was_read;
};

int token_source_init(struct token_source *s, const struct config *c, enum grant_purpose purpose,
                      struct failure *f);
void token_source_done(struct token_source *s);
/* A copy of a token to be used now; free it with secret_free. */
int token_source_get(struct token_source *s, int64_t deadline_ms, char **ret_token,
                     struct failure *f);
/* The server did not accept that token. True when another one can be had: then it is forgotten,
 * unless somebody has replaced it already. */
bool token_source_reject(struct token_source *s, const char *token);
/* Takes over what a token endpoint answered; asked_at_ms is from before the request. */
int token_source_take(struct token_source *s, const struct http_response *response,
                      int64_t asked_at_ms, struct failure *f);
/* A life of so long, counted from then. */
void token_source_keep(struct token_source *s, const char *token, int64_t from_ms, int64_t life_ms);
/* String form; the token is masked. */
void token_source_text(struct token_source *s, struct text *out);

#endif

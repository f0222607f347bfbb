/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SECRET_SECRET_H
#define BASE_SECRET_SECRET_H

/* Secrets as a type of their own, and canaries: secrets minted for one case run, each with a name.
 *
 * A struct secret has no printing route: code that truly needs the bytes (to compare, to sign, to
 * put on the wire, to look for) says secret_reveal(), which is easy to find with grep. Everything
 * that is logged, journalled or reported shows the name in its marker form, «client_secret».
 *
 * A secret_set is what a run looks for in every output. Names are unique in a set; a value that
 * is put twice keeps its first name. Ownership: the set owns copies, wiped when freed.
 * Threads: one at a time. */

#include "base/core/attrs.h"
#include "base/core/str.h"

#include <stdbool.h>
#include <stddef.h>

struct secret; /* heap, wiped by secret_free */

struct secret *secret_new(struct str value) NODISCARD;
struct secret *secret_new_z(const char *value) NODISCARD;
void secret_free(struct secret *s);                          /* accepts NULL */
struct str secret_reveal(const struct secret *s);            /* NUL-terminated as well; borrowed */
bool secret_equal(const struct secret *s, struct str value); /* constant time */

enum secret_kind {
    SECRET_PAT,           /* a personal access token */
    SECRET_CLIENT_SECRET, /* an OAuth client secret */
    SECRET_ACCESS_TOKEN,
    SECRET_REFRESH_TOKEN,
    SECRET_CODE,       /* an authorization code */
    SECRET_VERIFIER,   /* a PKCE verifier */
    SECRET_STATE,      /* the state of an authorization request */
    SECRET_ASSERTION,  /* a JWT given as a grant or as client authentication */
    SECRET_URL,        /* a presigned URL */
    SECRET_PASSWORD,   /* what a person types to sign in */
    SECRET_BASIC_PAIR, /* "id:secret" as Basic carries it */
    SECRET_POISON      /* a value planted where the connector must not look */
};
const char *secret_kind_name(enum secret_kind kind); /* "pat", "client-secret", ... */
int secret_kind_of(const char *name);                /* or -1 */

struct canary {
    char *name; /* such as "access_token_2"; [a-z0-9_]+ */
    enum secret_kind kind;
    struct secret *value;
};

struct secret_set;

struct secret_set *secret_set_new(void) NODISCARD;
void secret_set_free(struct secret_set *set); /* accepts NULL */
/* Values shorter than 8 bytes are refused by assertion: they would be found everywhere. So are a
 * name of other characters and one that is taken by another value. Returns the
 * canary (new or the one that already has this value); it stays where it is until the set is freed.
 */
const struct canary *secret_set_add(struct secret_set *set, const char *name, enum secret_kind kind,
                                    struct str value);
size_t secret_set_count(const struct secret_set *set);
const struct canary *secret_set_at(const struct secret_set *set, size_t index);
const struct canary *secret_set_find(const struct secret_set *set, struct str value);  /* or NULL */
const struct canary *secret_set_named(const struct secret_set *set, const char *name); /* or NULL */

#endif

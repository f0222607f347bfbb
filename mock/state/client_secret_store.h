/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATE_CLIENT_SECRET_STORE_H
#define MOCK_STATE_CLIENT_SECRET_STORE_H

/* The OAuth secrets of service principals: the scenario's one each, and those made through the
 * account API (servicePrincipals/ID/credentials/secrets), at most five, each with its own end.
 *
 * Ownership: the store owns everything; the values are canaries as well. Threads: one at a time. */

#include "base/core/attrs.h"
#include "base/core/str.h"

#include <stdbool.h>
#include <stdint.h>

struct principal;
struct secret;

enum { CLIENT_SECRETS_PER_PRINCIPAL = 5 };

struct client_secret {
    char id[37];       /* a UUID */
    char hash[64 + 1]; /* SHA-256 of the value, hex */
    const struct principal *principal;
    struct secret *value;
    int64_t created_ms, expires_ms;
};

struct client_secret_store;

/* At most CLIENT_SECRETS_PER_PRINCIPAL each, which is asserted: look with _at first. */
struct client_secret_store *client_secret_store_new(void) NODISCARD;
void client_secret_store_free(struct client_secret_store *s); /* accepts NULL */
struct client_secret *client_secret_store_add(struct client_secret_store *s,
                                              const struct client_secret *from, struct str value);
/* The index-th secret of the principal, or NULL. */
struct client_secret *client_secret_store_at(const struct client_secret_store *s,
                                             const struct principal *p, size_t index);
bool client_secret_store_remove(struct client_secret_store *s, const struct principal *p,
                                struct str id);

/* Whether the value is one of the principal's secrets, and a live one. */
enum client_secret_state { CLIENT_SECRET_WRONG, CLIENT_SECRET_EXPIRED, CLIENT_SECRET_LIVE };
enum client_secret_state client_secret_check(const struct client_secret_store *s,
                                             const struct principal *p, struct str value,
                                             int64_t now_ms);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATE_SERVICE_KEY_H
#define MOCK_STATE_SERVICE_KEY_H

/* The keys that sign for the services around Databricks: one for Entra ID, one for the issuers of
 * workload identity tokens; and the one that Google's service accounts have been given. Fixed and
 * public: for tests and mocks only. All are RS256.
 *
 * Ownership: service_keys_free(). Threads: asking is free for all. */

#include "base/core/str.h"
#include "base/crypto/key.h"

struct service_keys;

struct service_keys *service_keys_new(void);
void service_keys_free(struct service_keys *k); /* accepts NULL */
const struct crypto_key *service_key_entra(struct service_keys *k);
const struct crypto_key *service_key_issuer(struct service_keys *k);
const struct crypto_key *service_key_google(struct service_keys *k);
struct str service_key_google_pem(void);

#endif

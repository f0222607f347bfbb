/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATE_GOOGLE_TOKEN_H
#define MOCK_STATE_GOOGLE_TOKEN_H

/* Tokens of Google's service accounts: rows in the credential store, canaries "google_token_N" and
 * "google_id_token_N". An ID token for the workspace's address opens it, for an account that is a
 * user there; an access token opens Google's own services alone.
 *
 * Sources: Google Cloud, OAuth 2.0 for server to server applications, and service account
 * credentials API; Databricks on Google Cloud, authentication with Google ID tokens. How a
 * workspace words the refusal of one is not documented: as for any other token [assumed].
 *
 * Ownership: as of token_mint.h. Threads: as the state. */

#include "base/core/attrs.h"
#include "base/core/err.h"
#include "base/core/str.h"

#include <stdbool.h>
#include <stdint.h>

struct credential;
struct credential_answer;
struct credential_question;
struct google_account;
struct mock_state;

#define GOOGLE_ISSUER    "https://accounts.google.com"
#define GOOGLE_TOKEN_URI "https://oauth2.googleapis.com/token"
#define GOOGLE_EMAIL_END "@assay-project.iam.gserviceaccount.com"

struct google_request {
    const struct google_account *account;
    struct str audience; /* ID tokens */
    const char *scope;   /* access tokens */
    int64_t lifetime_ms; /* 0 = the account's own */
    bool id, with_email; /* an ID token; it says the e-mail address */
};
int google_token_mint(struct mock_state *s, const struct google_request *r,
                      const struct credential **ret_credential, struct str *ret_value,
                      struct err *err) NODISCARD;

/* c is a token of Google's. Writes to ret what is wrong, or leaves it as it is. */
void google_check(const struct mock_state *s, const struct credential_question *q,
                  const struct credential *c, struct credential_answer *ret);

#endif

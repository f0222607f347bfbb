/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_GOOGLE_KEY_H
#define REFERENCE_GOOGLE_KEY_H

/* JSON Web Tokens, as far as a service account needs them: signed by its key, and read for their
 * end. */

#include "text.h"

#include <cjson/cJSON.h>

struct google_key {
    const char *pem, *id; /* PKCS #8; "" = without */
};

/* RS256 (RFC 7518 section 3.3). */
int google_key_sign(const struct google_key *key, const cJSON *claims, struct text *ret,
                    struct failure *f);
/* Its claim exp, seconds since 1970; 0 when it has none, or is no such token. It is not verified:
 * whom it is for does that. */
double google_key_end_of(const char *token);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_GOOGLE_H
#define REFERENCE_GOOGLE_H

/* A service account of Google's. The workspace takes an ID token that was made for its address; an
 * access token of the same account goes along in a header of its own for what the workspace does in
 * Google's name.
 *
 * google-credentials: the account's key file signs what the token is asked for with.
 * google-id: the machine's account, known from its metadata, asks for tokens of the other one. */

#include "grant.h"

#include <cjson/cJSON.h>

#include <stdint.h>

/* Who the key file is of, and whether it is one. Called when the configuration is read. */
int google_check_key(const struct config *c, struct failure *f);
/* grant_make for these two; machine_token: what was got by FOR_MACHINE (google-id). */
int google_grant_make(const struct config *c, enum grant_purpose purpose, struct grant *ret,
                      struct failure *f);
/* The token in an answer, under whichever name it stands there, or "". */
const char *google_token_of(const cJSON *answer);
/* How long it lives on, in seconds, by what the answer or the token itself says; 0 = neither does.
 */
double google_life_s(const cJSON *answer);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_ANSWER_H
#define REFERENCE_ANSWER_H

/* What an answer means. Databricks speaks two dialects of errors: services send a string as
 * error_code, the gateway in front of them a number; token endpoints send OAuth's `error` and
 * `error_description`. And any of them may be HTML, or nothing at all. */

#include "http.h"

#include <cjson/cJSON.h>

#include <stdbool.h>

bool answer_is_ok(const struct http_response *r);
/* Whether another token could help: 401, and those 403 that the gateway sends for a token that is
 * over or unknown. Not for missing permissions or scopes: there the token is right. */
bool answer_is_token_error(const struct http_response *r);
/* The object in the body; NULL when it is none (a login page with status 200, say). The caller
 * frees it by cJSON_Delete. */
cJSON *answer_json(const struct http_response *r);
const char *answer_string(const cJSON *object, const char *name); /* "" when absent */
/* "HTTP 403: Invalid access token. (request id ...)" */
void answer_reason(const struct http_response *r, struct text *out);

#endif

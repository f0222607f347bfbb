/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_AZURE_AADSTS_H
#define MOCK_AZURE_AADSTS_H

/* The errors of Microsoft Entra ID by their AADSTS number. A body has error, error_description
 * ("AADSTSn: text", then "\r\n" with Trace ID, Correlation ID and Timestamp), error_codes,
 * timestamp, trace_id, correlation_id, error_uri; conditional access adds suberror and claims.
 * Source: Microsoft identity platform, error codes reference and error response of the token
 * endpoint; the statuses marked [assumed] in the table are not recorded.
 *
 * A text may use ${app}, ${tenant} and ${value}. Threads: the table is constant. */

#include "mock/http/route.h"

#include <stddef.h>

struct aadsts {
    int code;
    int status;
    const char *error;
    const char *text;
    const char *source;
};

const struct aadsts *aadsts_find(int code);   /* or NULL */
const struct aadsts *aadsts_at(size_t index); /* NULL at the end */

/* What the texts speak of; NULL = nothing. */
struct aadsts_subject {
    const char *app, *tenant, *value;
    const char *claims; /* the challenge of conditional access, JSON as text */
};

/* Writes the answer; the code is one of the table's. */
void aadsts_reply(struct exchange *x, int code, const struct aadsts_subject *subject);
/* The error_description alone, in the exchange's arena. */
const char *aadsts_description(struct exchange *x, int code, const struct aadsts_subject *subject);
/* A page for a person instead of JSON: what the authorize endpoint shows. */
void aadsts_page(struct exchange *x, int code, const struct aadsts_subject *subject);
/* What Entra ID sends with each answer. */
void aadsts_headers(struct exchange *x);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_JOURNAL_REDACT_PRIV_H
#define MOCK_JOURNAL_REDACT_PRIV_H

/* Texts of a request or reply with every canary replaced by its marker, and the list of the places
 * where a canary has no business to be. */

#include "mock/journal/packed_priv.h"
#include "mock/journal/search_priv.h"

struct redactor {
    const struct search *search;
    struct arena *arena;
    enum route_class class;
    const char *route;               /* its name; "" for an unknown one */
    struct journal_secrets *secrets; /* what is found out of place */
};

/* A text as the record shows it: redacted, cut after `shown` raw bytes (a marker that begins before
 * is whole), bad UTF-8 and NUL replaced. where = NULL: nothing is listed. */
const char *redact_text(struct redactor *r, struct str raw, size_t shown, const char *where);
/* The same for "a=1&b=2" with `prefix` bytes before it in its place: values are looked at decoded
 * as well, and parameters that may carry a secret there are not listed. */
const char *redact_form(struct redactor *r, struct str raw, size_t shown, size_t prefix,
                        const char *where);
/* A header's value. */
const char *redact_header(struct redactor *r, const struct http_field *field, bool is_request);
/* The request target: path and query. */
const char *redact_target(struct redactor *r, struct str target);

/* record_view.c: the whole record, redacted; what it points at lives in the arena. */
void record_view(struct arena *a, const struct search *search, const struct known *known,
                 struct str packed, struct journal_record *ret);

#endif

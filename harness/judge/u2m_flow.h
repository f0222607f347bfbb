/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_JUDGE_U2M_FLOW_H
#define HARNESS_JUDGE_U2M_FLOW_H

/* The parts of a user's sign-in, gathered from what the browser was told to open and from the
 * journal: who asked for what, and what was sent for it. Strings live in the arena or the evidence.
 */

#include "base/text/url.h"
#include "harness/judge/check.h"

struct u2m_request { /* an authorization request, as the browser got it */
    const struct browser_visit_record *visit;
    struct url_params params;
};
struct u2m_requests {
    struct u2m_request *items;
    size_t count, capacity;
};
void u2m_requests_read(struct arena *a, const struct evidence *e, struct u2m_requests *ret);
/* "" when absent. */
struct str u2m_param(const struct u2m_request *r, const char *name);

/* Token requests with that grant_type, in order. */
struct u2m_records {
    const struct journal_record **items;
    size_t count, capacity;
};
void u2m_grants(struct arena *a, const struct evidence *e, const char *grant,
                struct u2m_records *ret);
const char *u2m_form(const struct journal_record *r, const char *name); /* "" when absent */
/* The exchange whose answer carried the code that r redeems; NULL = nobody issued it. */
const struct journal_record *u2m_issuer(const struct evidence *e, const struct journal_record *r);

/* The first `most` of them as lines. */
const char *u2m_excerpt(struct arena *a, const struct u2m_records *records, size_t most);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_HARNESS_JUDGE_U2M_EVIDENCE_H
#define TESTS_UNIT_HARNESS_JUDGE_U2M_EVIDENCE_H

#include "evidence_builder.h"

#define U2M_CLIENT     "00000000-0000-4000-8000-000000000001" /* as in the builder's identity */
#define U2M_STATE_1    "Zm9vYmFyYmF6cXV4MTIzNDU2"
#define U2M_STATE_2    "cXV1eHF1dXh4eHl6enk5ODc2"
#define U2M_VERIFIER_1 "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" /* RFC 7636 appendix B */
#define U2M_VERIFIER_2 "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

/* Into a bench of mode u2m: two sign-ins led back to the listener, their codes redeemed, two
 * refreshes that rotate; the calls are made with the first access token. */
void u2m_clean(struct bench *b);
/* Another query for the authorization request of that visit. */
void u2m_visit(struct bench *b, size_t index, const char *query);
/* The nth (from 0) that is still one of the kind. */
struct journal_record *u2m_redemption_of(struct bench *b, size_t nth);
struct journal_record *u2m_refresh_of(struct bench *b, size_t nth);

#endif

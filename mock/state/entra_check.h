/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATE_ENTRA_CHECK_H
#define MOCK_STATE_ENTRA_CHECK_H

/* Whether a token of Entra ID opens an Azure workspace: for Databricks (aud), of the workspace's
 * tenant (iss), in force, and of a user of the workspace; or of a contributor of the Azure resource
 * that sends its management token and the resource's id along.
 *
 * Sources: the texts for a wrong aud and for expired tokens are reported by users; that a wrong
 * tenant is told like a wrong aud is assumed. Threads: as the state. */

struct credential;
struct credential_answer;
struct credential_question;
struct mock_state;

/* c is an access token with a tenant. Writes to ret what is wrong, or leaves it as it is. */
void entra_check(const struct mock_state *s, const struct credential_question *q,
                 const struct credential *c, struct credential_answer *ret);

#endif

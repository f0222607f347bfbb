/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_OIDC_SIGN_IN_H
#define MOCK_OIDC_SIGN_IN_H

/* The pages between an authorization request and its answer when the scenario says `sign_in: page`:
 * a person signs in, is asked, and allows or denies. Plain forms that post to the very address of
 * the request, so that nothing of it has to be kept; who is signed in is kept by a cookie.
 *
 * The pages are ours (the service's own are not documented). They load nothing, need no script, and
 * answers to them redirect by 303 (RFC 9700 section 4.12). */

#include "mock/oidc/authorize_priv.h"

struct principal;

/* A checked authorization request. The user who has consented; NULL: the answer, a page or the
 * refusal, has been written. */
const struct principal *sign_in_take(const struct authorization_request *r);

/* sign_in_page.c */
struct sign_in_view {
    const char *complaint; /* why it is shown again, or NULL */
    const char *user_name; /* as typed before, or "" */
    bool asks_password;
};
void sign_in_page(const struct authorization_request *r, const struct sign_in_view *view);
void consent_page(const struct authorization_request *r, const struct principal *user,
                  const char *form_token);

#endif

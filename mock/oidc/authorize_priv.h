/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_OIDC_AUTHORIZE_PRIV_H
#define MOCK_OIDC_AUTHORIZE_PRIV_H

/* What the check of an authorization request and its answer share. */

#include "mock/oidc/authorize.h"
#include "mock/oidc/place.h"

struct oauth_app;

enum response_mode { RESPONSE_QUERY, RESPONSE_FRAGMENT, RESPONSE_FORM_POST };

struct authorization_request {
    struct exchange *x;
    const struct oidc_place *place;
    const struct url_params *params;
    const struct oauth_app *app;
    const char *redirect_uri; /* registered */
    enum response_mode mode;
    bool with_iss;
};

/* What goes back to the application: name and value, a NULL name ends it. */
struct callback_param {
    const char *name;
    struct str value;
};

/* authorize_callback.c: back to the redirect URI, with state and iss added. */
void authorize_callback(const struct authorization_request *r, const struct callback_param *params);
/* The error as a callback; description NULL = none. */
void authorize_callback_error(const struct authorization_request *r, const char *error,
                              const char *description);
/* A page instead of a callback: the recorded form. */
void authorize_page_error(struct exchange *x, const char *description);

/* authorize_redirect.c: the redirect URI is one of the application's. */
bool redirect_uri_is_registered(const struct oauth_app *app, struct str redirect_uri,
                                bool any_loopback_port);

#endif

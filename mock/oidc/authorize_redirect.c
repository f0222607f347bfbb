/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/authorize_priv.h"
#include "mock/state/app_store.h"

/* Simple string comparison (RFC 3986 section 6.2.1, RFC 9700 section 2.1), with the port, which is
 * stricter than RFC 8252 section 7.3 and what the service does (databricks/cli#3416). */

static const char *const loopback[] = {"http://127.0.0.1", "http://[::1]", "http://localhost"};

/* "http://127.0.0.1:8020/cb" becomes "/cb"; false when it is no loopback URL. */
static bool after_port(struct str url, struct str *ret_origin, struct str *ret_rest)
{
    for (size_t i = 0; i < ARRAY_LEN(loopback); i++) {
        struct str origin = str_of(loopback[i]);
        if (!str_starts(url, origin)) {
            continue;
        }
        size_t at = origin.len;
        if (at < url.len && url.ptr[at] == ':') {
            do {
                at++;
            } while (at < url.len && url.ptr[at] >= '0' && url.ptr[at] <= '9');
        }
        *ret_origin = origin;
        *ret_rest = str_slice(url, at, url.len);
        return ret_rest->len == 0 || ret_rest->ptr[0] == '/' || ret_rest->ptr[0] == '?';
    }
    return false;
}

static bool same_but_for_port(struct str a, struct str b)
{
    struct str origin_a, origin_b, rest_a, rest_b;
    return after_port(a, &origin_a, &rest_a) && after_port(b, &origin_b, &rest_b) &&
           str_eq(origin_a, origin_b) && str_eq(rest_a, rest_b);
}

bool redirect_uri_is_registered(const struct oauth_app *app, struct str redirect_uri,
                                bool any_loopback_port)
{
    VEC_FOREACH(const char *, registered, &app->redirect_urls) {
        if (str_eq_z(redirect_uri, *registered) ||
            (any_loopback_port && same_but_for_port(redirect_uri, str_of(*registered)))) {
            return true;
        }
    }
    return false;
}

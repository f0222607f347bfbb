/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_WIRE_SCENARIO_OIDC_H
#define BASE_WIRE_SCENARIO_OIDC_H

/* The part of a scenario that is about the identity provider: OAuth applications, federation
 * policies, and the knobs of what the service leaves open. Part of base/wire/scenario.h.
 *
 * What is an observed or assumed behaviour of the service is a knob here, and its default is the
 * likely one. Ownership: as for the scenario; the JSON members borrow the document. */

#include "base/core/arena.h"
#include "base/json/shape.h"

#include <stdbool.h>
#include <stdint.h>

struct scenario;

/* The fields of token_access_policy in the account API. */
struct scenario_token_policy {
    int64_t access_token_ms, refresh_token_ms; /* 0 = the principal's */
    bool single_use_refresh_tokens;            /* each refresh replaces the token */
    int64_t absolute_session_ms;               /* 0 = no end but the refresh token's */
};

/* An OAuth application: those registered in the scenario; the built-in public ones are always
 * there, and one with a built-in's client_id takes its place. */
struct scenario_oauth_app {
    const char *name;
    const char *client_id, *client_secret; /* NULL = made; a public app has no secret */
    bool confidential;
    struct str_list redirect_urls;
    struct str_list scopes;  /* empty = all that the service knows */
    const struct json *jwks; /* public keys for private_key_jwt, or NULL */
    struct scenario_token_policy policy;
};

/* Whose JWTs are exchanged for tokens of whom. */
struct scenario_federation_policy {
    const char *name;              /* NULL = "policy-N" */
    const char *service_principal; /* a principal's name; NULL = account-wide */
    const char *issuer;
    struct str_list audiences; /* empty = the account id and the token endpoint */
    const char *subject;       /* NULL = any (account-wide only) */
    const char *subject_claim;
    const struct json *jwks; /* NULL = the keys of the issuers that this mock plays */
};

#define DEVICE_OUTCOME_TABLE(X)    \
    X(DEVICE_APPROVED, "approved") \
    X(DEVICE_DENIED, "denied")     \
    X(DEVICE_EXPIRED, "expired")   \
    X(DEVICE_PENDING, "always-pending")
#define DEVICE_OUTCOME_ENUM(name, text) name,
enum device_outcome { DEVICE_OUTCOME_TABLE(DEVICE_OUTCOME_ENUM) DEVICE_OUTCOME_COUNT };
#undef DEVICE_OUTCOME_ENUM

/* RFC 8628, which the service does not have. */
struct scenario_device_flow {
    int64_t pending_polls, slow_down_polls; /* answered so many times before the outcome */
    int outcome;                            /* enum device_outcome */
    int64_t interval_ms, lifetime_ms;
};

enum scenario_token_format { TOKEN_FORMAT_RS256, TOKEN_FORMAT_ES256, TOKEN_FORMAT_OPAQUE };
enum scenario_pkce { PKCE_OPTIONAL, PKCE_PUBLIC, PKCE_ALWAYS };
enum scenario_sign_in { SIGN_IN_AUTOMATIC, SIGN_IN_PAGE };
enum scenario_refresh_error {
    REFRESH_ERROR_INVALID_REQUEST,
    REFRESH_ERROR_INVALID_GRANT,
    REFRESH_ERROR_401
};

struct scenario_oidc {
    const char *user;       /* who signs in at the authorize endpoint; NULL = the first user */
    int sign_in;            /* enum scenario_sign_in */
    bool consent_denied;    /* the user or a policy says no */
    int token_format;       /* enum scenario_token_format */
    int pkce;               /* enum scenario_pkce */
    int refresh_error;      /* enum scenario_refresh_error */
    bool authorize_iss;     /* RFC 9207 on workspace and account callbacks too */
    bool strict_basic;      /* HTTP Basic is form-encoded, and compared in no other form */
    bool any_loopback_port; /* RFC 8252 section 7.3 */
    int64_t refresh_reuse_grace_ms; /* a rotated refresh token still works so long */
    int64_t code_lifetime_ms;
    bool extensions;                      /* introspect, revoke, userinfo, end_session */
    const char *jwks_host;                /* in jwks_uri; NULL = the request's own */
    struct str_list federation_audiences; /* told by databricks-config and taken by policies */
    bool has_device_flow;
    struct scenario_device_flow device_flow;
};

/* How a fault changes a successful token reply. */
#define TOKEN_RESPONSE_TABLE(X)                                                                    \
    X(TOKEN_RESPONSE_REAL, "real", "as it is")                                                     \
    X(TOKEN_RESPONSE_EXPIRES_STRING, "expires-in-string", "expires_in is a string")                \
    X(TOKEN_RESPONSE_EXPIRES_ABSENT, "expires-in-absent", "no expires_in")                         \
    X(TOKEN_RESPONSE_EXPIRES_0, "expires-in-0", "expires_in is 0")                                 \
    X(TOKEN_RESPONSE_EXPIRES_1, "expires-in-1", "expires_in is 1")                                 \
    X(TOKEN_RESPONSE_EXPIRES_31, "expires-in-31", "expires_in is 31")                              \
    X(TOKEN_RESPONSE_EXPIRES_HUGE, "expires-in-huge", "expires_in is 2^53 - 1")                    \
    X(TOKEN_RESPONSE_EXPIRES_FLOAT, "expires-in-float", "expires_in has a fraction")               \
    X(TOKEN_RESPONSE_EXPIRES_NEGATIVE, "expires-in-negative", "expires_in is -1")                  \
    X(TOKEN_RESPONSE_TYPE_LOWER, "token-type-bearer", "token_type is bearer")                      \
    X(TOKEN_RESPONSE_TYPE_UPPER, "token-type-BEARER", "token_type is BEARER")                      \
    X(TOKEN_RESPONSE_TYPE_MAC, "token-type-mac", "token_type is mac")                              \
    X(TOKEN_RESPONSE_TYPE_N_A, "token-type-N_A", "token_type is N_A (RFC 8693 section 2.2.1)")     \
    X(TOKEN_RESPONSE_TYPE_ABSENT, "token-type-absent", "no token_type")                            \
    X(TOKEN_RESPONSE_EXTRA, "extra-members", "members that no specification knows")                \
    X(TOKEN_RESPONSE_SCOPE, "scope-narrowed", "less scope than asked, in reply and token")         \
    X(TOKEN_RESPONSE_LONG, "long-token", "a live access token of 8 KiB")                           \
    X(TOKEN_RESPONSE_NO_REFRESH, "refresh-token-absent", "no refresh_token, though one is due")    \
    X(TOKEN_RESPONSE_EXPIRED, "token-expired", "the access token has expired already")             \
    X(TOKEN_RESPONSE_NOT_YET, "token-not-yet-valid", "its nbf is an hour ahead")                   \
    X(TOKEN_RESPONSE_ISSUER, "token-wrong-issuer", "its iss is another server; it opens nothing")  \
    X(TOKEN_RESPONSE_AUDIENCE, "token-wrong-audience", "its aud is another workspace")             \
    X(TOKEN_RESPONSE_SIGNATURE, "token-bad-signature", "its signature is wrong; it opens nothing") \
    X(TOKEN_RESPONSE_KID, "token-unknown-kid", "its key is not published; it opens nothing")       \
    X(TOKEN_RESPONSE_ALG_NONE, "token-alg-none", "it is not signed at all; it opens nothing")      \
    X(TOKEN_RESPONSE_EXP_FLOAT, "token-exp-float", "its exp has a fraction (RFC 7519 section 2)")
#define TOKEN_RESPONSE_ENUM(name, text, doc) name,
enum token_response { TOKEN_RESPONSE_TABLE(TOKEN_RESPONSE_ENUM) TOKEN_RESPONSE_COUNT };
#undef TOKEN_RESPONSE_ENUM

extern const struct shape scenario_oauth_app_shape, scenario_federation_policy_shape,
    scenario_oidc_shape, scenario_token_policy_shape;

/* scope-token of RFC 6749 section 3.3; a redirection URI of section 3.1.2: absolute, no fragment.
 */
bool text_is_scope(const char *text);
bool text_is_redirect_url(const char *text);

/* The rules that need the whole scenario. */
int scenario_oauth_validate(const struct json_doc *doc, const struct json *node,
                            const struct scenario *s, struct err *err) NODISCARD;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/wire/scenario_oidc.h"

#include "base/wire/scenario_priv.h"

/* The shape of the identity provider's knobs. */

static const char *const format_names[] = {"RS256", "ES256", "opaque"};
static const char *const sign_in_names[] = {"automatic", "page"};
static const char *const pkce_names[] = {"optional", "public", "always"};
static const char *const refresh_error_names[] = {"invalid_request", "invalid_grant",
                                                  "invalid_request_401"};
#define OUTCOME_NAME(id, text) text,
static const char *const outcome_names[] = {DEVICE_OUTCOME_TABLE(OUTCOME_NAME)};

static const struct shape_field device_flow_fields[] = {
    {.key = "pending_polls",
     .type = SHAPE_INT,
     .offset = offsetof(struct scenario_device_flow, pending_polls),
     .max = 1000000,
     .doc = "Answer authorization_pending so many times."},
    {.key = "slow_down_polls",
     .type = SHAPE_INT,
     .offset = offsetof(struct scenario_device_flow, slow_down_polls),
     .max = 1000000,
     .doc = "Then answer slow_down so many times."},
    {.key = "outcome",
     .type = SHAPE_ENUM,
     .offset = offsetof(struct scenario_device_flow, outcome),
     .dflt = "approved",
     .names = {outcome_names, ARRAY_LEN(outcome_names)},
     .doc = "What the user does then: approved, denied, expired or always-pending."},
    {.key = "interval",
     .type = SHAPE_DURATION_MS,
     .offset = offsetof(struct scenario_device_flow, interval_ms),
     .dflt = "5s",
     .min = 1000,
     .max = SCENARIO_DAY_MS,
     .doc = "Polls that come sooner are told to slow down."},
    {.key = "lifetime",
     .type = SHAPE_DURATION_MS,
     .offset = offsetof(struct scenario_device_flow, lifetime_ms),
     .dflt = "10m",
     .min = 1000,
     .max = SCENARIO_DAY_MS,
     .doc = "How long the device code lives."},
};
static const struct shape device_flow_shape = {
    .name = "device_flow",
    .doc = "The device authorization grant (RFC 8628), which Databricks does not have.",
    .size = sizeof(struct scenario_device_flow),
    .fields = device_flow_fields,
    .field_count = ARRAY_LEN(device_flow_fields),
};

#define OIDC(key_, type_, member_) \
    .key = key_, .type = type_, .offset = offsetof(struct scenario_oidc, member_)

static const struct shape_field oidc_fields[] = {
    {OIDC("user", SHAPE_STRING, user),
     .doc = "The name of the user who signs in and consents; absent: the scenario's first user."},
    {OIDC("sign_in", SHAPE_ENUM, sign_in), .dflt = "automatic",
     .names = {sign_in_names, ARRAY_LEN(sign_in_names)},
     .doc = "How a user comes in at the authorize endpoint: automatic (`user` is signed in and "
            "consents at once) or page (a person signs in and is asked)."},
    {OIDC("consent_denied", SHAPE_BOOL, consent_denied),
     .doc = "Authorization ends with error=access_denied."},
    {OIDC("token_format", SHAPE_ENUM, token_format), .dflt = "RS256",
     .names = {format_names, ARRAY_LEN(format_names)},
     .doc = "Access tokens: JWTs signed with RS256 (the service's) or ES256, or opaque ones."},
    {OIDC("pkce", SHAPE_ENUM, pkce), .dflt = "optional",
     .names = {pkce_names, ARRAY_LEN(pkce_names)},
     .doc = "Who has to send a code_challenge: nobody, public applications, all. What was sent is "
            "always enforced. Whether the service insists is not known."},
    {OIDC("refresh_error", SHAPE_ENUM, refresh_error), .dflt = "invalid_request",
     .names = {refresh_error_names, ARRAY_LEN(refresh_error_names)},
     .doc = "How a bad refresh token is refused: 400 invalid_request (recorded), 400 invalid_grant "
            "(RFC 6749) or 401 invalid_request (fixtures of clients)."},
    {OIDC("authorize_iss", SHAPE_BOOL, authorize_iss),
     .doc = "Add the iss parameter to every callback (RFC 9207), not only to those of "
            "login.databricks.com."},
    {OIDC("strict_basic", SHAPE_BOOL, strict_basic),
     .doc = "Take client id and secret in HTTP Basic form-encoded only, as RFC 6749 section 2.3.1 "
            "has it; else as they are, too."},
    {OIDC("any_loopback_port", SHAPE_BOOL, any_loopback_port),
     .doc = "Accept loopback redirects at any port (RFC 8252 section 7.3); the service does not."},
    {OIDC("refresh_reuse_grace", SHAPE_DURATION_MS, refresh_reuse_grace_ms), .max = SCENARIO_DAY_MS,
     .doc = "A single-use refresh token still works for so long after its use."},
    {OIDC("code_lifetime", SHAPE_DURATION_MS, code_lifetime_ms), .dflt = "60s", .min = 1,
     .max = SCENARIO_DAY_MS, .doc = "How long an authorization code lives."},
    {OIDC("extensions", SHAPE_BOOL, extensions),
     .doc = "Serve and advertise introspection, revocation, userinfo and end_session, which "
            "Databricks does not document."},
    {OIDC("jwks_host", SHAPE_STRING, jwks_host),
     .doc =
         "The host name in jwks_uri, which has to lead to this mock: the service's is a regional "
         "one; absent: the one that the request was sent to.",
     .example = "westeurope.azuredatabricks.net"},
    {OIDC("federation_audiences", SHAPE_STRINGS, federation_audiences),
     .doc = "token_federation_default_oidc_audiences of databricks-config, which federation "
            "policies without audiences take as well; empty: the member is absent.",
     .example = "[https://federation.example.com]"},
    {OIDC("device_flow", SHAPE_OBJECT, device_flow), .shape = &device_flow_shape, .dflt = "{}",
     .present_offset = offsetof(struct scenario_oidc, has_device_flow),
     .doc = "Serve and advertise the device authorization grant; absent: it is not there."},
};
const struct shape scenario_oidc_shape = {
    .name = "oidc",
    .doc = "The identity provider's knobs; the defaults are the service's behaviour.",
    .size = sizeof(struct scenario_oidc),
    .fields = oidc_fields,
    .field_count = ARRAY_LEN(oidc_fields),
};

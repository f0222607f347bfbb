/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/cloud_id/google.h"

#include "base/crypto/jwt.h"
#include "base/secret/secret.h"
#include "base/text/url.h"
#include "mock/access/note.h"
#include "mock/state/credential_store.h"
#include "mock/state/google_token.h"
#include "mock/state/mock_state.h"
#include "mock/state/principal_store.h"
#include "mock/state/service_key.h"
#include "mock/state/service_store.h"

/* Google's token endpoint for service accounts: a JWT that the account's key has signed becomes an
 * access token for `scope`, or an ID token for `target_audience`. Source: Google Identity,
 * OAuth 2.0 for server to server applications (request, errors and their texts); google-auth
 * oauth2/_client.py (the answer with an id_token). */

#define GRANT "urn:ietf:params:oauth:grant-type:jwt-bearer"

enum { MS_PER_S = 1000, LONGEST_S = 3600, SKEW_S = 300 };

static int refuse(struct exchange *x, const char *error, const char *description)
{
    struct json *o = json_object();
    json_set_string(o, "error", error);
    json_set_string(o, "error_description", description);
    http_reply_json(x->req, x->reply, strcmp(error, "unauthorized_client") == 0 ? 401 : 400, o);
    http_reply_header(x->req, x->reply, "cache-control", "no-cache, no-store, max-age=0");
    return 0;
}

static void note(struct exchange *x, const struct google_account *account,
                 enum credential_state state)
{
    note_secret(x, STR(""), account != NULL ? account->private_key : NULL, state);
    if (account != NULL) {
        x->notes->principal = arena_strdup(x->req->arena, account->principal->name);
    }
}

static bool is_for_endpoint(const char *audience)
{
    static const char *const known[] = {GOOGLE_TOKEN_URI,
                                        "https://www.googleapis.com/oauth2/v4/token",
                                        "https://accounts.google.com/o/oauth2/token"};
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (strcmp(audience, known[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_short_lived(const struct mock_state *s, const struct json *claims)
{
    int64_t now_s = mock_state_now_ms(s) / MS_PER_S;
    int64_t iat = json_get_int(claims, "iat", -1), exp = json_get_int(claims, "exp", -1);
    return iat >= 0 && exp > now_s && iat <= now_s + SKEW_S && exp > iat && exp - iat <= LONGEST_S;
}

/* A key id is optional; one that is not the account's names a key that has been taken away. */
static bool is_signed(const struct mock_state *s, const struct google_account *account,
                      const struct jwt *jwt)
{
    const char *kid = json_get_string(jwt->header, "kid", account->key_id);
    return strcmp(kid, account->key_id) == 0 &&
           jwt_verify(jwt, service_key_google(s->service_keys));
}

/* NULL: good. */
static const char *complaint(struct exchange *x, const struct google_account *account,
                             const struct jwt *jwt)
{
    const struct mock_state *s = x->state;
    if (account == NULL) {
        note(x, NULL, CREDENTIAL_UNKNOWN);
        return "Invalid grant: account not found";
    }
    note(x, account, CREDENTIAL_WRONG);
    if (!is_signed(s, account, jwt)) {
        return "Invalid JWT Signature.";
    }
    if (!is_for_endpoint(json_get_string(jwt->claims, "aud", ""))) {
        return "Invalid JWT: Failed audience check.";
    }
    if (!is_short_lived(s, jwt->claims)) {
        note(x, account, CREDENTIAL_EXPIRED);
        return "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable "
               "timeframe. Check your iat and exp values in the JWT claim.";
    }
    if (account->principal->blocked) {
        note(x, account, CREDENTIAL_REVOKED);
        return "Invalid grant: account not found";
    }
    note(x, account, CREDENTIAL_LIVE);
    return NULL;
}

const char *google_issue(struct exchange *x, const struct google_request *r,
                         const struct credential **ret_credential, struct err *err)
{
    struct str value;
    if (google_token_mint(x->state, r, ret_credential, &value, err) < 0) {
        return NULL;
    }
    *VEC_PUSH(x->req->arena, &x->notes->issued) =
        arena_strdup(x->req->arena, (*ret_credential)->name);
    return value.ptr;
}

static int answer(struct exchange *x, const struct google_request *r, struct err *err)
{
    const struct credential *c;
    const char *value = google_issue(x, r, &c, err);
    if (value == NULL) {
        return -1;
    }
    struct json *o = json_object();
    if (r->id) {
        json_set_string(o, "id_token", value);
    } else {
        /* One second less than the token lives, as the service tells it. */
        json_set_string(o, "access_token", value);
        json_set_int(o, "expires_in", (c->expires_ms - c->issued_ms) / MS_PER_S - 1);
        json_set_string(o, "token_type", "Bearer");
    }
    http_reply_json(x->req, x->reply, 200, o);
    http_reply_header(x->req, x->reply, "cache-control", "no-cache, no-store, max-age=0");
    return 0;
}

static int grant(struct exchange *x, const struct jwt *jwt, struct err *err)
{
    const struct mock_state *s = x->state;
    const char *iss = json_get_string(jwt->claims, "iss", "");
    const char *sub = json_get_string(jwt->claims, "sub", iss);
    const struct google_account *account = service_google_account(s->services, str_of(iss));
    const char *why = complaint(x, account, jwt);
    if (why != NULL) {
        return refuse(x, "invalid_grant", why);
    }
    if (strcmp(sub, iss) != 0) {
        return refuse(x, "unauthorized_client",
                      "Client is unauthorized to retrieve access tokens using this method, or "
                      "client not authorized for any of the scopes requested.");
    }
    const char *scope = json_get_string(jwt->claims, "scope", "");
    const char *audience = json_get_string(jwt->claims, "target_audience", "");
    if ((scope[0] == '\0') == (audience[0] == '\0')) {
        return refuse(x, "invalid_scope", "Invalid OAuth scope or ID token audience provided.");
    }
    x->notes->grant = audience[0] != '\0' ? "google_id_token" : "google_access_token";
    const struct google_request r = {.account = account,
                                     .audience = str_of(audience),
                                     .scope = scope,
                                     .id = audience[0] != '\0',
                                     .with_email = true};
    return answer(x, &r, err);
}

int google_oauth_token(struct exchange *x, struct err *err)
{
    const struct url_params *form = http_req_form(x->req);
    struct err bad = {0};
    AUTO_JWT struct jwt jwt = {0};
    x->notes->grant = "jwt_bearer";
    if (form == NULL || params_duplicate(form) != NULL) {
        return refuse(x, "invalid_request", "The form cannot be read");
    }
    struct str type = params_value(form, "grant_type"), assertion = params_value(form, "assertion");
    if (!str_eq_z(type, GRANT)) {
        return refuse(x, "unsupported_grant_type",
                      arena_printf(x->req->arena, "Invalid grant_type: %.*s", STR_ARG(type)));
    }
    if (assertion.len == 0) {
        return refuse(x, "invalid_request", "Missing required parameter: assertion");
    }
    if (jwt_parse(assertion, &jwt, &bad) < 0) {
        note(x, NULL, CREDENTIAL_MALFORMED);
        return refuse(x, "invalid_request", "Bad Request");
    }
    return grant(x, &jwt, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/azure/aadsts.h"

#include "base/core/assert.h"
#include "base/sys/clock.h"
#include "mock/state/mock_state.h"

#define REFERENCE "Microsoft identity platform error codes [documented]; status [assumed]"

static const struct aadsts table[] = {
    {7000215, 401, "invalid_client",
     "Invalid client secret provided. Ensure the secret being sent in the request is the client "
     "secret value, not the client secret ID, for a secret added to app '${app}'.",
     "azure.databricks.cicd.tools#99 [recorded]"},
    {7000218, 401, "invalid_client",
     "The request body must contain the following parameter: 'client_assertion' or "
     "'client_secret'.",
     REFERENCE},
    {7000222, 401, "invalid_client",
     "The provided client secret keys for app '${app}' are expired. Create new keys for the app or "
     "use certificate credentials.",
     REFERENCE},
    {700025, 401, "invalid_client",
     "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
     REFERENCE},
    {700027, 401, "invalid_client",
     "The certificate with identifier used to sign the client assertion is not registered on "
     "application '${app}'.",
     REFERENCE},
    {700023, 401, "invalid_client",
     "Client assertion audience claim does not match Realm issuer. Review the documentation.",
     REFERENCE},
    {700024, 401, "invalid_client", "Client assertion is not within its valid time range.",
     REFERENCE},
    {50027, 400, "invalid_request", "JWT token is invalid or malformed.", REFERENCE},
    {700211, 401, "invalid_client",
     "No matching federated identity record found for presented assertion issuer '${value}'.",
     REFERENCE},
    {700213, 401, "invalid_client",
     "No matching federated identity record found for presented assertion subject '${value}'.",
     REFERENCE},
    {700016, 400, "unauthorized_client",
     "Application with identifier '${app}' was not found in the directory '${tenant}'. This can "
     "happen if the application has not been installed by the administrator of the tenant or "
     "consented to by any user in the tenant. You may have sent your authentication request to the "
     "wrong tenant.",
     REFERENCE},
    {90002, 400, "invalid_request",
     "Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are "
     "signing into the correct cloud.",
     REFERENCE},
    {90014, 400, "invalid_request",
     "The required field '${value}' is missing from the credential. Ensure that you have all the "
     "necessary parameters for the login request.",
     "databricks-grafana#99 [recorded]"},
    {900144, 400, "invalid_request",
     "The request body must contain the following parameter: '${value}'.", REFERENCE},
    {9000411, 400, "invalid_request",
     "The request is not properly formatted. The parameter '${value}' is duplicated.", REFERENCE},
    {900561, 405, "invalid_request",
     "The endpoint only accepts POST requests. Received a ${value} request.", REFERENCE},
    {70011, 400, "invalid_scope",
     "The provided value for the input parameter 'scope' is not valid. The scope '${value}' is not "
     "valid.",
     "Microsoft identity platform [documented], status too"},
    {1002012, 400, "invalid_scope",
     "The provided value for scope ${value} is not valid. Client credential flows must have a "
     "scope value with /.default suffixed to the resource identifier (application ID URI).",
     "databricks-sql-nodejs#226 [recorded]"},
    {500011, 400, "invalid_resource",
     "The resource principal named ${value} was not found in the tenant named ${tenant}. This can "
     "happen if the application has not been installed by the administrator of the tenant or "
     "consented to by any user in the tenant.",
     REFERENCE},
    {70003, 400, "unsupported_grant_type",
     "The app requested an unsupported grant type '${value}'.", REFERENCE},
    {9002313, 400, "invalid_request",
     "Invalid request. Request is malformed or invalid: '${value}'.", REFERENCE},
    {50076, 400, "interaction_required",
     "Due to a configuration change made by your administrator, or because you moved to a new "
     "location, you must use multi-factor authentication to access '${value}'.",
     "Microsoft identity platform, on-behalf-of flow [documented]"},
    {50079, 400, "interaction_required",
     "Due to a configuration change made by your administrator, or because you moved to a new "
     "location, you must enroll in multi-factor authentication to access '${value}'.",
     "Microsoft identity platform, on-behalf-of flow [documented]"},
    {50058, 400, "login_required", "A silent sign-in request was sent but no user is signed in.",
     REFERENCE},
    {9002325, 400, "invalid_request",
     "Proof Key for Code Exchange is required for cross-origin authorization code redemption.",
     REFERENCE},
    {9002327, 400, "invalid_request",
     "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via "
     "cross-origin requests.",
     REFERENCE},
    {70000, 400, "invalid_grant", "Provided grant is invalid or malformed.", REFERENCE},
    {70008, 400, "invalid_grant",
     "The provided authorization code or refresh token has expired due to inactivity. Send a new "
     "interactive authorization request for this user and resource.",
     REFERENCE},
    {54005, 400, "invalid_grant",
     "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an "
     "existing refresh token.",
     REFERENCE},
    {501481, 400, "invalid_grant",
     "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
     REFERENCE},
    {500112, 400, "invalid_client",
     "The reply address '${value}' does not match the reply address provided when requesting "
     "Authorization code.",
     REFERENCE},
    {50011, 400, "invalid_request",
     "The redirect URI '${value}' specified in the request does not match the redirect URIs "
     "configured for the application '${app}'.",
     REFERENCE},
    {700082, 400, "invalid_grant", "The refresh token has expired due to inactivity.", REFERENCE},
    {50173, 400, "invalid_grant",
     "The provided grant has expired due to it being revoked, a fresh auth token is needed.",
     REFERENCE},
    {50013, 400, "invalid_grant", "Assertion failed signature validation.", REFERENCE},
    {500131, 400, "invalid_grant",
     "Assertion audience does not match the Client app presenting the assertion. The audience in "
     "the assertion was '${value}' and the expected audience is '${app}' or one of the Application "
     "Uris of this application.",
     "Microsoft identity platform, on-behalf-of flow [documented]; text [observed]"},
    {500133, 400, "invalid_grant", "Assertion is not within its valid time range.", REFERENCE},
    {7000114, 400, "invalid_grant",
     "Application '${app}' is not allowed to make application on-behalf-of calls.", REFERENCE},
    {900021, 400, "invalid_request",
     "Requested tenant identifier '${tenant}' is not valid for this grant. Use the tenant's own.",
     REFERENCE},
};

const struct aadsts *aadsts_at(size_t index)
{
    return index < ARRAY_LEN(table) ? &table[index] : NULL;
}

const struct aadsts *aadsts_find(int code)
{
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        if (table[i].code == code) {
            return &table[i];
        }
    }
    return NULL;
}

/* One pass: what a client sent is never read as a template. */
static void expand(struct buf *out, const char *text, const struct aadsts_subject *subject)
{
    const struct {
        struct str name;
        const char *value;
    } vars[] = {{STR("${app}"), subject->app},
                {STR("${tenant}"), subject->tenant},
                {STR("${value}"), subject->value}};
    struct str rest = str_of(text);
    while (rest.len > 0) {
        size_t taken = 1, i = 0;
        while (i < ARRAY_LEN(vars) && !str_starts(rest, vars[i].name)) {
            i++;
        }
        if (i < ARRAY_LEN(vars)) {
            buf_add_z(out, vars[i].value != NULL ? vars[i].value : "");
            taken = vars[i].name.len;
        } else {
            buf_add_char(out, rest.ptr[0]);
        }
        rest = str_slice(rest, taken, rest.len);
    }
}

/* "2026-03-01 12:00:00Z" */
static const char *timestamp(struct exchange *x)
{
    char text[32];
    (void)format_rfc3339(mock_state_now_ms(x->state), text, sizeof(text));
    char *copy = arena_strdup(x->req->arena, text);
    char *t = strchr(copy, 'T');
    if (t != NULL) {
        *t = ' ';
    }
    return copy;
}

/* The client's own id for the exchange, which comes back. */
static const char *correlation_id(struct exchange *x)
{
    const struct http_field *sent = http_req_header(x->req, "client-request-id");
    bool usable = sent != NULL && sent->value.len > 0 && sent->value.len <= 64;
    return usable ? arena_strndup(x->req->arena, sent->value.ptr, sent->value.len)
                  : x->req->request_id;
}

const char *aadsts_description(struct exchange *x, int code, const struct aadsts_subject *subject)
{
    const struct aadsts *e = aadsts_find(code);
    ASSERT(e != NULL);
    AUTO_BUF struct buf text = {0};
    buf_printf(&text, "AADSTS%d: ", code);
    expand(&text, e->text, subject);
    buf_printf(&text, "\r\nTrace ID: %s\r\nCorrelation ID: %s\r\nTimestamp: %s", x->req->request_id,
               correlation_id(x), timestamp(x));
    return arena_strdup(x->req->arena, buf_z(&text));
}

void aadsts_headers(struct exchange *x)
{
    static const char *const headers[][2] = {
        {"cache-control", "no-store, no-cache"},
        {"pragma", "no-cache"},
        {"expires", "-1"},
        {"strict-transport-security", "max-age=31536000; includeSubDomains"},
        {"x-content-type-options", "nosniff"},
    };
    for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
        http_reply_header(x->req, x->reply, headers[i][0], headers[i][1]);
    }
    http_reply_header(x->req, x->reply, "x-ms-request-id", x->req->request_id);
    http_reply_header(x->req, x->reply, "client-request-id", correlation_id(x));
}

void aadsts_reply(struct exchange *x, int code, const struct aadsts_subject *subject)
{
    static const struct aadsts_subject nothing = {0};
    const struct aadsts *e = aadsts_find(code);
    subject = subject != NULL ? subject : &nothing;
    struct json *codes = json_array(), *o = json_object();
    json_push(codes, json_int(code));
    json_set_string(o, "error", e->error);
    json_set_string(o, "error_description", aadsts_description(x, code, subject));
    json_set(o, "error_codes", codes);
    json_set_string(o, "timestamp", timestamp(x));
    json_set_string(o, "trace_id", x->req->request_id);
    json_set_string(o, "correlation_id", correlation_id(x));
    json_set_string(o, "error_uri",
                    arena_printf(x->req->arena, "%s/error?code=%d", http_req_origin(x->req), code));
    if (subject->claims != NULL) {
        json_set_string(o, "suberror", "basic_action");
        json_set_string(o, "claims", subject->claims);
    }
    http_reply_json(x->req, x->reply, e->status, o);
    aadsts_headers(x);
}

void aadsts_page(struct exchange *x, int code, const struct aadsts_subject *subject)
{
    AUTO_BUF struct buf page = {0};
    buf_add_z(&page, "<!DOCTYPE html>\n<html><head><title>Sign in to your account</title></head>"
                     "<body><p>Sorry, but we're having trouble signing you in.</p><pre>");
    for (const char *p = aadsts_description(x, code, subject); *p != '\0'; p++) {
        switch (*p) {
        case '<':
            buf_add_z(&page, "&lt;");
            break;
        case '&':
            buf_add_z(&page, "&amp;");
            break;
        default:
            buf_add_char(&page, *p);
        }
    }
    buf_add_z(&page, "</pre></body></html>\n");
    http_reply_text(x->req, x->reply, aadsts_find(code)->status, "text/html; charset=utf-8",
                    buf_str(&page));
    aadsts_headers(x);
}

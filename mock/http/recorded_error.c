/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/http/recorded_error.h"

#include "base/core/assert.h"

/* Templates: ${message} and ${reqid}. A source in [brackets] says how sure the row is:
 * [recorded] from the service, [documented], [observed] described by users, [assumed]. */

#define JSON_UTF8           "application/json; charset=utf-8"
#define GATEWAY(code)       "{\"error_code\":" code ",\"message\":\"${message}\"}"
#define GATEWAY_REQID(code) "{\"error_code\":" code ",\"message\":\"${message} [ReqId: ${reqid}]\"}"
#define SERVICE(code)       "{\"error_code\":\"" code "\",\"message\":\"${message}\"}"
#define OAUTH(error) \
    "{\"error\":\"" error "\",\"error_id\":\"${reqid}\",\"error_description\":\"${message}\"}"
#define JWT_PAGE                                                                                \
    "<html>\n<head>\n<meta http-equiv=\"Content-Type\" content=\"text/html;charset=utf-8\"/>\n" \
    "<title>Error 400 ${message}</title>\n</head>\n<body><h2>HTTP ERROR 400</h2>\n<p>Problem "  \
    "accessing the resource. Reason:\n<pre>    ${message}</pre></p>\n</body>\n</html>\n"
#define REASON   "x-databricks-reason-phrase: ${message}"
#define NO_STORE "cache-control: no-store\npragma: no-cache"
#define OAUTH_ROW(name_, status_, error_, message_, source_)                               \
    {                                                                                      \
        .name = name_, .status = status_, .content_type = "application/json",              \
        .body = OAUTH(error_), .message = message_, .headers = NO_STORE, .source = source_ \
    }

static const struct recorded_error table[] = {
    {.name = "credential-not-sent",
     .status = 401,
     .content_type = JSON_UTF8,
     .body = GATEWAY("401"),
     .message = "Credential was not sent or was of an unsupported type for this API.",
     .headers = "www-authenticate: Bearer realm=\"DatabricksRealm\"\n" REASON,
     .source = "databricks-jdbc connectionintegrationtests [recorded]"},
    {.name = "invalid-access-token",
     .status = 403,
     .content_type = JSON_UTF8,
     .body = GATEWAY("403"),
     .message = "Invalid access token.",
     .headers = REASON,
     .source = "databricks-jdbc connectionintegrationtests; databricks-sdk-go#873 [recorded]"},
    {.name = "token-expired",
     .status = 403,
     .content_type = JSON_UTF8,
     .body = GATEWAY("403"),
     .message = "Invalid Token",
     .headers = REASON,
     .source = "databricks/cli#4768, n8n#34147 [observed]"},
    {.name = "token-expired-401",
     .status = 401,
     .content_type = JSON_UTF8,
     .body = GATEWAY("401"),
     .message = "Token is expired",
     .headers = "www-authenticate: Bearer realm=\"DatabricksRealm\"\n" REASON,
     .source = "expired Entra tokens since December 2025 [observed]"},
    {.name = "token-expiring",
     .status = 403,
     .content_type = JSON_UTF8,
     .body = GATEWAY("403"),
     .message = "Token is expiring within 30 seconds. (token expired)",
     .headers = REASON,
     .source = "databricks-vscode#583 [recorded]"},
    {.name = "wrong-org",
     .status = 403,
     .content_type = JSON_UTF8,
     .body = GATEWAY("403"),
     .message = "Invalid access to Org: 0",
     .headers = REASON,
     .source = "a token of another workspace, gbrueckl/Databricks.API.PowerShell#87 [recorded]"},
    {.name = "not-assigned",
     .status = 403,
     .content_type = JSON_UTF8,
     .body = GATEWAY("403"),
     .message = "Unauthorized access to Org: 0",
     .headers = REASON,
     .source = "the service-side form for somebody who is not a user of the workspace [observed]"},
    {.name = "ip-acl",
     .status = 403,
     .content_type = JSON_UTF8,
     .body = GATEWAY_REQID("403"),
     .message = "Source IP address: 192.0.2.1 is blocked by Databricks IP ACL for workspace: 0",
     .source = "omnigent#4463 [recorded]"},
    {.name = "scope-missing",
     .status = 403,
     .content_type = JSON_UTF8,
     .body = GATEWAY_REQID("403"),
     .message = "Provided OAuth token does not have required scopes: sql",
     .source = "gateway error texts [observed]"},
    {.name = "permission-denied",
     .status = 403,
     .content_type = "application/json",
     .body = SERVICE("PERMISSION_DENIED"),
     .message = "User does not have the privilege that this operation needs.",
     .source = "databricks-sdk-py errors/platform.py [documented]"},
    {.name = "not-found",
     .status = 404,
     .content_type = "application/json",
     .body = SERVICE("NOT_FOUND"),
     .message = "Not found.",
     .source = "databricks-jdbc dbfsvolumeintegrationtests [recorded]"},
    {.name = "resource-does-not-exist",
     .status = 404,
     .content_type = "application/json",
     .body = SERVICE("RESOURCE_DOES_NOT_EXIST"),
     .message = "The resource does not exist.",
     .source = "databricks/cli acceptance outputs [recorded]"},
    {.name = "endpoint-not-found",
     .status = 404,
     .content_type = "application/json",
     .body = SERVICE("ENDPOINT_NOT_FOUND"),
     .message = "No API found for this request",
     .source = "the code occurs in bodies, the text is ours [assumed]"},
    {.name = "invalid-parameter",
     .status = 400,
     .content_type = "application/json",
     .body = SERVICE("INVALID_PARAMETER_VALUE"),
     .message = "A parameter has an invalid value.",
     .source = "databricks-sdk-py errors/platform.py [documented]"},
    {.name = "malformed-request",
     .status = 400,
     .content_type = "application/json",
     .body = SERVICE("MALFORMED_REQUEST"),
     .message = "Could not parse request object.",
     .source = "databricks-sdk-py tests [documented]"},
    {.name = "bad-request",
     .status = 400,
     .content_type = "application/json",
     .body = SERVICE("BAD_REQUEST"),
     .message = "Bad request.",
     .source = "databricks-sdk-py errors/platform.py [documented]"},
    {.name = "method-not-allowed",
     .status = 405,
     .content_type = "application/json",
     .body = SERVICE("METHOD_NOT_ALLOWED"),
     .message = "This method is not known for this path",
     .source = "RFC 9110 section 15.5.6; the body is ours [assumed]"},
    {.name = "rate-limited",
     .status = 429,
     .content_type = "application/json",
     .body = SERVICE("REQUEST_LIMIT_EXCEEDED"),
     .message = "The request exceeds the rate limit of this API.",
     .headers = "retry-after: 1",
     .source = "databricks-sdk-py retries [documented]"},
    {.name = "unavailable",
     .status = 503,
     .content_type = "application/json",
     .body = SERVICE("TEMPORARILY_UNAVAILABLE"),
     .message = "The service at this path is temporarily unavailable.",
     .headers = "retry-after: 1",
     .source = "databricks-sdk-py retries [documented]; the text is ours"},
    {.name = "internal-error",
     .status = 500,
     .content_type = "application/json",
     .body = SERVICE("INTERNAL_ERROR"),
     .message = "Internal server error.",
     .source = "databricks-sdk-py errors/platform.py [documented]"},
    {.name = "html-login",
     .status = 200,
     .content_type = "text/html; charset=utf-8",
     .body = "<!doctype html>\n<html><head><title>Databricks - Sign In</title></head>"
             "<body><div id=\"login-page\"></div></body></html>\n",
     .message = "",
     .source = "databricks/cli#1411, databricks-sdk-go#903 [observed]"},
    {.name = "html-403",
     .status = 403,
     .content_type = "text/html; charset=utf-8",
     .body = "<html>\n<head>\n<meta http-equiv=\"Content-Type\" content=\"text/html;"
             "charset=utf-8\"/>\n<title>Error 403 ${message}</title>\n</head>\n<body>"
             "<h2>HTTP ERROR 403</h2>\n<pre>${message}</pre>\n</body>\n</html>\n",
     .message = "Invalid access token.",
     .source = "databricks-sdk-py tests of error bodies [documented]"},
    {.name = "entra-claims",
     .status = 400,
     .content_type = "text/html; charset=utf-8",
     .body = JWT_PAGE,
     .message = "io.jsonwebtoken.IncorrectClaimException",
     .source = "an Entra token for another audience or tenant [observed]"},
    {.name = "entra-expired-400",
     .status = 400,
     .content_type = "text/html; charset=utf-8",
     .body = JWT_PAGE,
     .message = "io.jsonwebtoken.ExpiredJwtException: JWT expired.",
     .source = "expired Entra tokens before December 2025 [observed]"},
    {.name = "empty-400",
     .status = 400,
     .content_type = NULL,
     .body = "",
     .message = "",
     .source = "databricks-sdk-java#154 [observed]"},
    {.name = "invalid_client",
     .status = 401,
     .content_type = "application/json",
     .body = OAUTH("invalid_client"),
     .message = "Client authentication failed",
     .headers = NO_STORE "\nwww-authenticate: Basic realm=\"DatabricksRealm\"",
     .source = "terraform-provider-databricks#3757 [recorded]; RFC 6749 section 5.2"},
    OAUTH_ROW("invalid_grant", 400, "invalid_grant",
              "The provided authorization grant is invalid, expired, revoked or was issued to "
              "another client",
              "RFC 6749 section 5.2; the text is ours [documented]"),
    OAUTH_ROW("refresh-token-invalid", 400, "invalid_request", "Refresh token is invalid",
              "databricks/cli PR 1434 [recorded]"),
    OAUTH_ROW("federation-refused", 400, "invalid_grant",
              "Failed to process token: TOKEN_INVALID (Ensure a valid federation policy has been "
              "configured).",
              "token exchange without a matching policy [observed]"),
    OAUTH_ROW("invalid_scope", 400, "invalid_scope",
              "The requested scope is invalid, unknown or malformed",
              "RFC 6749 section 5.2; the text is ours [documented]"),
    OAUTH_ROW("invalid_request", 400, "invalid_request",
              "The request is missing a required parameter or is otherwise malformed",
              "RFC 6749 section 5.2; the text is ours [documented]"),
    OAUTH_ROW("unauthorized_client", 400, "unauthorized_client",
              "The client is not authorized to use this grant type",
              "RFC 6749 section 5.2; the text is ours [documented]"),
    OAUTH_ROW("unsupported_grant_type", 400, "unsupported_grant_type",
              "The grant type is not supported",
              "RFC 6749 section 5.2; the text is ours [documented]"),
    OAUTH_ROW("access_denied", 403, "access_denied", "Policy evaluation failed for this request",
              "databricks-sdk-go tests [documented]"),
    OAUTH_ROW("refresh-token-dead", 400, "invalid_grant", "Refresh token is invalid",
              "RFC 6749 section 5.2; fixtures of databricks-sdk-go [documented]"),
    OAUTH_ROW("refresh-token-invalid-401", 401, "invalid_request", "Refresh token is invalid",
              "databricks/cli acceptance tests [documented]"),
    OAUTH_ROW("invalid_authorization_details", 400, "invalid_authorization_details",
              "The parameter authorization_details is malformed",
              "RFC 9396 section 5; the text is ours [documented]"),
    OAUTH_ROW("authorization_pending", 400, "authorization_pending",
              "The user has not finished the authorization yet",
              "RFC 8628 section 3.5; the text is ours [documented]"),
    OAUTH_ROW("slow_down", 400, "slow_down", "Poll less often",
              "RFC 8628 section 3.5; the text is ours [documented]"),
    OAUTH_ROW("expired_token", 400, "expired_token", "The device code has expired",
              "RFC 8628 section 3.5; the text is ours [documented]"),
    OAUTH_ROW("device-denied", 400, "access_denied", "The user denied the authorization",
              "RFC 8628 section 3.5; the text is ours [documented]"),
    {.name = "authorize-refused",
     .status = 400,
     .content_type = "application/json",
     .body = "{\"error_description\":\"${message}\",\"error\":\"invalid_request\"}",
     .message = "The authorization request is invalid",
     .headers = NO_STORE,
     .source = "dbt-databricks#582, #1067 [recorded]; the status is assumed"},
    {.name = "bearer-invalid_token",
     .status = 401,
     .content_type = "application/json",
     .body = OAUTH("invalid_token"),
     .message = "The access token is invalid, expired or revoked",
     .headers = NO_STORE "\nwww-authenticate: Bearer realm=\"DatabricksRealm\", "
                         "error=\"invalid_token\"",
     .source = "RFC 6750 section 3.1; the text is ours [documented]"},
    {.name = "bearer-insufficient_scope",
     .status = 403,
     .content_type = "application/json",
     .body = OAUTH("insufficient_scope"),
     .message = "The access token lacks the scope openid",
     .headers = NO_STORE "\nwww-authenticate: Bearer realm=\"DatabricksRealm\", "
                         "error=\"insufficient_scope\", scope=\"openid\"",
     .source = "RFC 6750 section 3.1; the text is ours [documented]"},
    {.name = "temporarily_unavailable",
     .status = 503,
     .content_type = "application/json",
     .body = OAUTH("temporarily_unavailable"),
     .message = "The authorization server is temporarily unavailable",
     .headers = NO_STORE "\nretry-after: 1",
     .source = "RFC 6749 section 4.1.2.1; the service's answer is a 503 [observed]"},
};

const struct recorded_error *recorded_error_at(size_t index)
{
    return index < ARRAY_LEN(table) ? &table[index] : NULL;
}

const struct recorded_error *recorded_error_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        if (strcmp(table[i].name, name) == 0) {
            return &table[i];
        }
    }
    return NULL;
}

/* A value for a template; bytes that would break its place are escaped (JSON) or dropped. */
static struct str escaped(struct arena *a, struct str text, bool json)
{
    AUTO_BUF struct buf out = {0};
    if (json) {
        json_write_string(&out, text);
        return str_n(arena_strndup(a, buf_z(&out) + 1, out.len - 2), out.len - 2);
    }
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.ptr[i] >= ' ' && text.ptr[i] != '<' && text.ptr[i] != '>') {
            buf_add_char(&out, text.ptr[i]);
        }
    }
    return str_n(arena_strndup(a, buf_z(&out), out.len), out.len);
}

static void expand(struct buf *out, struct str template, struct str message, struct str reqid)
{
    struct str message_name = STR("${message}"), reqid_name = STR("${reqid}");
    size_t at = 0;
    while (at < template.len) {
        struct str rest = str_slice(template, at, template.len);
        if (str_starts(rest, message_name)) {
            buf_add_str(out, message);
            at += message_name.len;
        } else if (str_starts(rest, reqid_name)) {
            buf_add_str(out, reqid);
            at += reqid_name.len;
        } else {
            buf_add_char(out, template.ptr[at++]);
        }
    }
}

static void add_headers(struct http_req *req, struct http_reply *reply, struct str lines,
                        struct str message)
{
    struct str line;
    while (str_split(&lines, '\n', &line)) {
        long colon = str_find(line, STR(": "), 0);
        ASSERT(colon > 0);
        AUTO_BUF struct buf value = {0};
        expand(&value, str_slice(line, (size_t)colon + 2, line.len), message,
               str_of(req->request_id));
        http_reply_header(req, reply, arena_strndup(req->arena, line.ptr, (size_t)colon),
                          buf_z(&value));
    }
}

void recorded_error_reply(struct http_req *req, struct http_reply *reply, const char *name,
                          const char *message_or_null)
{
    const struct recorded_error *e = recorded_error_find(name);
    ASSERT(e != NULL);
    struct str message = str_of(message_or_null != NULL ? message_or_null : e->message);
    bool json =
        e->content_type != NULL && str_starts(str_of(e->content_type), STR("application/json"));
    AUTO_BUF struct buf body = {0};
    expand(&body, str_of(e->body), escaped(req->arena, message, json), str_of(req->request_id));
    http_reply_text(req, reply, e->status, e->content_type != NULL ? e->content_type : "",
                    buf_str(&body));
    if (e->content_type == NULL) {
        http_reply_remove_header(reply, "content-type");
    }
    if (e->headers != NULL) {
        add_headers(req, reply, str_of(e->headers), escaped(req->arena, message, false));
    }
}

void recorded_error_service(struct http_req *req, struct http_reply *reply, int status,
                            const char *error_code, const char *message)
{
    struct json *info = json_object();
    json_set_string(info, "@type", "type.googleapis.com/google.rpc.RequestInfo");
    json_set_string(info, "request_id", req->request_id);
    json_set_string(info, "serving_data", "");
    struct json *details = json_array();
    json_push(details, info);
    struct json *body = json_object();
    json_set_string(body, "error_code", error_code);
    json_set_string(body, "message", message);
    json_set(body, "details", details);
    http_reply_json(req, reply, status, body);
}

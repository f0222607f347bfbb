/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/cloud_id/google.h"

#include "base/core/attrs.h"
#include "base/json/json_read.h"
#include "base/secret/secret.h"
#include "base/sys/clock.h"
#include "base/text/number.h"
#include "mock/access/note.h"
#include "mock/state/credential_check.h"
#include "mock/state/credential_store.h"
#include "mock/state/google_token.h"
#include "mock/state/mock_state.h"
#include "mock/state/principal_store.h"
#include "mock/state/service_store.h"

/* The service account credentials API: an account makes tokens of another one. Source: Google
 * Cloud, REST reference of projects.serviceAccounts (generateAccessToken, generateIdToken) and the
 * errors of Google's APIs; google-auth impersonated_credentials.py. Delegates are not played: a
 * request with some is refused. */

enum { MS_PER_S = 1000, LONGEST_S = 3600, TIME_BYTES = 40 };

#define SCOPE_ALL "https://www.googleapis.com/auth/cloud-platform"
#define SCOPE_IAM "https://www.googleapis.com/auth/iam"

static int refuse(struct exchange *x, int code, const char *status, const char *message)
{
    struct json *inner = json_object(), *o = json_object();
    json_set_int(inner, "code", code);
    json_set_string(inner, "message", message);
    json_set_string(inner, "status", status);
    json_set(o, "error", inner);
    http_reply_json(x->req, x->reply, code, o);
    if (code == 401) {
        http_reply_header(x->req, x->reply, "www-authenticate",
                          "Bearer realm=\"https://accounts.google.com/\"");
    }
    return 0;
}

/* Who calls: an access token of Google's with one of the scopes. NULL: the refusal is written. */
static const struct google_account *caller_of(struct exchange *x)
{
    const struct http_field *header = http_req_header(x->req, "Authorization");
    const struct credential_question q = {
        .authorization = header != NULL ? header->value : STR(""),
        .authorization_count = http_req_header_count(x->req, "Authorization"),
    };
    struct credential_answer answer;
    credential_check(x->state, &q, &answer);
    const struct credential *c = answer.credential;
    bool access = c != NULL && c->google != NULL && !c->is_google_id;
    if (answer.error == NULL && !access) {
        answer.state = CREDENTIAL_WRONG;
    }
    note_credential(x, &answer);
    if (answer.state == CREDENTIAL_ABSENT) {
        (void)refuse(x, 401, "UNAUTHENTICATED",
                     "Request is missing required authentication credential. Expected OAuth 2 "
                     "access token, login cookie or other valid authentication credential. See "
                     "https://developers.google.com/identity/sign-in/web/devconsole-project.");
        return NULL;
    }
    if (answer.state != CREDENTIAL_LIVE) {
        (void)refuse(x, 401, "UNAUTHENTICATED",
                     "Request had invalid authentication credentials. Expected OAuth 2 access "
                     "token, login cookie or other valid authentication credential. See "
                     "https://developers.google.com/identity/sign-in/web/devconsole-project.");
        return NULL;
    }
    if (!str_has_word(str_of(c->scope), STR(SCOPE_ALL)) &&
        !str_has_word(str_of(c->scope), STR(SCOPE_IAM))) {
        (void)refuse(x, 403, "PERMISSION_DENIED",
                     "Request had insufficient authentication scopes.");
        return NULL;
    }
    return c->google;
}

/* The account that is called for, if the caller may make its tokens; NULL: the refusal is written.
 */
static const struct google_account *target_of(struct exchange *x, struct str name,
                                              const struct google_account *caller,
                                              const char *permission)
{
    const struct mock_state *s = x->state;
    const struct google_account *target = service_google_account(s->services, name);
    if (target != NULL && str_list_has(&target->spec.token_creators, str_of(caller->spec.name))) {
        return target;
    }
    (void)refuse(x, 403, "PERMISSION_DENIED",
                 arena_printf(x->req->arena,
                              "Permission '%s' denied on resource (or it may not exist).",
                              permission));
    return NULL;
}

/* "3600s"; -1: it is none, or too long. */
static int64_t lifetime_s(const char *text)
{
    struct str digits = str_of(text);
    struct err ignored = {0};
    int64_t seconds = 0;
    if (!str_ends(digits, STR("s"))) {
        return -1;
    }
    digits.len--;
    return parse_int64(digits, 1, LONGEST_S, &seconds, &ignored) < 0 ? -1 : seconds;
}

static int access_token(struct exchange *x, const struct google_account *target,
                        const struct json *body, struct err *err)
{
    AUTO_BUF struct buf scope = {0};
    char expires[TIME_BYTES];
    int64_t seconds = lifetime_s(json_get_string(body, "lifetime", "3600s"));
    JSON_FOREACH(one, json_get(body, "scope")) {
        buf_printf(&scope, "%s%s", scope.len > 0 ? " " : "", json_string_or(one, ""));
    }
    if (scope.len == 0 || seconds < 0) {
        return refuse(x, 400, "INVALID_ARGUMENT",
                      scope.len == 0 ? "scope is required"
                                     : "The lifetime has to be of the form 3600s and at most that");
    }
    const struct credential *c;
    const struct google_request r = {
        .account = target, .scope = buf_z(&scope), .lifetime_ms = seconds * MS_PER_S};
    const char *value = google_issue(x, &r, &c, err);
    if (value == NULL) {
        return -1;
    }
    struct json *o = json_object();
    json_set_string(o, "accessToken", value);
    json_set_string(o, "expireTime",
                    format_rfc3339(c->expires_ms / MS_PER_S * MS_PER_S, expires, TIME_BYTES));
    http_reply_json(x->req, x->reply, 200, o);
    return 0;
}

static int id_token(struct exchange *x, const struct google_account *target,
                    const struct json *body, struct err *err)
{
    const char *audience = json_get_string(body, "audience", "");
    /* Some clients write the flag as text. */
    const struct json *flag = json_get(body, "includeEmail");
    bool with_email = json_bool_or(flag, false) || strcmp(json_string_or(flag, ""), "true") == 0;
    if (audience[0] == '\0') {
        return refuse(x, 400, "INVALID_ARGUMENT", "audience is required");
    }
    const struct credential *c;
    const struct google_request r = {
        .account = target, .audience = str_of(audience), .id = true, .with_email = with_email};
    const char *value = google_issue(x, &r, &c, err);
    if (value == NULL) {
        return -1;
    }
    http_reply_json(x->req, x->reply, 200, json_set_string(json_object(), "token", value));
    return 0;
}

int google_iam_call(struct exchange *x, struct err *err)
{
    struct str rest = x->req->captures[0], account = {0};
    struct err bad = {0};
    AUTO_JSON_DOC struct json_doc body = {0};
    (void)str_split(&rest, ':', &account);
    bool id = str_eq_z(rest, "generateIdToken");
    x->notes->grant = id ? "google_id_token" : "google_access_token";
    if (!id && !str_eq_z(rest, "generateAccessToken")) {
        return refuse(x, 404, "NOT_FOUND", "Requested entity was not found.");
    }
    const struct google_account *caller = caller_of(x);
    if (caller == NULL) {
        return 0;
    }
    if (json_read(x->req->body, "body", NULL, &body, &bad) < 0 ||
        json_type(body.root) != JSON_OBJECT) {
        return refuse(x, 400, "INVALID_ARGUMENT", "Invalid JSON payload received.");
    }
    const struct google_account *target =
        target_of(x, account, caller,
                  id ? "iam.serviceAccounts.getOpenIdToken" : "iam.serviceAccounts.getAccessToken");
    if (target == NULL) {
        return 0;
    }
    if (json_count(json_get(body.root, "delegates")) > 0) {
        return refuse(x, 403, "PERMISSION_DENIED",
                      "Permission 'iam.serviceAccounts.implicitDelegation' denied on resource (or "
                      "it may not exist).");
    }
    return id ? id_token(x, target, body.root, err) : access_token(x, target, body.root, err);
}

/* Where the account may act: everywhere. */
int google_iam_locations(struct exchange *x, struct err *err UNUSED)
{
    if (caller_of(x) != NULL) {
        struct json *o = json_object();
        json_set(o, "locations", json_array());
        json_set_string(o, "encodedLocations", "0x0");
        http_reply_json(x->req, x->reply, 200, o);
    }
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/apps/apps.h"

#include "base/core/attrs.h"
#include "base/json/json_read.h"
#include "base/secret/secret.h"
#include "mock/access/note.h"
#include "mock/http/recorded_error.h"
#include "mock/state/credential_check.h"
#include "mock/state/credential_store.h"
#include "mock/state/mock_state.h"
#include "mock/state/principal_store.h"
#include "mock/state/service_store.h"
#include "mock/state/workspace_store.h"

#define SOURCE "Databricks documentation, connect to an app with token authentication"

static bool may_use(const struct app_site *site, const struct principal *p)
{
    for (size_t i = 0; i < site->spec.can_use.count; i++) {
        if (strcmp(site->spec.can_use.items[i], p->name) == 0) {
            return true;
        }
    }
    return false;
}

static bool refuse(struct exchange *x, const char *error, const char *message)
{
    recorded_error_reply(x->req, x->reply, error, message);
    return false;
}

/* The app's own key, which comes on top of the gate. */
static bool key_is_right(struct exchange *x, const struct app_site *site)
{
    if (site->api_key == NULL) {
        return true;
    }
    const struct http_field *key = http_req_header(x->req, "X-API-Key");
    if (key != NULL && secret_equal(site->api_key->value, key->value)) {
        return true;
    }
    http_reply_json(x->req, x->reply, 401,
                    json_set_string(json_object(), "detail",
                                    key == NULL ? "Missing API key" : "Invalid API key"));
    return false;
}

static bool gate_opens(struct exchange *x, const struct app_site *site,
                       const struct credential **ret)
{
    const struct http_field *header = http_req_header(x->req, "Authorization");
    const struct credential_question q = {
        .authorization = header != NULL ? header->value : STR(""),
        .authorization_count = http_req_header_count(x->req, "Authorization"),
        .workspace = site->workspace,
    };
    struct credential_answer answer;
    credential_check(x->state, &q, &answer);
    const struct credential *c = answer.credential;
    bool oauth = c != NULL && c->kind == SECRET_ACCESS_TOKEN && c->tenant == NULL;
    if (answer.error == NULL && !oauth) {
        answer.state = CREDENTIAL_WRONG;
    }
    note_credential(x, &answer);
    if (answer.error != NULL || !oauth) {
        return refuse(x, "credential-not-sent", NULL);
    }
    if (!may_use(site, c->principal)) {
        return refuse(x, "permission-denied",
                      arena_printf(x->req->arena, "%s does not have CAN_USE on the app %s",
                                   principal_user_name(c->principal), site->spec.name));
    }
    *ret = c;
    return key_is_right(x, site);
}

/* NULL: the answer has been written. */
static const struct app_site *site_of(struct exchange *x)
{
    const struct mock_state *s = x->state;
    const struct app_site *site = service_app_at(s->services, x->req->host);
    if (site == NULL) {
        http_reply_text(x->req, x->reply, 404, "text/html; charset=utf-8",
                        STR("<html><head><title>App Not Available</title></head></html>\n"));
    }
    return site;
}

static bool enter(struct exchange *x, const struct app_site **ret_site,
                  const struct credential **ret)
{
    *ret_site = site_of(x);
    return *ret_site != NULL && gate_opens(x, *ret_site, ret);
}

/* What the gate adds for the app; what the caller sent under these names is dropped. */
static struct json *forwarded_json(struct exchange *x, const struct credential *c)
{
    const char *user = principal_user_name(c->principal);
    const struct http_field *header = http_req_header(x->req, "Authorization");
    struct str token = str_slice(header->value, strlen("Bearer "), header->value.len);
    struct json *o = json_object();
    json_set_string(o, "X-Forwarded-Host",
                    arena_strndup(x->req->arena, x->req->host.ptr, x->req->host.len));
    json_set_string(o, "X-Forwarded-Preferred-Username", user);
    json_set_string(o, "X-Forwarded-User", c->principal->id);
    json_set_string(o, "X-Forwarded-Email", user);
    json_set_string(o, "X-Request-Id", x->req->request_id);
    if (c->principal->kind == PRINCIPAL_USER) {
        json_set(o, "X-Forwarded-Access-Token", json_string_n(token.ptr, token.len));
    }
    return o;
}

static int echo(struct exchange *x, struct err *err UNUSED)
{
    const struct app_site *site;
    const struct credential *c = NULL;
    struct err ignored = {0};
    AUTO_JSON_DOC struct json_doc doc = {0};
    if (!enter(x, &site, &c)) {
        return 0;
    }
    struct json *o = json_object();
    json_set_string(o, "app", site->spec.name);
    json_set_string(o, "method",
                    arena_strndup(x->req->arena, x->req->method.ptr, x->req->method.len));
    json_set(o, "headers", forwarded_json(x, c));
    bool readable =
        x->req->body.len > 0 && json_read(x->req->body, "body", NULL, &doc, &ignored) == 0;
    json_set(o, "body", readable ? json_doc_take_root(&doc) : json_null());
    http_reply_json(x->req, x->reply, 200, o);
    return 0;
}

static int status(struct exchange *x, struct err *err UNUSED)
{
    const struct app_site *site;
    const struct credential *c = NULL;
    if (enter(x, &site, &c)) {
        struct json *o = json_object();
        json_set_string(o, "status", "ok");
        json_set_string(o, "user", principal_user_name(c->principal));
        http_reply_json(x->req, x->reply, 200, o);
    }
    return 0;
}

static int other(struct exchange *x, struct err *err UNUSED)
{
    const struct app_site *site;
    const struct credential *c = NULL;
    struct arena *a = x->req->arena;
    if (str_starts(x->req->path, STR("/api/"))) {
        if (enter(x, &site, &c)) {
            http_reply_json(x->req, x->reply, 404,
                            json_set_string(json_object(), "detail", "Not Found"));
        }
        return 0;
    }
    site = site_of(x);
    if (site == NULL) {
        return 0;
    }
    http_reply_text(x->req, x->reply, 302, "text/html; charset=utf-8", STR(""));
    http_reply_header(
        x->req, x->reply, "location",
        arena_printf(a,
                     "https://%s/oidc/oauth2/v2.0/authorize?client_id=%s&response_type=code"
                     "&scope=openid+profile+email&redirect_uri=https%%3A%%2F%%2F%s%%2F.auth"
                     "%%2Fcallback",
                     strcmp(site->workspace->host, "*") == 0 ? "login.databricks.com"
                                                             : site->workspace->host,
                     site->spec.name, site->host));
    return 0;
}

static const struct route routes[] = {
    {"apps.echo", "GET", "/api/echo", ROUTE_API, echo,
     "Tells the headers that the gate hands to the app.", SOURCE},
    {"apps.echo", "POST", "/api/echo", ROUTE_API, echo, "The same, with the JSON body.", SOURCE},
    {"apps.status", "GET", "/api/status", ROUTE_API, status, "That the app is up, and who asks.",
     SOURCE},
    {"apps.other", "GET", "/{path}", ROUTE_AUTHORIZE, other,
     "Any other path and method: below /api/ the app's 404, elsewhere the way to the sign-in page.",
     SOURCE},
};
static const char *const hosts[] = {"*.databricksapps.com", NULL};
static const struct route_table table = {"apps", routes, ARRAY_LEN(routes)};
const struct route_site apps_site = {
    .table = &table, .hosts = hosts, .fallback = &routes[ARRAY_LEN(routes) - 1]};

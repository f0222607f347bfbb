/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/azure/entra.h"
#include "mock/access/note.h"
#include "mock/state/credential_check.h"
#include "mock/state/credential_store.h"
#include "mock/state/mock_state.h"
#include "mock/state/principal_store.h"
#include "mock/state/service_store.h"
#include "mock/state/workspace_store.h"

/* Azure Resource Manager: how the SDKs find the host of a workspace whose resource id they know
 * (databricks-sdk-go config, azure resource id; Azure REST, Workspaces - Get). */

#define API_VERSION "2018-04-01"

static void refuse(struct exchange *x, int status, const char *code, const char *message)
{
    struct json *inner = json_object(), *o = json_object();
    json_set_string(inner, "code", code);
    json_set_string(inner, "message", message);
    json_set(o, "error", inner);
    http_reply_json(x->req, x->reply, status, o);
    http_reply_header(x->req, x->reply, "x-ms-request-id", x->req->request_id);
    if (status == 401) {
        http_reply_header(x->req, x->reply, "www-authenticate",
                          "Bearer authorization_uri=\"https://login.microsoftonline.com/\", "
                          "error=\"invalid_token\"");
    }
}

static bool enter(struct exchange *x, struct credential_answer *ret)
{
    const struct mock_state *s = x->state;
    const struct http_field *header = http_req_header(x->req, "Authorization");
    const struct credential_question q = {
        .authorization = header != NULL ? header->value : STR(""),
        .authorization_count = http_req_header_count(x->req, "Authorization"),
    };
    credential_check(s, &q, ret);
    const struct credential *c = ret->credential;
    bool entra = c != NULL && c->tenant != NULL && c->kind == SECRET_ACCESS_TOKEN;
    struct entra_resource r;
    const struct tenant *t = entra ? service_tenant(s->services, str_of(c->tenant)) : NULL;
    bool management = entra && entra_resource_find(s, x->req->arena, t, str_of(c->audience), &r) &&
                      r.kind == ENTRA_RES_MANAGEMENT;
    bool dead = ret->error != NULL && ret->state != CREDENTIAL_EXPIRING;
    if (ret->state == CREDENTIAL_EXPIRING) {
        ret->state = CREDENTIAL_LIVE; /* only Databricks refuses the last seconds */
    }
    if (!dead && !management) {
        ret->state = CREDENTIAL_WRONG;
    }
    note_credential(x, ret);
    if (!dead && management) {
        return true;
    }
    if (ret->state == CREDENTIAL_ABSENT) {
        refuse(x, 401, "AuthenticationFailed",
               "Authentication failed. The 'Authorization' header is missing.");
    } else if (ret->state == CREDENTIAL_EXPIRED) {
        refuse(x, 401, "ExpiredAuthenticationToken", "The access token expiry is in the past.");
    } else if (entra && !management) {
        refuse(x, 401, "InvalidAuthenticationTokenAudience",
               "The access token has been obtained for wrong audience or resource.");
    } else {
        refuse(x, 401, "InvalidAuthenticationToken", "The access token is invalid.");
    }
    return false;
}

static const struct workspace *workspace_of(const struct exchange *x)
{
    const struct mock_state *s = x->state;
    const struct workspace *w;
    for (size_t i = 0; (w = workspace_store_at(s->workspaces, i)) != NULL; i++) {
        if (w->resource_id[0] != '\0' && str_eq_nocase(x->req->path, str_of(w->resource_id))) {
            return w;
        }
    }
    return NULL;
}

static void reply(struct exchange *x, const struct workspace *w)
{
    struct json *properties = json_object(), *o = json_object();
    json_set_string(properties, "workspaceId", w->workspace_id);
    json_set_string(
        properties, "workspaceUrl",
        strcmp(w->host, "*") != 0
            ? w->host
            : arena_printf(x->req->arena, "adb-%s.0.azuredatabricks.net", w->workspace_id));
    json_set_string(properties, "provisioningState", "Succeeded");
    json_set_string(o, "id", w->resource_id);
    json_set_string(o, "type", "Microsoft.Databricks/workspaces");
    json_set(o, "properties", properties);
    http_reply_json(x->req, x->reply, 200, o);
    http_reply_header(x->req, x->reply, "x-ms-request-id", x->req->request_id);
}

int arm_workspace(struct exchange *x, struct err *err UNUSED)
{
    const struct mock_state *s = x->state;
    struct credential_answer answer;
    if (!enter(x, &answer)) {
        return 0;
    }
    const struct url_param *version = params_get(&x->req->params, "api-version");
    if (version == NULL) {
        refuse(x, 400, "MissingApiVersionParameter",
               "The api-version query parameter (?api-version=) is required for all requests.");
        return 0;
    }
    if (!str_eq_z(version->value, API_VERSION)) {
        refuse(x, 400, "InvalidApiVersionParameter",
               "The api-version is invalid. The supported version is '" API_VERSION "'.");
        return 0;
    }
    const struct workspace *w = workspace_of(x);
    if (w == NULL || strcmp(w->tenant_id, answer.credential->tenant) != 0) {
        refuse(x, 404, "ResourceNotFound", "The resource was not found.");
        return 0;
    }
    const struct entra_app *app =
        service_entra_app(s->services, str_of(answer.credential->client_id));
    bool own = app != NULL && app->principal == answer.credential->principal;
    if (own && !app->spec.contributor && !app->member) {
        refuse(x, 403, "AuthorizationFailed",
               "The client does not have authorization to perform action "
               "'Microsoft.Databricks/workspaces/read' over the scope.");
        return 0;
    }
    reply(x, w);
    return 0;
}

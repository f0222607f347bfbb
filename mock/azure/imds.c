/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/azure/entra.h"
#include "mock/state/credential_store.h"
#include "mock/state/mock_state.h"
#include "mock/state/principal_store.h"
#include "mock/state/service_store.h"

/* The instance metadata service's token for a managed identity. Source: Microsoft Entra, how to use
 * managed identities on a VM to get an access token (request, answer, error table). Numbers are
 * strings. The wire is plain http at a link-local address. */

#define API_VERSION "2018-02-01"

enum { MS_PER_S = 1000 };

static void refuse(struct exchange *x, int status, const char *error, const char *description)
{
    struct json *o = json_object();
    json_set_string(o, "error", error);
    json_set_string(o, "error_description", description);
    http_reply_json(x->req, x->reply, status, o);
    http_reply_header(x->req, x->reply, "server", "IMDS/150.870.65.1854");
}

static struct str param(const struct exchange *x, const char *name)
{
    const struct url_param *p = params_get(&x->req->params, name);
    return p != NULL ? p->value : STR("");
}

static bool request_is_sound(struct exchange *x)
{
    const struct http_field *metadata = http_req_header(x->req, "Metadata");
    if (metadata == NULL || !str_eq_z(metadata->value, "true")) {
        refuse(x, 400, "bad_request_102", "Required metadata header not specified");
    } else if (http_req_header(x->req, "X-Forwarded-For") != NULL) {
        refuse(x, 400, "invalid_request", "Requests through a proxy are not answered");
    } else if (param(x, "api-version").len == 0) {
        refuse(x, 400, "bad_request", "Invalid api version, known: " API_VERSION);
    } else if (!str_eq_z(param(x, "api-version"), API_VERSION)) {
        refuse(x, 400, "bad_request", "Unknown api version, known: " API_VERSION);
    } else if (param(x, "resource").len == 0) {
        refuse(x, 400, "invalid_request", "Required query variable 'resource' is missing");
    } else {
        return true;
    }
    return false;
}

/* The one that client_id names; without it there may be only one. */
static const struct entra_app *identity_of(struct exchange *x)
{
    const struct mock_state *s = x->state;
    const struct entra_app *found = NULL;
    struct str id = param(x, "client_id");
    size_t count = 0;
    VEC_FOREACH(const struct entra_app, app, &s->services->entra_apps) {
        bool named = id.len == 0 || str_eq_nocase(id, str_of(app->spec.client_id));
        if (app->spec.kind == ENTRA_MANAGED && named) {
            found = app;
            count++;
        }
    }
    if (count == 1) {
        return found;
    }
    refuse(x, 400, "invalid_request",
           count == 0 ? "Identity not found"
                      : "Multiple user assigned identities exist, please specify the clientId / "
                        "resourceId of the identity in the token request");
    return NULL;
}

static void reply(struct exchange *x, const struct credential *c, struct str value)
{
    struct arena *a = x->req->arena;
    struct str resource = param(x, "resource");
    long long issued_s = c->issued_ms / MS_PER_S, expires_s = c->expires_ms / MS_PER_S;
    struct json *o = json_object();
    json_set_string(o, "access_token", value.ptr);
    json_set_string(o, "client_id", c->client_id);
    json_set_string(o, "refresh_token", "");
    json_set_string(o, "expires_in", arena_printf(a, "%lld", expires_s - issued_s - 1));
    json_set_string(o, "expires_on", arena_printf(a, "%lld", expires_s));
    json_set_string(o, "not_before", arena_printf(a, "%lld", issued_s));
    json_set(o, "resource", json_string_n(resource.ptr, resource.len));
    json_set_string(o, "token_type", "Bearer");
    http_reply_json(x->req, x->reply, 200, o);
    http_reply_header(x->req, x->reply, "server", "IMDS/150.870.65.1854");
}

int imds_token(struct exchange *x, struct err *err)
{
    struct mock_state *s = x->state;
    struct arena *a = x->req->arena;
    x->notes->grant = "managed_identity";
    if (!request_is_sound(x)) {
        return 0;
    }
    const struct entra_app *app = identity_of(x);
    if (app == NULL) {
        return 0;
    }
    x->notes->principal = arena_strdup(a, app->principal->name);
    struct entra_request r = {.app = app, .cloud = entra_cloud_of(STR(""))};
    if (!entra_resource_find(s, a, app->tenant, param(x, "resource"), &r.resource)) {
        struct str name = param(x, "resource");
        refuse(x, 400, "invalid_resource",
               arena_printf(a,
                            "AADSTS500011: The resource principal named %.*s was not found in the "
                            "tenant named %s.",
                            STR_ARG(name), app->tenant->id));
        return 0;
    }
    const struct credential *c;
    struct str value;
    if (entra_token_mint(s, &r, &c, &value, err) < 0) {
        return -1;
    }
    *VEC_PUSH(a, &x->notes->issued) = arena_strdup(a, c->name);
    reply(x, c, value);
    return 0;
}

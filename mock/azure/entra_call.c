/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/azure/entra.h"
#include "mock/state/mock_state.h"
#include "mock/state/service_store.h"

const char *entra_param(const struct entra_call *call, const char *name)
{
    const struct url_param *p = params_get(&call->form, name);
    return p != NULL && p->value.len > 0
               ? arena_strndup(call->x->req->arena, p->value.ptr, p->value.len)
               : "";
}

void entra_refuse(struct entra_call *call, int code, const char *value)
{
    const struct aadsts_subject subject = {
        .app = call->app != NULL ? call->app->spec.client_id : entra_param(call, "client_id"),
        .tenant = call->tenant_name,
        .value = value,
    };
    aadsts_reply(call->x, code, &subject);
}

bool entra_tenant_take(struct exchange *x, bool v1, struct entra_call *ret)
{
    struct mock_state *s = x->state;
    struct str name = x->req->captures[0];
    *ret = (struct entra_call){
        .x = x,
        .state = s,
        .cloud = entra_cloud_of(x->req->host),
        .tenant = service_tenant(s->services, name),
        .tenant_name = arena_strndup(x->req->arena, name.ptr, name.len),
        .v1 = v1,
    };
    if (ret->tenant == NULL) {
        entra_refuse(ret, 90002, NULL);
        return false;
    }
    return true;
}

/* ---- what is asked for ---- */

static bool resource_take(struct entra_call *call, struct str name, struct entra_resource *ret)
{
    struct arena *a = call->x->req->arena;
    if (entra_resource_find(call->state, a, call->tenant, name, ret)) {
        return true;
    }
    entra_refuse(call, 500011, arena_strndup(a, name.ptr != NULL ? name.ptr : "", name.len));
    return false;
}

static bool resource_param_take(struct entra_call *call, struct entra_resource *ret)
{
    const char *resource = entra_param(call, "resource");
    if (resource[0] == '\0') {
        entra_refuse(call, 900144, "resource");
        return false;
    }
    return resource_take(call, str_of(resource), ret);
}

bool entra_default_scope_read(struct entra_call *call, const char *scope,
                              struct entra_resource *ret)
{
    if (call->v1) {
        return resource_param_take(call, ret);
    }
    if (scope[0] == '\0') {
        entra_refuse(call, 90014, "scope");
        return false;
    }
    struct str rest = str_of(scope), part, first = {0};
    while (str_split(&rest, ' ', &part)) {
        if (!str_ends(part, STR("/.default"))) {
            entra_refuse(call, 1002012, scope);
            return false;
        }
        part.len -= strlen("/.default");
        if (part.len == 0 || (first.ptr != NULL && !str_eq(first, part))) {
            entra_refuse(call, 70011, scope);
            return false;
        }
        first = part;
    }
    return resource_take(call, first, ret);
}

/* Cuts "api://id/access_as_user" into the resource and the permission. */
static bool scope_cut(struct str part, struct str *ret_resource, struct str *ret_permission)
{
    size_t at = part.len;
    while (at > 0 && part.ptr[at - 1] != '/') {
        at--;
    }
    *ret_permission = str_slice(part, at, part.len);
    *ret_resource = str_slice(part, 0, at > 0 ? at - 1 : 0);
    return at > 1 && ret_permission->len > 0;
}

static bool wish_add(struct entra_call *call, struct str part, struct str *resource,
                     struct buf *permissions, struct entra_wish *ret)
{
    struct str of, permission;
    if (str_eq_z(part, "offline_access")) {
        ret->offline = true;
    } else if (str_eq_z(part, "openid") || str_eq_z(part, "profile") || str_eq_z(part, "email")) {
        ret->openid = ret->openid || str_eq_z(part, "openid");
    } else if (!scope_cut(part, &of, &permission) ||
               (resource->ptr != NULL && !str_eq(*resource, of))) {
        entra_refuse(call, 70011, arena_strndup(call->x->req->arena, part.ptr, part.len));
        return false;
    } else {
        *resource = of;
        buf_add_z(permissions, permissions->len > 0 ? " " : "");
        bool all = str_eq_z(permission, ".default");
        buf_add_str(permissions, all ? STR("user_impersonation") : permission);
    }
    return true;
}

bool entra_wish_read(struct entra_call *call, const char *scope, struct entra_wish *ret)
{
    struct str rest = str_of(scope), part, resource = {0};
    AUTO_BUF struct buf permissions = {0};
    *ret = (struct entra_wish){.scope = "User.Read"};
    while (str_split(&rest, ' ', &part)) {
        if (part.len > 0 && (!call->v1 || str_eq_z(part, "openid")) &&
            !wish_add(call, part, &resource, &permissions, ret)) {
            return false;
        }
    }
    if (permissions.len > 0) {
        ret->scope = arena_strdup(call->x->req->arena, buf_z(&permissions));
    }
    if (call->v1) {
        ret->scope = "user_impersonation";
        ret->offline = true; /* v1 gives a refresh token without being asked */
        return resource_param_take(call, &ret->resource);
    }
    return resource_take(call, resource.ptr != NULL ? resource : STR("https://graph.microsoft.com"),
                         &ret->resource);
}

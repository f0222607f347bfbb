/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text/number.h"
#include "mock/access/api.h"
#include "mock/access/door.h"
#include "mock/state/principal_store.h"
#include "mock/state/workspace_store.h"
#include "mock/workspace/handlers_priv.h"

static struct json *list_of(struct json *only)
{
    struct json *list = json_array();
    json_push(list, only);
    return list;
}

static struct json *value_object(const char *value)
{
    return json_set_string(json_object(), "value", value);
}

static struct json *group_of(const char *id, const char *name)
{
    struct json *group = value_object(id);
    json_set_string(group, "display", name);
    json_set_string(group, "type", "direct");
    return group;
}

/* RFC 7643 section 4.1 in the service's selection; a service principal's userName is its
 * application id. */
int identity_me(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    if (!api_enter(x, API_IDENTITY, &a) || access_reply_again(x, &a)) {
        return 0;
    }
    const char *user_name = principal_user_name(a.principal);
    struct json *o = json_object();
    json_set(o, "schemas", list_of(json_string("urn:ietf:params:scim:schemas:core:2.0:User")));
    json_set_string(o, "id", a.principal->id);
    json_set_string(o, "userName", user_name);
    json_set_string(o, "displayName", a.principal->name);
    json_set_bool(o, "active", true);
    if (a.principal->kind == PRINCIPAL_USER) {
        json_set(o, "emails", scim_emails(user_name));
    }
    struct json *groups = list_of(group_of("1", "users"));
    if (door_is_admin(&a)) {
        json_push(groups, group_of("2", "admins"));
    }
    json_set(o, "groups", groups);
    struct json *entitlements = list_of(value_object("workspace-access"));
    json_push(entitlements, value_object("databricks-sql-access"));
    json_set(o, "entitlements", entitlements);
    access_reply_keep(x, &a, o);
    return 0;
}

int identity_introspect(struct exchange *x, struct err *err)
{
    struct access a;
    int64_t workspace_id;
    if (!api_enter(x, API_IDENTITY, &a)) {
        return 0;
    }
    if (parse_int64(str_of(a.workspace->workspace_id), 1, INT64_MAX, &workspace_id, err) < 0) {
        return err_wrap(err, "the workspace's id");
    }
    struct json *scope = json_object(), *context = json_object(), *o = json_object();
    json_set_string(scope, "account_id", a.workspace->account_id);
    json_set_int(scope, "workspace_id", workspace_id);
    json_set(context, "authentication_scope", scope);
    json_set(o, "principal_context", context);
    access_reply(x, &a, 200, o);
    return 0;
}

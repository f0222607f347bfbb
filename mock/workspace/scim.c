/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text/number.h"
#include "mock/access/api.h"
#include "mock/state/mock_state.h"
#include "mock/state/object_store.h"
#include "mock/state/principal_store.h"
#include "mock/state/workspace_seed.h"
#include "mock/workspace/handlers_priv.h"

/* SCIM (RFC 7643, 7644) in the service's selection: databricks-sdk-py service/iam.py. Errors have a
 * form of their own, RFC 7644 section 3.12. */

#define SCHEMA_USER  "urn:ietf:params:scim:schemas:core:2.0:User"
#define SCHEMA_SP    "urn:ietf:params:scim:schemas:core:2.0:ServicePrincipal"
#define SCHEMA_GROUP "urn:ietf:params:scim:schemas:core:2.0:Group"
#define SCHEMA_LIST  "urn:ietf:params:scim:api:messages:2.0:ListResponse"
#define SCHEMA_ERROR "urn:ietf:params:scim:api:messages:2.0:Error"

enum { COUNT_ORDINARY = 100, COUNT_MOST = 10000 };

static void set_schema(struct json *o, const char *schema)
{
    struct json *list = json_array();
    json_push(list, json_string(schema));
    json_set(o, "schemas", list);
}

struct json *scim_emails(const char *address)
{
    struct json *list = json_array(), *email = json_object();
    json_set_string(email, "value", address);
    json_set_string(email, "type", "work");
    json_set_bool(email, "primary", true);
    json_push(list, email);
    return list;
}

static struct json *principal_make(const struct principal *p)
{
    struct json *o = json_object();
    bool user = p->kind == PRINCIPAL_USER;
    set_schema(o, user ? SCHEMA_USER : SCHEMA_SP);
    json_set_string(o, "id", p->id);
    json_set_string(o, user ? "userName" : "applicationId", principal_user_name(p));
    json_set_string(o, "displayName", p->name);
    json_set_bool(o, "active", !p->blocked);
    if (user) {
        json_set(o, "emails", scim_emails(principal_user_name(p)));
    }
    return o;
}

static struct json *group_make(const struct json *group)
{
    struct json *o = object_view(group);
    set_schema(o, SCHEMA_GROUP);
    return o;
}

static int refuse(struct exchange *x, const struct access *a, int status, const char *detail)
{
    struct json *o = json_object();
    set_schema(o, SCHEMA_ERROR);
    json_set_string(o, "detail", detail);
    json_set_string(o, "status", arena_printf(x->req->arena, "%d", status));
    access_reply(x, a, status, o);
    return 0;
}

/* `attribute eq "value"`, the one form that is understood; an absent filter keeps all. */
struct filter {
    struct str attribute, value;
    bool any;
};

static bool filter_read(struct exchange *x, struct filter *ret)
{
    const char *text = api_param(x, "filter");
    if (text == NULL) {
        *ret = (struct filter){.any = true};
        return true;
    }
    struct str s = str_trim(str_of(text));
    long at = str_find(s, STR(" eq "), 0);
    if (at <= 0) {
        return false;
    }
    struct str value = str_trim(str_slice(s, (size_t)at + 4, s.len));
    if (value.len >= 2 && value.ptr[0] == '"' && value.ptr[value.len - 1] == '"') {
        value = str_slice(value, 1, value.len - 1);
    }
    *ret = (struct filter){.attribute = str_trim(str_slice(s, 0, (size_t)at)), .value = value};
    return true;
}

static bool filter_keeps(const struct filter *f, const struct json *resource)
{
    bool kept = f->any;
    JSON_FOREACH(member, resource) {
        kept = kept || (str_eq_nocase(str_of(json_key(member)), f->attribute) &&
                        str_eq_nocase(str_of(json_string_or(member, "")), f->value));
    }
    return kept;
}

static int64_t bounded_param(const struct exchange *x, const char *name, int64_t ordinary)
{
    struct err ignored = {0};
    const char *text = api_param(x, name);
    int64_t n = ordinary;
    if (text != NULL && parse_int64(str_of(text), INT32_MIN, INT32_MAX, &n, &ignored) < 0) {
        n = ordinary;
    }
    return n < 0 ? 0 : n; /* as the RFC has it */
}

/* RFC 7644 section 3.4.2.4: startIndex counts from 1. all is taken. */
static int reply_list(struct exchange *x, const struct access *a, struct json *all_take)
{
    AUTO_JSON struct json *all = all_take;
    struct filter f;
    if (!filter_read(x, &f)) {
        return refuse(x, a, 400, "The filter is not supported.");
    }
    int64_t start = bounded_param(x, "startIndex", 1);
    int64_t count = bounded_param(x, "count", COUNT_ORDINARY);
    count = count > COUNT_MOST ? COUNT_MOST : count;
    struct json *resources = json_array();
    int64_t index = 0;
    JSON_FOREACH(r, all) {
        if (!filter_keeps(&f, r)) {
            continue;
        }
        index++;
        if (index >= start && (int64_t)json_count(resources) < count) {
            json_push(resources, json_copy(r));
        }
    }
    struct json *o = json_object();
    set_schema(o, SCHEMA_LIST);
    json_set_int(o, "totalResults", index);
    json_set_int(o, "startIndex", start > 0 ? start : 1);
    json_set_int(o, "itemsPerPage", (int64_t)json_count(resources));
    json_set(o, "Resources", resources);
    return api_reply(x, a, o);
}

static int principals_list(struct exchange *x, int kind)
{
    struct access a;
    if (!api_enter(x, API_SCIM, &a)) {
        return 0;
    }
    struct json *all = json_array();
    const struct principal *p;
    for (size_t i = 0; (p = principal_store_at(a.state->principals, i)) != NULL; i++) {
        if (p->kind == kind) {
            json_push(all, principal_make(p));
        }
    }
    return reply_list(x, &a, all);
}

static int principal_get(struct exchange *x, int kind, const char *what)
{
    struct access a;
    struct str id = x->req->captures[0];
    if (!api_enter(x, API_SCIM, &a)) {
        return 0;
    }
    const struct principal *p;
    for (size_t i = 0; (p = principal_store_at(a.state->principals, i)) != NULL; i++) {
        if (p->kind == kind && str_eq_z(id, p->id)) {
            return api_reply(x, &a, principal_make(p));
        }
    }
    return refuse(x, &a, 404,
                  arena_printf(x->req->arena, "%s with id %.*s not found.", what, STR_ARG(id)));
}

int scim_users_list(struct exchange *x, struct err *err UNUSED)
{
    return principals_list(x, PRINCIPAL_USER);
}

int scim_user_get(struct exchange *x, struct err *err UNUSED)
{
    return principal_get(x, PRINCIPAL_USER, "User");
}

int scim_service_principals_list(struct exchange *x, struct err *err UNUSED)
{
    return principals_list(x, PRINCIPAL_SERVICE);
}

int scim_service_principal_get(struct exchange *x, struct err *err UNUSED)
{
    return principal_get(x, PRINCIPAL_SERVICE, "Service Principal");
}

int scim_groups_list(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    if (!api_enter(x, API_SCIM, &a)) {
        return 0;
    }
    struct json *all = json_array();
    const struct json *g;
    size_t pos = 0;
    while ((g = object_next(api_objects(&a, OBJECTS_GROUPS), &pos)) != NULL) {
        json_push(all, group_make(g));
    }
    return reply_list(x, &a, all);
}

int scim_group_get(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    struct str id = x->req->captures[0];
    if (!api_enter(x, API_SCIM, &a)) {
        return 0;
    }
    const struct json *g = object_get(api_objects(&a, OBJECTS_GROUPS), id);
    return g != NULL
               ? api_reply(x, &a, group_make(g))
               : refuse(x, &a, 404,
                        arena_printf(x->req->arena, "Group with id %.*s not found.", STR_ARG(id)));
}

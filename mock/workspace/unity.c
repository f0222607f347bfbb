/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/workspace/unity.h"

#include "base/core/xalloc.h"
#include "mock/http/recorded_error.h"
#include "mock/state/object_store.h"
#include "mock/state/workspace_store.h"

#define DOMAIN "unity-catalog.databricks.com"

struct json *unity_find(const struct access *a, const char *kind, struct str name)
{
    AUTO_FREE char *key = workspace_name_key(name);
    return object_get(api_objects(a, kind), str_of(key));
}

bool unity_put(struct exchange *x, const struct access *a, const char *kind,
               struct json *object_take)
{
    AUTO_FREE char *key = workspace_name_key(str_of(json_get_string(object_take, "full_name", "")));
    return api_put(x, a, kind, key, object_take);
}

void unity_remove(const struct access *a, const char *kind, struct str name)
{
    AUTO_FREE char *key = workspace_name_key(name);
    (void)object_remove(api_objects(a, kind), str_of(key));
}

int unity_list(struct exchange *x, const struct access *a, const char *kind, api_keep *keep,
               const void *context)
{
    const struct object_list *list = api_objects(a, kind);
    const struct api_page_rule rule = {
        .size_param = "max_results",
        .min = 0,
        .max = INT32_MAX,
        .ordinary = INT64_MAX,
        .most = a->workspace->behaviour->catalog.page_size,
    };
    struct api_page page;
    if (!api_page_read(x, a, &rule, &page)) {
        return 0;
    }
    struct json *o = json_object(), *items = api_page_take(x, list, &page, keep, context);
    const char *next = api_page_next(x, list, &page, keep, context);
    json_set(o, kind, items);
    if (next != NULL) {
        json_set_string(o, "next_page_token", next);
    }
    return api_reply(x, a, o);
}

static const char *upper(struct exchange *x, const char *word)
{
    char *copy = arena_strdup(x->req->arena, word);
    for (char *p = copy; *p != '\0'; p++) {
        *p = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
    }
    return copy;
}

int unity_missing(struct exchange *x, const struct access *a, const char *what, struct str name)
{
    const char *code = arena_printf(x->req->arena, "%s_DOES_NOT_EXIST", upper(x, what));
    return api_refuse(x, a, 404, code, "%s '%.*s' does not exist.", what, STR_ARG(name));
}

int unity_denied(struct exchange *x, const struct access *a, const char *privilege,
                 const char *what, struct str name)
{
    const char *shown = arena_printf(x->req->arena, "%.*s", STR_ARG(name));
    struct json *metadata = json_object(), *info = json_object(), *request = json_object();
    json_set_string(metadata, "principalName", "User");
    json_set_string(metadata, "msg", privilege);
    json_set_string(metadata, "resourceType", what);
    json_set_string(metadata, "resourceName", shown);
    json_set_string(info, "@type", "type.googleapis.com/google.rpc.ErrorInfo");
    json_set_string(info, "reason", "PERMISSION_DENIED");
    json_set_string(info, "domain", DOMAIN);
    json_set(info, "metadata", metadata);
    json_set_string(request, "@type", "type.googleapis.com/google.rpc.RequestInfo");
    json_set_string(request, "request_id", x->req->request_id);
    json_set_string(request, "serving_data", "");
    struct json *details = json_array(), *body = json_object();
    json_push(details, info);
    json_push(details, request);
    json_set_string(body, "error_code", "PERMISSION_DENIED");
    json_set_string(
        body, "message",
        arena_printf(x->req->arena, "User does not have %s on %s '%s'.", privilege, what, shown));
    json_set(body, "details", details);
    access_reply(x, a, 403, body);
    return 0;
}

bool unity_name_check(struct exchange *x, const struct access *a, const char *what, struct str name,
                      size_t parts)
{
    struct str rest = name, part;
    size_t count = 0;
    bool empty = false;
    while (str_split(&rest, '.', &part)) {
        count++;
        empty = empty || part.len == 0;
    }
    if (count == parts && !empty) {
        return true;
    }
    (void)api_refuse(x, a, 400, "INVALID_PARAMETER_VALUE", "'%.*s' is not a full name of a %s.",
                     STR_ARG(name), what);
    return false;
}

bool unity_part_check(struct exchange *x, const struct access *a, const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789_-";
    size_t len = strlen(name);
    if (len > 0 && len <= 255 && name[strspn(name, allowed)] == '\0') {
        return true;
    }
    (void)api_refuse(x, a, 400, "INVALID_PARAMETER_VALUE", "'%s' is not a valid name.", name);
    return false;
}

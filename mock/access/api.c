/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/access/api.h"

#include "base/text/base64.h"
#include "base/text/number.h"
#include "mock/access/door.h"
#include "mock/http/recorded_error.h"
#include "mock/state/mock_state.h"
#include "mock/state/object_store.h"
#include "mock/state/workspace_store.h"

#include <stdarg.h>
#include <stdio.h>

enum { TOKEN_MAX = 64, MESSAGE_MAX = 1024 };

#define API_FAMILY_ROW(name, scopes_, admin_) [name] = {scopes_, admin_},
static const struct {
    const char *scopes;
    bool admin;
} families[] = {API_FAMILY_TABLE(API_FAMILY_ROW)};

bool api_enter(struct exchange *x, enum api_family family, struct access *ret)
{
    if (!access_enter(x, families[family].scopes, ret)) {
        return false;
    }
    if (families[family].admin && !door_is_admin(ret)) {
        (void)api_refuse(x, ret, 403, "PERMISSION_DENIED",
                         "Only workspace admins can perform this operation.");
        return false;
    }
    return true;
}

bool api_body(struct exchange *x, const struct access *a, struct json_doc *ret)
{
    struct err bad = {0};
    struct str text = str_trim(x->req->body);
    if (json_read(text.len > 0 ? text : STR("{}"), "request", NULL, ret, &bad) < 0 ||
        json_type(ret->root) != JSON_OBJECT) {
        access_refuse(x, a, "malformed-request", NULL);
        return false;
    }
    return true;
}

const char *api_param(const struct exchange *x, const char *name)
{
    const struct url_param *p = params_get(&x->req->params, name);
    return p != NULL && p->value.len > 0 ? arena_strndup(x->req->arena, p->value.ptr, p->value.len)
                                         : NULL;
}

static const char *required(struct exchange *x, const struct access *a, const char *name,
                            const char *value)
{
    if (value == NULL || value[0] == '\0') {
        (void)api_refuse(x, a, 400, "INVALID_PARAMETER_VALUE", "Missing required field: %s", name);
        return NULL;
    }
    return value;
}

const char *api_required(struct exchange *x, const struct access *a, const struct json *body,
                         const char *key)
{
    const struct json *node = json_get(body, key);
    if (node != NULL && json_type(node) != JSON_STRING && json_type(node) != JSON_NULL) {
        access_refuse(x, a, "malformed-request", NULL);
        return NULL;
    }
    return required(x, a, key, json_string_or(node, NULL));
}

const char *api_required_param(struct exchange *x, const struct access *a, const char *name)
{
    return required(x, a, name, api_param(x, name));
}

int api_refuse(struct exchange *x, const struct access *a, int status, const char *code,
               const char *format, ...)
{
    char message[MESSAGE_MAX];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    recorded_error_service(x->req, x->reply, status, code, message);
    http_reply_header(x->req, x->reply, "x-databricks-org-id", a->workspace->workspace_id);
    access_service_headers(x);
    return 0;
}

int api_reply(struct exchange *x, const struct access *a, struct json *body_take)
{
    access_reply(x, a, 200, body_take);
    return 0;
}

int api_done(struct exchange *x, const struct access *a)
{
    return api_reply(x, a, json_object());
}

struct object_list *api_objects(const struct access *a, const char *kind)
{
    return object_list_of(workspace_store_objects(a->state->workspaces), a->workspace->workspace_id,
                          kind);
}

bool api_put(struct exchange *x, const struct access *a, const char *kind, const char *key,
             struct json *object_take)
{
    if (object_put(api_objects(a, kind), str_of(key), object_take) != NULL) {
        return true;
    }
    (void)api_refuse(x, a, 400, "RESOURCE_LIMIT_EXCEEDED",
                     "The maximum number of %s in this workspace has been reached.", kind);
    return false;
}

/* A token is "position.skip" in base64url: opaque, and good as long as the list lives. */
static const char *token_make(struct arena *a, size_t pos, bool skip)
{
    AUTO_BUF struct buf plain = {0}, token = {0};
    buf_printf(&plain, "%zu.%d", pos, skip ? 1 : 0);
    base64_encode(&token, buf_str(&plain), BASE64_URL);
    return arena_strdup(a, buf_z(&token));
}

static bool token_read(const char *token, struct api_page *ret)
{
    struct err bad = {0};
    AUTO_BUF struct buf plain = {0};
    int64_t pos, skip;
    if (strlen(token) > TOKEN_MAX || base64_decode(&plain, str_of(token), BASE64_URL, &bad) < 0) {
        return false;
    }
    struct str rest = buf_str(&plain), part;
    if (!str_split(&rest, '.', &part) || parse_int64(part, 0, INT32_MAX, &pos, &bad) < 0 ||
        parse_int64(rest, 0, 1, &skip, &bad) < 0) {
        return false;
    }
    ret->pos = (size_t)pos;
    ret->skip = skip == 1;
    return true;
}

bool api_page_read(struct exchange *x, const struct access *a, const struct api_page_rule *rule,
                   struct api_page *ret)
{
    struct err bad = {0};
    const char *size = api_param(x, rule->size_param), *token = api_param(x, "page_token");
    bool empty_pages = a->workspace->behaviour->catalog.empty_pages;
    bool alternate = empty_pages && size != NULL;
    *ret = (struct api_page){.size = rule->ordinary, .skip = alternate, .alternate = alternate};
    if (size != NULL && parse_int64(str_of(size), rule->min, rule->max, &ret->size, &bad) < 0) {
        (void)api_refuse(x, a, 400, "INVALID_PARAMETER_VALUE", "Invalid value for %s: %s",
                         rule->size_param, size);
        return false;
    }
    if (size != NULL && (ret->size == 0 || ret->size > rule->most)) {
        ret->size = rule->most;
    }
    if (token != NULL && !token_read(token, ret)) {
        (void)api_refuse(x, a, 400, "INVALID_PARAMETER_VALUE", "Invalid page token: %s", token);
        return false;
    }
    return true;
}

struct json *api_page_take(struct exchange *x UNUSED, const struct object_list *list,
                           struct api_page *page, api_keep *keep, const void *context)
{
    struct json *taken = json_array();
    const struct json *object;
    int64_t count = 0;
    while (!page->skip && count < page->size && (object = object_next(list, &page->pos)) != NULL) {
        if (keep == NULL || keep(object, context)) {
            json_push(taken, object_view(object));
            count++;
        }
    }
    return taken;
}

const char *api_page_next(struct exchange *x, const struct object_list *list,
                          const struct api_page *page, api_keep *keep, const void *context)
{
    size_t pos = page->pos;
    const struct json *object;
    while ((object = object_next(list, &pos)) != NULL) {
        if (keep == NULL || keep(object, context)) {
            return token_make(x->req->arena, page->pos, page->alternate && !page->skip);
        }
    }
    return NULL;
}

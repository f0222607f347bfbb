/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text/base64.h"
#include "mock/access/api.h"
#include "mock/state/mock_state.h"
#include "mock/state/object_store.h"
#include "mock/state/workspace_seed.h"
#include "mock/workspace/handlers_priv.h"

/* databricks-sdk-py service/workspace.py: names of at most 128 characters out of a set, values of
 * at most 128 KiB, which are answered in base64. */

#define VALUE_BYTES ((size_t)128 * 1024)

enum { NAME_MAX_CHARS = 128 };

static const char *secrets_kind(struct exchange *x, const char *scope)
{
    return arena_printf(x->req->arena, OBJECTS_SECRETS_OF, scope);
}

static bool name_check(struct exchange *x, const struct access *a, const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789-_.@/ ";
    if (strlen(name) <= NAME_MAX_CHARS && name[strspn(name, allowed)] == '\0') {
        return true;
    }
    (void)api_refuse(x, a, 400, "INVALID_PARAMETER_VALUE", "The name is invalid.");
    return false;
}

static bool scope_check(struct exchange *x, const struct access *a, const char *scope)
{
    if (object_get(api_objects(a, OBJECTS_SCOPES), str_of(scope)) != NULL) {
        return true;
    }
    (void)api_refuse(x, a, 404, "RESOURCE_DOES_NOT_EXIST", "Scope %s does not exist!", scope);
    return false;
}

int secret_scopes_list(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    if (!api_enter(x, API_SECRETS, &a)) {
        return 0;
    }
    struct json *scopes = json_array(), *o = json_object();
    const struct json *s;
    size_t pos = 0;
    while ((s = object_next(api_objects(&a, OBJECTS_SCOPES), &pos)) != NULL) {
        json_push(scopes, object_view(s));
    }
    json_set(o, "scopes", scopes);
    return api_reply(x, &a, o);
}

int secret_scope_create(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    AUTO_JSON_DOC struct json_doc body = {0};
    const char *scope;
    if (!api_enter(x, API_SECRETS, &a) || !api_body(x, &a, &body) ||
        (scope = api_required(x, &a, body.root, "scope")) == NULL || !name_check(x, &a, scope)) {
        return 0;
    }
    if (object_get(api_objects(&a, OBJECTS_SCOPES), str_of(scope)) != NULL) {
        return api_refuse(x, &a, 400, "RESOURCE_ALREADY_EXISTS", "Scope %s already exists!", scope);
    }
    return api_put(x, &a, OBJECTS_SCOPES, scope, secret_scope_make(scope)) ? api_done(x, &a) : 0;
}

int secret_scope_delete(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    AUTO_JSON_DOC struct json_doc body = {0};
    const char *scope;
    if (!api_enter(x, API_SECRETS, &a) || !api_body(x, &a, &body) ||
        (scope = api_required(x, &a, body.root, "scope")) == NULL || !scope_check(x, &a, scope)) {
        return 0;
    }
    struct object_list *secrets = api_objects(&a, secrets_kind(x, scope));
    size_t pos = 0;
    for (const struct json *s; (s = object_next(secrets, &pos)) != NULL;) {
        const char *key = arena_strdup(x->req->arena, json_get_string(s, "key", ""));
        (void)object_remove(secrets, str_of(key));
    }
    (void)object_remove(api_objects(&a, OBJECTS_SCOPES), str_of(scope));
    return api_done(x, &a);
}

int secrets_list(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    const char *scope;
    if (!api_enter(x, API_SECRETS, &a) || (scope = api_required_param(x, &a, "scope")) == NULL ||
        !scope_check(x, &a, scope)) {
        return 0;
    }
    struct json *secrets = json_array(), *o = json_object();
    const struct json *s;
    size_t pos = 0;
    while ((s = object_next(api_objects(&a, secrets_kind(x, scope)), &pos)) != NULL) {
        json_push(secrets, object_view(s));
    }
    json_set(o, "secrets", secrets);
    return api_reply(x, &a, o);
}

/* The value in base64, out of exactly one of string_value and bytes_value; NULL = refused. */
static const char *value_read(struct exchange *x, const struct access *a, const struct json *body)
{
    struct err bad = {0};
    AUTO_BUF struct buf bytes = {0}, encoded = {0};
    const struct json *text = json_get(body, "string_value"), *raw = json_get(body, "bytes_value");
    bool one = (text != NULL) != (raw != NULL);
    bool readable = one && json_type(text != NULL ? text : raw) == JSON_STRING;
    if (readable && text != NULL) {
        buf_add_z(&bytes, json_string_or(text, ""));
    } else if (readable) {
        readable =
            base64_decode(&bytes, str_of(json_string_or(raw, "")), BASE64_STANDARD, &bad) == 0;
    }
    if (!readable || bytes.len > VALUE_BYTES) {
        (void)api_refuse(x, a, 400, "INVALID_PARAMETER_VALUE",
                         "Exactly one of string_value and bytes_value must be given, with at most "
                         "128 KiB.");
        return NULL;
    }
    base64_encode(&encoded, buf_str(&bytes), BASE64_STANDARD);
    return arena_strdup(x->req->arena, buf_z(&encoded));
}

int secret_put(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    AUTO_JSON_DOC struct json_doc body = {0};
    const char *scope, *key, *value;
    if (!api_enter(x, API_SECRETS, &a) || !api_body(x, &a, &body) ||
        (scope = api_required(x, &a, body.root, "scope")) == NULL ||
        (key = api_required(x, &a, body.root, "key")) == NULL || !scope_check(x, &a, scope) ||
        !name_check(x, &a, key) || (value = value_read(x, &a, body.root)) == NULL) {
        return 0;
    }
    struct json *o = secret_make(key, value, mock_state_now_ms(a.state));
    return api_put(x, &a, secrets_kind(x, scope), key, o) ? api_done(x, &a) : 0;
}

int secret_get(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    const char *scope, *key;
    if (!api_enter(x, API_SECRETS, &a) || (scope = api_required_param(x, &a, "scope")) == NULL ||
        (key = api_required_param(x, &a, "key")) == NULL || !scope_check(x, &a, scope)) {
        return 0;
    }
    const struct json *s = object_get(api_objects(&a, secrets_kind(x, scope)), str_of(key));
    if (s == NULL) {
        return api_refuse(x, &a, 404, "RESOURCE_DOES_NOT_EXIST",
                          "No secret exists with scope: %s and key: %s", scope, key);
    }
    struct json *o = json_object();
    json_set_string(o, "key", key);
    json_set_string(o, "value", json_get_string(s, OBJECT_VALUE, ""));
    return api_reply(x, &a, o);
}

int secret_delete(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    AUTO_JSON_DOC struct json_doc body = {0};
    const char *scope, *key;
    if (!api_enter(x, API_SECRETS, &a) || !api_body(x, &a, &body) ||
        (scope = api_required(x, &a, body.root, "scope")) == NULL ||
        (key = api_required(x, &a, body.root, "key")) == NULL || !scope_check(x, &a, scope)) {
        return 0;
    }
    if (!object_remove(api_objects(&a, secrets_kind(x, scope)), str_of(key))) {
        return api_refuse(x, &a, 404, "RESOURCE_DOES_NOT_EXIST",
                          "No secret exists with scope: %s and key: %s", scope, key);
    }
    return api_done(x, &a);
}

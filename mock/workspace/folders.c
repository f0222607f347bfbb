/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text/base64.h"
#include "mock/access/api.h"
#include "mock/state/mock_state.h"
#include "mock/state/object_store.h"
#include "mock/state/workspace_seed.h"
#include "mock/state/workspace_store.h"
#include "mock/workspace/handlers_priv.h"

/* The workspace API: folders, notebooks and files. databricks-sdk-py service/workspace.py; the
 * 404's text is recorded in databricks/cli's acceptance outputs. */

#define CONTENT "_content" /* in base64 */

enum { PATH_MAX_CHARS = 1024 };

static bool path_check(struct exchange *x, const struct access *a, const char *path)
{
    size_t len = strlen(path);
    bool plain = path[0] == '/' && len <= PATH_MAX_CHARS && strstr(path, "//") == NULL &&
                 (len == 1 || path[len - 1] != '/');
    if (!plain) {
        (void)api_refuse(x, a, 400, "INVALID_PARAMETER_VALUE", "Path (%s) doesn't start with '/'",
                         path);
    }
    return plain;
}

static struct json *wanted(struct exchange *x, const struct access *a, const char *path)
{
    struct json *o = object_get(api_objects(a, OBJECTS_FOLDERS), str_of(path));
    if (o == NULL) {
        (void)api_refuse(x, a, 404, "RESOURCE_DOES_NOT_EXIST", "Path (%s) doesn't exist.", path);
    }
    return o;
}

static const char *enter_with_path(struct exchange *x, struct access *a)
{
    return api_enter(x, API_FILES, a) ? api_required_param(x, a, "path") : NULL;
}

int folder_status(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    const char *path = enter_with_path(x, &a);
    const struct json *o = path != NULL ? wanted(x, &a, path) : NULL;
    return o != NULL ? api_reply(x, &a, object_view(o)) : 0;
}

/* Directly in the folder, not deeper. */
static bool is_in_folder(const char *path, const char *folder)
{
    size_t len = strcmp(folder, "/") == 0 ? 0 : strlen(folder);
    return strncmp(path, folder, len) == 0 && path[len] == '/' && path[len + 1] != '\0' &&
           strchr(path + len + 1, '/') == NULL;
}

int folder_list(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    const char *path = enter_with_path(x, &a);
    if (path == NULL || wanted(x, &a, path) == NULL) {
        return 0;
    }
    struct json *objects = json_array(), *o = json_object();
    const struct json *f;
    size_t pos = 0;
    while ((f = object_next(api_objects(&a, OBJECTS_FOLDERS), &pos)) != NULL) {
        if (is_in_folder(json_get_string(f, "path", ""), path)) {
            json_push(objects, object_view(f));
        }
    }
    if (json_count(objects) > 0) {
        json_set(o, "objects", objects);
    } else {
        json_free(objects);
    }
    return api_reply(x, &a, o);
}

static struct json *object_make(const struct access *a, const char *type, const char *path)
{
    struct json *o = json_object();
    json_set_string(o, "object_type", type);
    json_set_string(o, "path", path);
    json_set_int(o, "object_id",
                 object_store_number(workspace_store_objects(a->state->workspaces)));
    return o;
}

/* With all folders above it, as `mkdir -p`. */
int folder_mkdirs(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    AUTO_JSON_DOC struct json_doc body = {0};
    const char *path;
    if (!api_enter(x, API_FILES, &a) || !api_body(x, &a, &body) ||
        (path = api_required(x, &a, body.root, "path")) == NULL || !path_check(x, &a, path)) {
        return 0;
    }
    for (size_t end = 1; path[end - 1] != '\0' && path[1] != '\0';) {
        end += strcspn(path + end, "/");
        const char *part = arena_strndup(x->req->arena, path, end);
        const struct json *there = object_get(api_objects(&a, OBJECTS_FOLDERS), str_of(part));
        if (there != NULL && strcmp(json_get_string(there, "object_type", ""), "DIRECTORY") != 0) {
            return api_refuse(x, &a, 400, "RESOURCE_ALREADY_EXISTS",
                              "Path (%s) is not a directory.", part);
        }
        if (there == NULL &&
            !api_put(x, &a, OBJECTS_FOLDERS, part, object_make(&a, "DIRECTORY", part))) {
            return 0;
        }
        end++;
    }
    return api_done(x, &a);
}

static const char *folder_of(struct exchange *x, const char *path)
{
    size_t len = (size_t)(strrchr(path, '/') - path);
    return len == 0 ? "/" : arena_strndup(x->req->arena, path, len);
}

int folder_import(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    AUTO_JSON_DOC struct json_doc body = {0};
    struct err bad = {0};
    AUTO_BUF struct buf bytes = {0};
    const char *path;
    if (!api_enter(x, API_FILES, &a) || !api_body(x, &a, &body) ||
        (path = api_required(x, &a, body.root, "path")) == NULL || !path_check(x, &a, path) ||
        wanted(x, &a, folder_of(x, path)) == NULL) {
        return 0;
    }
    const char *content = json_get_string(body.root, "content", "");
    const char *language = json_get_string(body.root, "language", NULL);
    if (base64_decode(&bytes, str_of(content), BASE64_STANDARD, &bad) < 0) {
        return api_refuse(x, &a, 400, "INVALID_PARAMETER_VALUE", "The content is not base64.");
    }
    if (object_get(api_objects(&a, OBJECTS_FOLDERS), str_of(path)) != NULL &&
        !json_get_bool(body.root, "overwrite", false)) {
        return api_refuse(x, &a, 400, "RESOURCE_ALREADY_EXISTS", "Path (%s) already exists.", path);
    }
    struct json *o = object_make(&a, language != NULL ? "NOTEBOOK" : "FILE", path);
    if (language != NULL) {
        json_set_string(o, "language", language);
    }
    json_set_int(o, "modified_at", mock_state_now_ms(a.state));
    json_set_string(o, CONTENT, content);
    return api_put(x, &a, OBJECTS_FOLDERS, path, o) ? api_done(x, &a) : 0;
}

int folder_export(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    const char *path = enter_with_path(x, &a);
    const struct json *f = path != NULL ? wanted(x, &a, path) : NULL;
    if (f == NULL) {
        return 0;
    }
    const char *content = json_get_string(f, CONTENT, NULL);
    if (content == NULL) {
        return api_refuse(x, &a, 400, "INVALID_PARAMETER_VALUE",
                          "Directories cannot be exported in this format.");
    }
    return api_reply(x, &a, json_set_string(json_object(), "content", content));
}

static bool is_below(const char *path, const char *folder)
{
    size_t len = strlen(folder);
    return strncmp(path, folder, len) == 0 && path[len] == '/';
}

int folder_delete(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    AUTO_JSON_DOC struct json_doc body = {0};
    const char *path;
    if (!api_enter(x, API_FILES, &a) || !api_body(x, &a, &body) ||
        (path = api_required(x, &a, body.root, "path")) == NULL || !path_check(x, &a, path) ||
        wanted(x, &a, path) == NULL) {
        return 0;
    }
    struct object_list *list = api_objects(&a, OBJECTS_FOLDERS);
    bool recursive = json_get_bool(body.root, "recursive", false);
    size_t pos = 0;
    for (const struct json *f; (f = object_next(list, &pos)) != NULL;) {
        const char *below = arena_strdup(x->req->arena, json_get_string(f, "path", ""));
        if (!is_below(below, path)) {
            continue;
        }
        if (!recursive) {
            return api_refuse(x, &a, 400, "DIRECTORY_NOT_EMPTY", "Folder %s is not empty", path);
        }
        (void)object_remove(list, str_of(below));
    }
    (void)object_remove(list, str_of(path));
    return api_done(x, &a);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/app/openapi.h"

#include "base/core/xalloc.h"
#include "mock/http/recorded_error.h"

#include <stdio.h>

#define SCHEMA_REF(name) "#/components/schemas/" name

/* What the gateway answers (integer code) and what the services behind it do (string code); the
 * example of each is a recorded error. */
static const struct {
    const char *status, *example, *schema;
} errors[] = {
    {"400", "invalid-parameter", SCHEMA_REF("ServiceError")},
    {"401", "credential-not-sent", SCHEMA_REF("GatewayError")},
    {"403", "invalid-access-token", SCHEMA_REF("GatewayError")},
    {"404", "resource-does-not-exist", SCHEMA_REF("ServiceError")},
    {"429", "rate-limited", SCHEMA_REF("ServiceError")},
    {"503", "unavailable", SCHEMA_REF("ServiceError")},
};

static struct json *ref(const char *to)
{
    return json_set_string(json_object(), "$ref", to);
}

static struct json *media(struct json *schema_take)
{
    struct json *content = json_object(), *type = json_object();
    json_set(type, "schema", schema_take);
    json_set(content, "application/json", type);
    return content;
}

static struct json *type_schema(const char *type)
{
    return json_set_string(json_object(), "type", type);
}

/* "/a/{b}[/]" is "/a/{b}" here. */
static char *path_of(const struct route *r)
{
    struct str pattern = str_of(r->pattern);
    size_t cut = str_ends(pattern, STR("[/]")) ? 3 : 0;
    return xstrndup(pattern.ptr, pattern.len - cut);
}

static struct json *parameters_of(const struct route *r)
{
    struct json *list = json_array();
    for (const char *open = strchr(r->pattern, '{'); open != NULL; open = strchr(open, '{')) {
        size_t len = strcspn(++open, "}");
        struct json *p = json_object();
        json_set(p, "name", json_string_n(open, len));
        json_set_string(p, "in", "path");
        json_set_bool(p, "required", true);
        json_set(p, "schema", type_schema("string"));
        json_push(list, p);
    }
    return list;
}

static struct json *responses_of(const struct route *r)
{
    bool api = r->class == ROUTE_API;
    struct json *responses = json_object();
    struct json *ok = json_set_string(json_object(), "description", "The answer.");
    json_set(responses, r->class == ROUTE_AUTHORIZE ? "302" : "200", ok);
    if (api) {
        json_set(ok, "content", media(type_schema("object")));
    }
    for (size_t i = 0; i < ARRAY_LEN(errors) && api; i++) {
        char name[64];
        (void)snprintf(name, sizeof(name), "#/components/responses/Error%s", errors[i].status);
        json_set(responses, errors[i].status, ref(name));
    }
    return responses;
}

static struct json *security_of(const struct route *r)
{
    struct json *list = json_array();
    if (r->class == ROUTE_API) {
        struct json *bearer = json_object();
        json_set(bearer, "bearer", json_array());
        json_push(list, bearer);
    }
    return list;
}

static struct json *operation_make(const struct route_table *family, const struct route *r,
                                   const char *id)
{
    struct json *o = json_object(), *tags = json_array(), *parameters = parameters_of(r);
    json_push(tags, json_string(family->family));
    json_set_string(o, "operationId", id);
    json_set(o, "tags", tags);
    json_set_string(o, "summary", r->doc);
    json_set_string(o, "description", r->source);
    json_set_string(o, "x-class", route_class_name(r->class));
    if (json_count(parameters) > 0) {
        json_set(o, "parameters", parameters);
    } else {
        json_free(parameters);
    }
    bool body =
        r->class == ROUTE_API && (strcmp(r->method, "POST") == 0 || strcmp(r->method, "PUT") == 0 ||
                                  strcmp(r->method, "PATCH") == 0);
    if (body) {
        struct json *request = json_object();
        json_set(request, "content", media(type_schema("object")));
        json_set(o, "requestBody", request);
    }
    json_set(o, "security", security_of(r));
    json_set(o, "responses", responses_of(r));
    return o;
}

static void lower(char *text)
{
    for (; *text != '\0'; text++) {
        *text = *text >= 'A' && *text <= 'Z' ? (char)(*text - 'A' + 'a') : *text;
    }
}

/* Names of routes may repeat; ids must not. */
static void operation_add(struct json *paths, struct json *ids, const struct route_table *family,
                          const struct route *r)
{
    if (strchr(r->pattern, '#') != NULL) {
        return; /* one of the calls to a path that has a row of its own */
    }
    AUTO_FREE char *path = path_of(r), *method = xstrdup(r->method), *id = xstrdup(r->name);
    lower(method);
    struct json *item = json_get_mutable(paths, path);
    if (item == NULL) {
        item = json_object();
        json_set(paths, path, item);
    }
    if (json_get(item, method) != NULL) {
        return;
    }
    for (int n = 2; json_get(ids, id) != NULL; n++) {
        free_str(&id);
        id = xasprintf("%s.%d", r->name, n);
    }
    json_set_bool(ids, id, true);
    json_set(item, method, operation_make(family, r, id));
}

static struct json *error_schema(const char *code_type)
{
    struct json *o = type_schema("object"), *properties = json_object(), *required = json_array();
    json_set(properties, "error_code", type_schema(code_type));
    json_set(properties, "message", type_schema("string"));
    json_push(required, json_string("error_code"));
    json_push(required, json_string("message"));
    json_set(o, "properties", properties);
    json_set(o, "required", required);
    return o;
}

static struct json *either_error(void)
{
    struct json *any = json_array();
    json_push(any, ref(SCHEMA_REF("GatewayError")));
    json_push(any, ref(SCHEMA_REF("ServiceError")));
    struct json *o = json_object();
    json_set(o, "anyOf", any);
    return o;
}

static struct json *error_responses(void)
{
    struct json *responses = json_object();
    for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
        char name[16];
        const struct recorded_error *e = recorded_error_find(errors[i].example);
        bool both = strcmp(errors[i].status, "403") == 0;
        struct json *o = json_set_string(json_object(), "description", e->message);
        (void)snprintf(name, sizeof(name), "Error%s", errors[i].status);
        json_set(o, "content", media(both ? either_error() : ref(errors[i].schema)));
        json_set(responses, name, o);
    }
    return responses;
}

static struct json *components_make(void)
{
    struct json *o = json_object(), *schemas = json_object(), *schemes = json_object();
    struct json *bearer = type_schema("http");
    json_set(schemas, "GatewayError", error_schema("integer"));
    json_set(schemas, "ServiceError", error_schema("string"));
    json_set_string(bearer, "scheme", "bearer");
    json_set_string(bearer, "description",
                    "A personal access token or an OAuth access token (RFC 6750 section 2.1).");
    json_set(schemes, "bearer", bearer);
    json_set(o, "schemas", schemas);
    json_set(o, "responses", error_responses());
    json_set(o, "securitySchemes", schemes);
    return o;
}

struct json *openapi_make(const struct route_table *const *tables, size_t count)
{
    AUTO_JSON struct json *ids = json_object();
    struct json *o = json_object(), *info = json_object(), *paths = json_object();
    json_set_string(o, "openapi", "3.1.0");
    json_set_string(info, "title", "assay-mock");
    json_set_string(info, "version", ASSAY_VERSION);
    json_set_string(info, "description",
                    "What a mock Databricks workspace and its identity provider serve. This is "
                    "not a description of the Databricks APIs.");
    json_set(o, "info", info);
    for (size_t t = 0; t < count; t++) {
        for (size_t i = 0; i < tables[t]->count; i++) {
            operation_add(paths, ids, tables[t], &tables[t]->routes[i]);
        }
    }
    json_set(o, "paths", paths);
    json_set(o, "components", components_make());
    return o;
}

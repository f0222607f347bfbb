/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/query/warehouse.h"

#include "mock/state/mock_state.h"
#include "mock/state/object_store.h"
#include "mock/state/workspace_seed.h"
#include "mock/state/workspace_store.h"
#include "mock/statements/handlers_priv.h"

/* The connection details go with the host the client uses. */
static struct json *view(struct exchange *x, const struct access *a, const struct json *w)
{
    struct json *o = object_view(w), *odbc = json_object();
    struct arena *arena = x->req->arena;
    const char *path = arena_printf(arena, "/sql/1.0/warehouses/%s", json_get_string(w, "id", ""));
    const char *host = arena_printf(arena, "%.*s", STR_ARG(x->req->host));
    bool running = strcmp(json_get_string(w, "state", ""), "RUNNING") == 0;
    json_set_string(odbc, "hostname", host);
    json_set_string(odbc, "path", path);
    json_set_string(odbc, "protocol", "https");
    json_set_int(odbc, "port", 443);
    json_set_string(o, "jdbc_url",
                    arena_printf(arena,
                                 "jdbc:spark://%s:443/default;transportMode=http;ssl=1;AuthMech=3;"
                                 "httpPath=%s;",
                                 host, path));
    json_set(o, "odbc_params", odbc);
    json_set_string(o, "creator_name", "account users");
    json_set_int(o, "num_clusters", running ? 1 : 0);
    json_set_int(o, "num_active_sessions",
                 (int64_t)object_list_count(api_objects(a, OBJECTS_SESSIONS)));
    return o;
}

int warehouses_list(struct exchange *x, struct err *err UNUSED)
{
    static const struct api_page_rule rule = {
        .size_param = "page_size", .min = 0, .max = 1000, .ordinary = 100, .most = 1000};
    struct access a;
    struct api_page page;
    if (!api_enter(x, API_SQL, &a) || !api_page_read(x, &a, &rule, &page)) {
        return 0;
    }
    struct object_list *list = api_objects(&a, OBJECTS_WAREHOUSES);
    size_t pos = 0;
    for (struct json *w; (w = object_next(list, &pos)) != NULL;) {
        (void)object_state_settle(w, mock_state_now_ms(a.state));
    }
    AUTO_JSON struct json *taken = api_page_take(x, list, &page, NULL, NULL);
    const char *next = api_page_next(x, list, &page, NULL, NULL);
    struct json *views = json_array(), *o = json_object();
    JSON_FOREACH(w, taken) {
        json_push(views, view(x, &a, w));
    }
    json_set(o, "warehouses", views);
    if (next != NULL) {
        json_set_string(o, "next_page_token", next);
    }
    return api_reply(x, &a, o);
}

static struct json *captured(struct exchange *x, struct access *a)
{
    struct str id = x->req->captures[0];
    return api_enter(x, API_SQL, a)
               ? warehouse_wanted(x, a, arena_strndup(x->req->arena, id.ptr, id.len))
               : NULL;
}

int warehouse_get(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    const struct json *w = captured(x, &a);
    return w != NULL ? api_reply(x, &a, view(x, &a, w)) : 0;
}

int warehouse_start(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    struct json *w = captured(x, &a);
    if (w == NULL) {
        return 0;
    }
    (void)warehouse_ready_ms(&a, w);
    return api_done(x, &a);
}

int warehouse_stop(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    struct json *w = captured(x, &a);
    if (w == NULL) {
        return 0;
    }
    const char *state = json_get_string(w, "state", "");
    if (strcmp(state, "STOPPED") != 0 && strcmp(state, "STOPPING") != 0) {
        object_state_begin(w, "STOPPING", "STOPPED",
                           mock_state_now_ms(a.state) +
                               a.workspace->behaviour->sql.warehouse_start_ms);
    }
    return api_done(x, &a);
}

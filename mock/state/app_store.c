/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/app_store.h"

#include "base/core/assert.h"
#include "base/core/map.h"
#include "base/core/xalloc.h"
#include "base/secret/secret.h"

#include <stdlib.h>

enum { APPS_MAX = 2000, APPS_EVER_MAX = 50000 };

/* Redirects that clients of these names send, in their sources: databricks-sdk-go credentials/u2m
 * (8020 to 8040), databricks-sdk-py and -java, databricks-sql-python, databricks-sql-go,
 * databricks-jdbc, dbt-databricks. Ranges are written out when the store is made. */
struct built_in {
    const char *client_id;
    const char *redirects[3]; /* further ones */
    int first_port, last_port;
    const char *scopes;
};
static const struct built_in built_ins[] = {
    {"databricks-cli", {"http://localhost:8080/callback"}, 8020, 8040, ""},
    {"databricks-sql-connector", {"http://localhost:8030"}, 8020, 8024, "sql offline_access"},
    {"databricks-sql-python", {"http://localhost:8030"}, 8020, 8024, "sql offline_access"},
    {"databricks-sql-jdbc", {NULL}, 8020, 8024, ""},
    {"dbt-databricks", {"http://localhost:8050/", "http://localhost:8020"}, 0, 0, ""},
};
static const char *const all_scopes[] = {"all-apis", "sql",     "offline_access",
                                         "openid",   "profile", "email"};

/* The lists have an arena of their own: they may be replaced again and again. */
struct app_entry {
    struct oauth_app app; /* first: an application is its entry */
    struct arena *arena, *lists;
};

struct app_store {
    struct app_entry **items;
    size_t count, capacity;
    struct map by_client; /* those that are not removed */
};

static struct oauth_app *app_new(struct app_store *s)
{
    struct app_entry *e = xcalloc(1, sizeof(*e));
    e->arena = arena_new();
    e->lists = arena_new();
    if (s->count == s->capacity) {
        s->capacity = s->capacity > 0 ? 2 * s->capacity : 16;
        s->items = xrealloc(s->items, s->capacity, sizeof(struct app_entry *));
    }
    s->items[s->count++] = e;
    return &e->app;
}

static struct app_entry *entry_of(struct oauth_app *app)
{
    return (struct app_entry *)(void *)app;
}

static void add_scopes(struct oauth_app *app, const char *scopes)
{
    struct arena *a = entry_of(app)->lists;
    struct str rest = str_of(scopes), scope;
    for (size_t i = 0; scopes[0] == '\0' && i < ARRAY_LEN(all_scopes); i++) {
        *VEC_PUSH(a, &app->scopes) = all_scopes[i];
    }
    while (scopes[0] != '\0' && str_split(&rest, ' ', &scope)) {
        *VEC_PUSH(a, &app->scopes) = arena_strndup(a, scope.ptr, scope.len);
    }
}

static void add_built_in(struct app_store *s, const struct built_in *from)
{
    struct oauth_app *app = app_new(s);
    struct arena *a = entry_of(app)->lists;
    app->name = app->client_id = app->integration_id = from->client_id;
    app->built_in = app->published = true;
    for (int port = from->first_port; port != 0 && port <= from->last_port; port++) {
        *VEC_PUSH(a, &app->redirect_urls) = arena_printf(a, "http://localhost:%d", port);
    }
    for (size_t i = 0; i < ARRAY_LEN(from->redirects) && from->redirects[i] != NULL; i++) {
        *VEC_PUSH(a, &app->redirect_urls) = from->redirects[i];
    }
    add_scopes(app, from->scopes);
    (void)map_put(&s->by_client, str_of(app->client_id), app);
}

struct app_store *app_store_new(void)
{
    struct app_store *s = xcalloc(1, sizeof(*s));
    for (size_t i = 0; i < ARRAY_LEN(built_ins); i++) {
        add_built_in(s, &built_ins[i]);
    }
    return s;
}

void app_store_free(struct app_store *s)
{
    if (s == NULL) {
        return;
    }
    for (size_t i = 0; i < s->count; i++) {
        struct app_entry *e = s->items[i];
        secret_free(e->app.client_secret);
        public_keys_done(&e->app.keys);
        arena_free(e->arena);
        arena_free(e->lists);
        free(e);
    }
    map_done(&s->by_client);
    free(s->items);
    free(s);
}

static struct str_list list_copy(struct arena *a, const struct str_list *from)
{
    struct str_list list = {0};
    VEC_FOREACH(const char *, item, from) {
        *VEC_PUSH(a, &list) = arena_strdup(a, *item);
    }
    return list;
}

void oauth_app_change(struct oauth_app *app, const struct str_list *redirect_urls,
                      const struct str_list *scopes, const struct scenario_token_policy *policy)
{
    struct app_entry *e = entry_of(app);
    struct arena *before = e->lists;
    e->lists = arena_new();
    app->redirect_urls =
        list_copy(e->lists, redirect_urls != NULL ? redirect_urls : &app->redirect_urls);
    app->scopes = list_copy(e->lists, scopes != NULL ? scopes : &app->scopes);
    if (app->scopes.count == 0) {
        add_scopes(app, "");
    }
    if (policy != NULL) {
        app->policy = *policy;
    }
    arena_free(before);
}

struct oauth_app *app_store_add(struct app_store *s, const struct app_new *from, struct err *err)
{
    struct public_keys keys;
    if (s->by_client.count >= APPS_MAX || s->count >= APPS_EVER_MAX) {
        (void)err_set(err, ERR_LIMIT, "there are too many applications");
        return NULL;
    }
    if (public_keys_read(from->from->jwks, &keys, err) < 0) {
        (void)err_wrap(err, "application '%s'", from->from->name);
        return NULL;
    }
    struct oauth_app *before = map_get(&s->by_client, str_of(from->client_id));
    ASSERT(before == NULL || before->built_in);
    if (before != NULL) {
        app_store_remove(s, before);
    }
    struct oauth_app *app = app_new(s);
    struct arena *a = entry_of(app)->arena;
    app->name = arena_strdup(a, from->from->name);
    app->client_id = arena_strdup(a, from->client_id);
    app->integration_id = arena_strdup(a, from->integration_id);
    app->client_secret = from->client_secret != NULL ? secret_new_z(from->client_secret) : NULL;
    oauth_app_change(app, &from->from->redirect_urls, &from->from->scopes, &from->from->policy);
    app->keys = keys;
    app->created_ms = from->now_ms;
    (void)map_put(&s->by_client, str_of(app->client_id), app);
    return app;
}

void app_store_remove(struct app_store *s, struct oauth_app *app)
{
    app->removed = true;
    (void)map_remove(&s->by_client, str_of(app->client_id));
}

struct oauth_app *app_store_client(const struct app_store *s, struct str client_id)
{
    struct oauth_app *app = map_get(&s->by_client, client_id);
    return app == NULL || (app->built_in && !app->published) ? NULL : app;
}

struct oauth_app *app_store_integration(const struct app_store *s, struct str integration_id)
{
    struct oauth_app *app;
    for (size_t i = 0; (app = app_store_at(s, i)) != NULL; i++) {
        if (str_eq_z(integration_id, app->integration_id)) {
            return app;
        }
    }
    return NULL;
}

struct oauth_app *app_store_at(const struct app_store *s, size_t index)
{
    for (size_t i = 0; i < s->count; i++) {
        if (!s->items[i]->app.removed && index-- == 0) {
            return &s->items[i]->app;
        }
    }
    return NULL;
}

bool oauth_app_may_have_scope(const struct oauth_app *app, struct str scope)
{
    VEC_FOREACH(const char *, known, &app->scopes) {
        if (str_eq_z(scope, *known)) {
            return true;
        }
    }
    return false;
}

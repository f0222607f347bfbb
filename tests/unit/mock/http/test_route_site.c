/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/http/route.h"

#include <criterion/criterion.h>

static const struct route base_routes[] = {
    {.name = "base.api", .method = "GET", .pattern = "/api/{x}"},
};
static const struct route login_routes[] = {
    {.name = "login.token", .method = "POST", .pattern = "/{tenant}/token"},
};
static const struct route meta_routes[] = {
    {.name = "meta.one", .method = "GET", .pattern = "/one"},
};
static const struct route more_routes[] = {
    {.name = "more.two", .method = "GET", .pattern = "/two/{x}"},
};
static const struct route app_other = {.name = "app.other", .method = "GET", .pattern = "/{path}"};

#define TABLE(name_)                                      \
    {                                                     \
#name_, name_##_routes, ARRAY_LEN(name_##_routes) \
    }
static const struct route_table base_table = TABLE(base), login_table = TABLE(login),
                                meta_table = TABLE(meta), more_table = TABLE(more);
static const char *const login_hosts[] = {"login.example.com", "login.example.cn", NULL};
static const char *const meta_hosts[] = {"169.254.169.254", NULL};
static const char *const more_hosts[] = {"169.254.169.254", "*.apps.example.com", NULL};
static const struct route_site login_site = {.table = &login_table, .hosts = login_hosts};
static const struct route_site meta_site = {
    .table = &meta_table, .hosts = meta_hosts, .any_host = true};
static const struct route_site more_site = {
    .table = &more_table, .hosts = more_hosts, .fallback = &app_other};

static struct router *router_make(void)
{
    static const struct route_table *const tables[] = {&base_table};
    static const struct route_site *const sites[] = {&login_site, &meta_site, &more_site};
    return router_new_with_sites(tables, ARRAY_LEN(tables), sites, ARRAY_LEN(sites));
}

Test(route_site, the_host_decides_where_a_request_is_looked_up)
{
    static const struct {
        const char *host, *method, *target, *name;
    } cases[] = {
        {"ws.example.com", "GET", "/api/x", "base.api"},
        {"ws.example.com", "POST", "/t/token", NULL},
        {"login.example.com", "POST", "/t/token", "login.token"},
        {"login.example.cn", "POST", "/t/token", "login.token"},
        {"login.example.com", "GET", "/api/x", NULL},
        {"login.example.com", "GET", "/t/token", NULL},
        {"LOGIN.example.com", "POST", "/t/token", NULL}, /* hosts come in lower case */
        {"169.254.169.254", "GET", "/one", "meta.one"},  /* two sites at one host */
        {"169.254.169.254", "GET", "/two/x", "more.two"},
        {"ws.example.com", "GET", "/one", "meta.one"}, /* at any host */
        {"login.example.com", "GET", "/one", NULL},    /* but not where others claim it */
        {"a.apps.example.com", "GET", "/two/x", "more.two"},
        {"a.b.apps.example.com", "GET", "/two/x", "more.two"},
        {"apps.example.com", "GET", "/two/x", NULL},
        {".apps.example.com", "GET", "/two/x", NULL},
        {"a.apps.example.com", "DELETE", "/two/x", "app.other"},
        {"a.apps.example.com", "GET", "/", "app.other"},
        {"a.apps.example.com", "OPTIONS", "*", "app.other"},
        {"", "GET", "/api/x", "base.api"},
    };
    struct router *r = router_make();
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO_ARENA struct arena *a = arena_new();
        struct http_req req = {.arena = a,
                               .method = str_of(cases[i].method),
                               .target = str_of(cases[i].target),
                               .host = str_of(cases[i].host)};
        const struct route *found = router_find(r, &req, NULL);
        const char *name = found != NULL ? found->name : "none";
        cr_expect_str_eq(name, cases[i].name != NULL ? cases[i].name : "none", "%s %s",
                         cases[i].host, cases[i].target);
    }
    router_free(r);
}

Test(route_site, captures_are_those_of_the_site)
{
    struct router *r = router_make();
    AUTO_ARENA struct arena *a = arena_new();
    struct http_req req = {.arena = a,
                           .method = STR("POST"),
                           .target = STR("/my%20tenant/token"),
                           .host = STR("login.example.com")};
    cr_assert_not_null(router_find(r, &req, NULL));
    cr_expect(str_eq_z(req.captures[0], "my tenant"));
    router_free(r);
}

Test(route_site, the_methods_known_there_are_told)
{
    struct router *r = router_make();
    AUTO_ARENA struct arena *a = arena_new();
    const char *allowed = NULL;
    struct http_req req = {.arena = a,
                           .method = STR("GET"),
                           .target = STR("/t/token"),
                           .host = STR("login.example.com")};
    cr_expect_null(router_find(r, &req, &allowed));
    cr_assert_not_null(allowed);
    cr_expect_str_eq(allowed, "POST");
    router_free(r);
}

Test(route_site, routes_of_sites_are_known_as_such_and_listed)
{
    struct router *r = router_make();
    cr_expect_not(router_is_elsewhere(r, &base_routes[0]));
    cr_expect(router_is_elsewhere(r, &login_routes[0]));
    cr_expect(router_is_elsewhere(r, &meta_routes[0]));
    cr_expect(router_is_elsewhere(r, &app_other));
    size_t count = 0;
    while (router_at(r, count) != NULL) {
        count++;
    }
    cr_expect_eq(count, 4);
    router_free(r);
}

Test(route_site, the_nearest_route_is_one_of_the_services_at_that_host)
{
    static const struct {
        const char *host, *method, *target, *nearest;
    } cases[] = {
        {"ws.example.com", "POST", "/t/tokens", "GET /api/{x}"},
        {"ws.example.com", "GET", "/on", "GET /one"},
        {"login.example.com", "GET", "/api/x", "POST /{tenant}/token"},
        {"169.254.169.254", "GET", "/two", "GET /two/{x}"},
    };
    AUTO_ARENA struct arena *a = arena_new();
    struct router *r = router_make();
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct http_req req = {.arena = a,
                               .method = str_of(cases[i].method),
                               .target = str_of(cases[i].target),
                               .host = str_of(cases[i].host)};
        cr_expect_str_eq(router_nearest(r, &req), cases[i].nearest);
    }
    router_free(r);
}

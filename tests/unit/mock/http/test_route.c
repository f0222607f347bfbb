/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/http/route.h"

#include <criterion/criterion.h>
#include <signal.h>

static const struct route first_routes[] = {
    {.name = "root", .method = "GET", .pattern = "/"},
    {.name = "list", .method = "GET", .pattern = "/api/things[/]"},
    {.name = "make", .method = "POST", .pattern = "/api/things[/]"},
    {.name = "one", .method = "GET", .pattern = "/api/things/{id}"},
    {.name = "late", .method = "GET", .pattern = "/api/things/special"},
    {.name = "part", .method = "GET", .pattern = "/api/{kind}/{id}/parts/{n}"},
};
static const struct route second_routes[] = {
    {.name = "early", .method = "GET", .pattern = "/b/first"},
    {.name = "any", .method = "GET", .pattern = "/b/{x}"},
    {.name = "any-head", .method = "HEAD", .pattern = "/c"},
};
static const struct route_table first = {"first", first_routes, ARRAY_LEN(first_routes)};
static const struct route_table second = {"second", second_routes, ARRAY_LEN(second_routes)};
static const struct route_table *const tables[] = {&first, &second};

static struct http_req request(struct arena *a, const char *method, const char *target)
{
    return (struct http_req){.arena = a, .method = str_of(method), .target = str_of(target)};
}

static const struct route call_routes[] = {
    {.name = "open", .method = "POST", .pattern = "/sql/{id}#Open"},
    {.name = "other", .method = "POST", .pattern = "/sql/{id}"},
};
static const struct route_table calls = {"calls", call_routes, ARRAY_LEN(call_routes)};
static const struct route_table *const call_tables[] = {&calls};

Test(route, calls_to_one_path_are_told_apart_by_the_head_of_the_body)
{
    static const struct {
        const char *method, *body;
        size_t len;
        const char *name; /* NULL = none */
    } cases[] = {
        {"POST", "\x80\1\0\1\0\0\0\4Open\0\0\0\1\0", 17, "open"},
        {"POST", "\x80\1\0\1\0\0\0\4Shut\0\0\0\1\0", 17, "other"},
        {"POST", "\x80\1\0\1\0\0\0\5Opens\0\0\0\1\0", 18, "other"},
        {"POST", "\x80\1\0\2\0\0\0\4Open\0\0\0\1\0", 17, "other"}, /* a reply */
        {"POST", "\x80\1\0\1\0\0\0\4Ope", 11, "other"},
        {"POST", "\x80\1\0\1\xff\xff\xff\xffOpen", 12, "other"},
        {"POST", "", 0, "other"},
        {"GET", "\x80\1\0\1\0\0\0\4Open\0\0\0\1\0", 17, NULL},
    };
    struct router *r = router_new(call_tables, 1);
    AUTO_ARENA struct arena *a = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct http_req req = request(a, cases[i].method, "/sql/abc");
        const char *allowed = NULL;
        req.body = str_n(cases[i].body, cases[i].len);
        const struct route *route = router_find(r, &req, &allowed);
        cr_expect((route == NULL) == (cases[i].name == NULL), "case %zu", i);
        cr_expect(route == NULL || strcmp(route->name, cases[i].name) == 0, "case %zu", i);
        cr_expect(route != NULL || strcmp(allowed, "POST") == 0, "case %zu", i);
        cr_expect(route == NULL || str_eq_z(req.captures[0], "abc"), "case %zu", i);
    }
    router_free(r);
}

Test(route, requests_find_their_route)
{
    static const struct {
        const char *method, *target, *name, *captures;
    } cases[] = {
        {"GET", "/", "root", ""},
        {"GET", "/?", "root", ""},
        {"GET", "/api/things", "list", ""},
        {"GET", "/api/things/", "list", ""},
        {"GET", "/api/things?a=/x", "list", ""},
        {"GET", "/api/things/?", "list", ""},
        {"POST", "/api/things/", "make", ""},
        {"HEAD", "/api/things", "list", ""},
        {"GET", "/api/things/7", "one", "7"},
        {"GET", "/api/things/a%2Fb", "one", "a/b"},
        {"GET", "/api/things/%zz", "one", "%zz"},
        {"GET", "/%61pi/things", "list", ""},
        {"GET", "/api/things/special", "one", "special"}, /* first in table order */
        {"GET", "/b/first", "early", ""},
        {"GET", "/b/second", "any", "second"},
        {"GET", "/api/x/y/parts/z", "part", "x,y,z"},
        {"HEAD", "/c", "any-head", ""},
        {"GET", "http://host/api/things", "list", ""},
        {"GET", "http://host", "root", ""},
        {"GET", "/c", NULL, ""},
        {"PUT", "/api/things", NULL, ""},
        {"GET", "/api/things/7/", NULL, ""},
        {"GET", "/api//7", NULL, ""},
        {"GET", "//api/things", NULL, ""},
        {"GET", "/API/things", NULL, ""},
        {"GET", "*", NULL, ""},
        {"GET", "", NULL, ""},
        {"GET", "/1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7/8/9/0/1/2/3/4", NULL, ""},
    };
    AUTO_ARENA struct arena *a = arena_new();
    struct router *r = router_new(tables, ARRAY_LEN(tables));
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct http_req req = request(a, cases[i].method, cases[i].target);
        const struct route *route = router_find(r, &req, NULL);
        const char *name = route != NULL ? route->name : NULL;
        cr_assert((name == NULL) == (cases[i].name == NULL), "%s", cases[i].target);
        if (name == NULL) {
            continue;
        }
        cr_expect_str_eq(name, cases[i].name, "%s: %s", cases[i].target, name);
        struct str rest = str_of(cases[i].captures), part;
        for (size_t n = 0; cases[i].captures[0] != '\0' && str_split(&rest, ',', &part); n++) {
            cr_expect(str_eq(req.captures[n], part), "%s", cases[i].target);
        }
    }
    router_free(r);
}

Test(route, allowed_methods_are_told)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct router *r = router_new(tables, ARRAY_LEN(tables));
    struct http_req req = request(a, "DELETE", "/api/things");
    const char *allowed = NULL;
    cr_expect_null(router_find(r, &req, &allowed));
    cr_expect_str_eq(allowed, "GET, POST");
    req = request(a, "DELETE", "/none");
    cr_expect_null(router_find(r, &req, &allowed));
    cr_expect_null(allowed);
    router_free(r);
}

Test(route, the_nearest_route_is_named)
{
    static const struct {
        const char *method, *target, *nearest;
    } cases[] = {
        {"GET", "/api/thingz", "GET /api/things[/]"},
        {"POST", "/api/thing/", "POST /api/things[/]"},
        {"PUT", "/b/first", "GET /b/first"},
        {"GET", "/api/things/7/parts/1/x", "GET /api/{kind}/{id}/parts/{n}"},
    };
    AUTO_ARENA struct arena *a = arena_new();
    struct router *r = router_new(tables, ARRAY_LEN(tables));
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct http_req req = request(a, cases[i].method, cases[i].target);
        cr_expect_str_eq(router_nearest(r, &req), cases[i].nearest);
    }
    router_free(r);
}

Test(route, an_empty_router_knows_nothing)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct router *r = router_new(NULL, 0);
    struct http_req req = request(a, "GET", "/");
    cr_expect_null(router_find(r, &req, NULL));
    cr_expect_null(router_nearest(r, &req));
    cr_expect_null(router_at(r, 0));
    router_free(r);
    router_free(NULL);
}

Test(route, two_equal_patterns_are_a_mistake, .signal = SIGABRT)
{
    static const struct route same[] = {
        {.name = "a", .method = "GET", .pattern = "/x/{a}"},
        {.name = "b", .method = "GET", .pattern = "/x/{b}"},
    };
    static const struct route_table table = {"same", same, ARRAY_LEN(same)};
    static const struct route_table *const list[] = {&table};
    router_free(router_new(list, 1));
}

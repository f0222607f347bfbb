/* SPDX-License-Identifier: Apache-2.0 */

/* "METHOD TARGET" against a router with every kind of pattern. */

#include "base/core/assert.h"
#include "mock/http/route.h"

static const struct route routes[] = {
    {.name = "root", .method = "GET", .pattern = "/"},
    {.name = "list", .method = "GET", .pattern = "/api/things[/]"},
    {.name = "one", .method = "GET", .pattern = "/api/things/{id}"},
    {.name = "part", .method = "POST", .pattern = "/api/{kind}/{id}/parts/{n}"},
    {.name = "any", .method = "PUT", .pattern = "/{a}/{b}/{c}/{d}"},
};
static const struct route_table table = {"fuzz", routes, ARRAY_LEN(routes)};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct route_table *const tables[] = {&table};
    static const size_t captures[] = {0, 0, 1, 3, 4};
    AUTO_ARENA struct arena *a = arena_new();
    struct router *router = router_new(tables, 1);
    struct str target = str_n(arena_strndup(a, (const char *)data, size), size), method = {0};
    if (str_split(&target, ' ', &method) && target.ptr != NULL) {
        struct http_req req = {.arena = a, .method = method, .target = target};
        const char *allowed = NULL;
        const struct route *route = router_find(router, &req, &allowed);
        for (size_t i = 0; route != NULL && i < captures[route - routes]; i++) {
            ASSERT(req.captures[i].len > 0);
        }
        ASSERT(router_nearest(router, &req) != NULL);
    }
    router_free(router);
    return 0;
}

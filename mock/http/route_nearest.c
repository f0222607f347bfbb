/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text/suggest.h"
#include "mock/http/route_priv.h"

/* How far a request is from a route: a missing or extra segment costs 3, a different one 4 (1 when
 * it looks like a typing error or stands for a parameter), another method 2. Routes of services
 * that the host does not lead to are not near. Only unknown requests pay for this walk. */

static int segment_cost(struct arena *a, struct str asked, struct str known)
{
    if (str_eq(asked, known)) {
        return 0;
    }
    if (known.len > 0 && known.ptr[0] == '{') {
        return asked.len > 0 ? 1 : 4;
    }
    const char *candidate = arena_strndup(a, known.ptr, known.len);
    return known.len > 0 && asked.len > 0 && suggest(asked, &candidate, 1) != NULL ? 1 : 4;
}

static int route_cost(struct arena *a, const struct route *route, struct str method,
                      struct str path)
{
    struct str pattern = str_of(route->pattern), asked, known;
    if (str_ends(pattern, STR("[/]"))) {
        pattern.len -= 3;
        if (path.len > 1 && path.ptr[path.len - 1] == '/') {
            path.len--;
        }
    }
    int cost = str_eq_z(method, route->method) ? 0 : 2;
    bool more_asked = str_split(&path, '/', &asked), more_known = str_split(&pattern, '/', &known);
    while (more_asked || more_known) {
        cost += more_asked && more_known ? segment_cost(a, asked, known) : 3;
        more_asked = more_asked && str_split(&path, '/', &asked);
        more_known = more_known && str_split(&pattern, '/', &known);
    }
    return cost;
}

static bool host_is_claimed(const struct router *r, struct str host)
{
    VEC_FOREACH(const struct router_site, s, &r->sites) {
        if (route_site_claims(s->site, host)) {
            return true;
        }
    }
    return false;
}

static bool is_served(const struct router *r, const struct route *route, struct str host,
                      bool claimed)
{
    const struct route_site *site = route_site_of(r, route);
    if (claimed) {
        return site != NULL && route_site_claims(site, host);
    }
    return site == NULL || site->any_host;
}

const char *router_nearest(const struct router *r, const struct http_req *req)
{
    AUTO_ARENA struct arena *scratch = arena_new();
    struct str path = route_raw_path(req);
    path = str_slice(path, 0, 512);
    const struct route *best = NULL;
    int best_cost = 0;
    bool claimed = host_is_claimed(r, req->host);
    VEC_FOREACH(const struct route *const, route, &r->routes) {
        if (strchr((*route)->pattern, '#') != NULL || /* the path has a row of its own */
            !is_served(r, *route, req->host, claimed)) {
            continue;
        }
        int cost = route_cost(scratch, *route, req->method, path);
        if (best == NULL || cost < best_cost) {
            best = *route;
            best_cost = cost;
        }
    }
    return best == NULL ? NULL : arena_printf(req->arena, "%s %s", best->method, best->pattern);
}

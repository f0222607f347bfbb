/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/http/route.h"

#include "base/core/assert.h"
#include "base/core/map.h"
#include "base/core/xalloc.h"
#include "mock/http/route_priv.h"
#include "mock/http/thrift_call.h"

#include <stdlib.h>

/* A trie over path segments. A trailing slash is an empty last segment, so that it matters. Among
 * the routes that match the one with the lowest number, hence the first in table order, wins. */

struct trie_method {
    struct str method, call; /* call "" = any, or none */
    size_t index;
};

struct trie_child {
    struct str segment;
    struct trie_node *node;
};

struct trie_node {
    struct {
        struct trie_child *items;
        size_t count, capacity;
    } literals;
    struct trie_node *param; /* any one non-empty segment */
    struct {
        struct trie_method *items;
        size_t count, capacity;
    } methods;
};

static struct trie_node *node_new(struct router *r)
{
    return ARENA_NEW(r->arena, struct trie_node);
}

/* There are few of each, and most differ in length or in their first byte. */
static struct trie_node *literal_find(const struct trie_node *node, struct str segment)
{
    VEC_FOREACH(const struct trie_child, child, &node->literals) {
        if (str_eq(child->segment, segment)) {
            return child->node;
        }
    }
    return NULL;
}

static struct trie_node *node_child(struct router *r, struct trie_node *node, struct str segment)
{
    if (segment.len > 0 && segment.ptr[0] == '{') {
        ASSERT(segment.ptr[segment.len - 1] == '}');
        if (node->param == NULL) {
            node->param = node_new(r);
        }
        return node->param;
    }
    struct trie_node *child = literal_find(node, segment);
    if (child == NULL) {
        child = node_new(r);
        *VEC_PUSH(r->arena, &node->literals) =
            (struct trie_child){.segment = segment, .node = child};
    }
    return child;
}

static void trie_insert(struct router *r, struct trie_node *root, struct str pattern,
                        struct trie_method method)
{
    ASSERT(pattern.len > 0 && pattern.ptr[0] == '/');
    struct str rest = str_slice(pattern, 1, pattern.len), segment;
    struct trie_node *node = root;
    while (str_split(&rest, '/', &segment)) {
        node = node_child(r, node, segment);
    }
    VEC_FOREACH(struct trie_method, m, &node->methods) {
        /* two equal patterns */
        ASSERT(!str_eq(m->method, method.method) || !str_eq(m->call, method.call));
    }
    *VEC_PUSH(r->arena, &node->methods) = method;
}

bool route_split_call(struct str pattern, struct str *ret_path, struct str *ret_call)
{
    long mark = str_find(pattern, STR("#"), 0);
    if (mark < 0) {
        *ret_call = STR("");
        return false;
    }
    *ret_call = str_slice(pattern, (size_t)mark + 1, pattern.len);
    *ret_path = str_slice(pattern, 0, (size_t)mark);
    return true;
}

/* The routes numbered from `first` on are the table's. */
static void table_insert(struct router *r, struct trie_node *root, const struct route_table *table,
                         size_t first)
{
    for (size_t i = 0; i < table->count; i++) {
        struct str pattern = str_of(table->routes[i].pattern);
        struct trie_method method = {.method = str_of(table->routes[i].method), .index = first + i};
        (void)route_split_call(pattern, &pattern, &method.call);
        if (str_ends(pattern, STR("[/]"))) {
            pattern.len -= 3;
            const char *slashed = arena_printf(r->arena, "%.*s/", STR_ARG(pattern));
            trie_insert(r, root, str_of(slashed), method);
        }
        trie_insert(r, root, pattern, method);
    }
}

static size_t table_number(struct router *r, const struct route_table *table)
{
    size_t first = r->routes.count;
    for (size_t i = 0; i < table->count; i++) {
        *VEC_PUSH(r->arena, &r->routes) = &table->routes[i];
    }
    return first;
}

static uint64_t length_bit(struct str host)
{
    return UINT64_C(1) << (host.len % 64);
}

static void site_insert(struct router *r, const struct route_site *site)
{
    struct router_site made = {.site = site, .root = node_new(r)};
    size_t first = table_number(r, site->table);
    table_insert(r, made.root, site->table, first);
    if (site->any_host) {
        table_insert(r, r->root, site->table, first);
    }
    *VEC_PUSH(r->arena, &r->sites) = made;
    for (const char *const *known = site->hosts; *known != NULL; known++) {
        struct str name = str_of(*known);
        if (str_starts(name, STR("*."))) {
            *VEC_PUSH(r->arena, &r->suffixes) = str_slice(name, 1, name.len);
        } else {
            (void)map_put(&r->hosts, name, r);
            r->host_lengths |= length_bit(name);
        }
    }
}

/* Most requests are for hosts of no site: told without a look at every site. */
static bool may_be_claimed(const struct router *r, struct str host)
{
    VEC_FOREACH(const struct str, suffix, &r->suffixes) {
        if (host.len > suffix->len && str_ends(host, *suffix)) {
            return true;
        }
    }
    return (r->host_lengths & length_bit(host)) != 0 && map_get(&r->hosts, host) != NULL;
}

/* How many nodes with methods a path reaches; `rest` is what follows a slash. */
static size_t nodes_reached(const struct trie_node *node, struct str rest)
{
    struct str segment;
    if (!str_split(&rest, '/', &segment)) {
        return node->methods.count > 0;
    }
    const struct trie_node *literal = literal_find(node, segment);
    return (literal != NULL ? nodes_reached(literal, rest) : 0) +
           (node->param != NULL && segment.len > 0 ? nodes_reached(node->param, rest) : 0);
}

/* Most requests are for a path that is in the tables as it stands and matches nothing else: found
 * in one step. */
static void plain_index(struct router *r, struct trie_node *node, const char *path)
{
    if (node->methods.count > 0 && nodes_reached(r->root, str_of(path + 1)) == 1) {
        (void)map_put(&r->plain, str_of(path), node);
    }
    VEC_FOREACH(const struct trie_child, child, &node->literals) {
        plain_index(r, child->node,
                    arena_printf(r->arena, "%s/%.*s", path, STR_ARG(child->segment)));
    }
}

struct router *router_new_with_sites(const struct route_table *const *tables, size_t count,
                                     const struct route_site *const *sites, size_t site_count)
{
    struct router *r = xcalloc(1, sizeof(*r));
    r->arena = arena_new();
    r->root = node_new(r);
    for (size_t t = 0; t < count; t++) {
        table_insert(r, r->root, tables[t], table_number(r, tables[t]));
    }
    for (size_t i = 0; i < site_count; i++) {
        site_insert(r, sites[i]);
    }
    plain_index(r, r->root, "");
    return r;
}

struct router *router_new(const struct route_table *const *tables, size_t count)
{
    return router_new_with_sites(tables, count, NULL, 0);
}

bool route_site_claims(const struct route_site *site, struct str host)
{
    for (const char *const *known = site->hosts; *known != NULL; known++) {
        struct str name = str_of(*known);
        bool below = str_starts(name, STR("*."));
        if (below ? host.len > name.len - 1 && str_ends(host, str_slice(name, 1, name.len))
                  : str_eq(host, name)) {
            return true;
        }
    }
    return false;
}

const struct route_site *route_site_of(const struct router *r, const struct route *route)
{
    VEC_FOREACH(const struct router_site, s, &r->sites) {
        const struct route_table *t = s->site->table;
        if (route == s->site->fallback || (route >= t->routes && route < t->routes + t->count)) {
            return s->site;
        }
    }
    return NULL;
}

bool router_is_elsewhere(const struct router *r, const struct route *route)
{
    return route_site_of(r, route) != NULL;
}

void router_free(struct router *r)
{
    if (r == NULL) {
        return;
    }
    map_done(&r->hosts);
    map_done(&r->plain);
    arena_free(r->arena);
    free(r);
}

const struct route *router_at(const struct router *r, size_t index)
{
    return index < r->routes.count ? r->routes.items[index] : NULL;
}

struct str route_segment_decode(struct arena *a, struct str raw)
{
    if (raw.len == 0 || memchr(raw.ptr, '%', raw.len) == NULL) {
        return raw;
    }
    AUTO_BUF struct buf out = {0};
    struct err ignored = {0};
    if (percent_decode(&out, raw, false, &ignored) < 0) {
        return raw;
    }
    return str_n(arena_strndup(a, buf_z(&out), out.len), out.len);
}

struct str route_raw_path(const struct http_req *req)
{
    struct str path = req->target;
    if (path.len > 0 && path.ptr[0] != '/') { /* absolute form, RFC 9112 section 3.2.2 */
        long scheme_end = str_find(path, STR("://"), 0);
        if (scheme_end >= 0) {
            long slash = str_find(path, STR("/"), (size_t)scheme_end + 3);
            path = slash < 0 ? STR("/") : str_slice(path, (size_t)slash, path.len);
        }
    }
    const char *query = path.len > 0 ? memchr(path.ptr, '?', path.len) : NULL;
    return query != NULL ? str_n(path.ptr, (size_t)(query - path.ptr)) : path;
}

#define SEGMENTS_MAX 32

struct finder {
    struct str segments[SEGMENTS_MAX]; /* decoded */
    size_t count;
    struct str method, call;
    size_t best;                                              /* route number, SIZE_MAX = none */
    struct str taken[SEGMENTS_MAX], best_taken[SEGMENTS_MAX]; /* captures */
    size_t best_taken_count;
    struct str_list *allowed; /* of the methods that the path has otherwise; NULL = not asked for */
};

static bool method_serves(struct str known, struct str asked)
{
    return str_eq(known, asked) || (str_eq_z(asked, "HEAD") && str_eq_z(known, "GET"));
}

static void finder_leaf(struct finder *f, const struct trie_node *node, size_t taken,
                        struct arena *a)
{
    VEC_FOREACH(const struct trie_method, m, &node->methods) {
        bool served = method_serves(m->method, f->method);
        if (m->call.len > 0 && !(served && str_eq(m->call, f->call))) {
            continue;
        }
        if (!served) {
            if (f->allowed != NULL) {
                *VEC_PUSH(a, f->allowed) = m->method.ptr; /* a literal of the table */
            }
        } else if (m->index < f->best) {
            f->best = m->index;
            f->best_taken_count = taken;
            memcpy(f->best_taken, f->taken, taken * sizeof(f->taken[0]));
        }
    }
}

/* Depth is bounded by SEGMENTS_MAX. */
static void finder_walk(struct finder *f, const struct trie_node *node, size_t at, size_t taken,
                        struct arena *a)
{
    if (at == f->count) {
        finder_leaf(f, node, taken, a);
        return;
    }
    const struct trie_node *literal = literal_find(node, f->segments[at]);
    if (literal != NULL) {
        finder_walk(f, literal, at + 1, taken, a);
    }
    if (node->param != NULL && f->segments[at].len > 0) {
        f->taken[taken] = f->segments[at];
        finder_walk(f, node->param, at + 1, taken + 1, a);
    }
}

static bool finder_read_path(struct finder *f, const struct http_req *req, struct str path)
{
    struct str segment;
    if (path.len == 0 || path.ptr[0] != '/') {
        return false;
    }
    struct str rest = str_slice(path, 1, path.len);
    while (str_split(&rest, '/', &segment)) {
        if (f->count == SEGMENTS_MAX) {
            return false;
        }
        f->segments[f->count++] = route_segment_decode(req->arena, segment);
    }
    return true;
}

/* Walks what the host opens. Returns the fallback of the sites there, or NULL. */
static const struct route *finder_search(struct finder *f, const struct router *r,
                                         const struct http_req *req)
{
    struct str path = route_raw_path(req);
    bool may_be = may_be_claimed(r, req->host);
    const struct trie_node *plain = may_be ? NULL : map_get(&r->plain, path);
    if (plain != NULL) {
        finder_leaf(f, plain, 0, req->arena);
        return NULL;
    }
    const struct route *fallback = NULL;
    bool claimed = false, walkable = finder_read_path(f, req, path);
    VEC_FOREACH(const struct router_site, s, &r->sites) {
        if (!may_be || !route_site_claims(s->site, req->host)) {
            continue;
        }
        claimed = true;
        fallback = fallback != NULL ? fallback : s->site->fallback;
        if (walkable) {
            finder_walk(f, s->root, 0, 0, req->arena);
        }
    }
    if (!claimed && walkable) {
        finder_walk(f, r->root, 0, 0, req->arena);
    }
    return fallback;
}

const struct route *router_find(const struct router *r, struct http_req *req,
                                const char **ret_allowed)
{
    struct str_list allowed = {0};
    struct finder f;
    f.count = 0;
    f.method = req->method;
    f.call = thrift_call_name(req);
    f.best = SIZE_MAX;
    f.best_taken_count = 0;
    f.allowed = ret_allowed != NULL ? &allowed : NULL;
    const struct route *fallback = finder_search(&f, r, req);
    if (ret_allowed != NULL) {
        *ret_allowed = allowed.count > 0 ? str_list_join(req->arena, &allowed, ", ") : NULL;
    }
    if (f.best == SIZE_MAX) {
        return fallback;
    }
    if (f.best_taken_count > 0) {
        req->captures =
            arena_memdup(req->arena, f.best_taken, f.best_taken_count * sizeof(f.best_taken[0]));
        req->capture_count = f.best_taken_count;
    }
    return r->routes.items[f.best];
}

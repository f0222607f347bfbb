/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_HTTP_ROUTE_PRIV_H
#define MOCK_HTTP_ROUTE_PRIV_H

/* What the router and the search for the nearest route share. */

#include "base/core/map.h"
#include "mock/http/route.h"

struct trie_node;

struct router_site {
    const struct route_site *site;
    struct trie_node *root;
};

struct router {
    struct arena *arena;
    struct trie_node *root;
    struct map plain; /* raw path -> the only node below root that it reaches, by no parameter */
    struct {
        const struct route **items;
        size_t count, capacity;
    } routes; /* in table order */
    struct {
        struct router_site *items;
        size_t count, capacity;
    } sites;
    struct map hosts;      /* of all sites, without those below a name */
    uint64_t host_lengths; /* bit n: one of them is n bytes long, counted modulo 64 */
    struct {
        struct str *items;
        size_t count, capacity;
    } suffixes; /* ".x" for those below x */
};

/* The path of the target, still percent-encoded; of an absolute-form target what follows the
 * authority. */
struct str route_raw_path(const struct http_req *req);
/* The site that a route belongs to, or is the fallback of; NULL = every other host's. */
const struct route_site *route_site_of(const struct router *r, const struct route *route);
/* A segment decoded; as it is when it cannot be. */
struct str route_segment_decode(struct arena *a, struct str raw);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_HTTP_ROUTE_H
#define MOCK_HTTP_ROUTE_H

/* Routes as tables: each API family exports one; the router joins them, and the documentation is
 * generated from them.
 *
 * Patterns are literal but for {name}, which matches one non-empty segment, percent-encoded or not.
 * A pattern ending in "[/]" matches with and without the trailing slash. A trailing '?' with an
 * empty query is the same target (clients of the Go SDK send it). "/path#Name" is that path for a
 * Thrift call of that name (thrift_call.h). The first match in table order wins; two equal patterns
 * for one method are an assertion failure at start. HEAD is served by GET. */

#include "base/core/err.h"
#include "base/wire/journal.h"
#include "mock/http/request.h"

struct scenario_fault;

struct exchange {
    struct http_req *req;
    struct http_reply *reply;
    struct http_notes *notes;
    void *state;                        /* the mock's state; each family knows its type */
    const struct scenario_fault *fault; /* the rule that acts on this request, or NULL */
    bool kept_only; /* look for a kept answer and change nothing; without one, return at once */
};

/* A failure here (-1) is a bug or a lack of resources: answered 500 and counted, never blamed on
 * the client. What the client did wrong is a reply. */
typedef int route_handler(struct exchange *x, struct err *err);

struct route {
    const char *name; /* "oidc.token": what cases and the journal call it */
    const char *method;
    const char *pattern;
    enum route_class class;
    route_handler *handler;
    const char *doc;    /* one sentence */
    const char *source; /* where the behaviour is specified or recorded */
};

struct route_table {
    const char *family; /* "oidc" */
    const struct route *routes;
    size_t count;
};

/* A family that lives at hosts of its own, such as login.microsoftonline.com. A request for one of
 * these hosts is looked up in the sites that claim it and nowhere else. */
struct route_site {
    const struct route_table *table;
    const char *const *hosts;     /* lower case; "*.x" = every name below x; ends with NULL */
    bool any_host;                /* served at hosts that no site claims as well */
    const struct route *fallback; /* for what the table does not know, or NULL */
};
/* The host is lower case, without port. */
bool route_site_claims(const struct route_site *site, struct str host);

struct router;

struct router *router_new(const struct route_table *const *tables, size_t count) NODISCARD;
struct router *router_new_with_sites(const struct route_table *const *tables, size_t count,
                                     const struct route_site *const *sites,
                                     size_t site_count) NODISCARD;
void router_free(struct router *r);
/* The route for the request, its captures filled; NULL when none. ret_allowed (may be NULL) gets
 * the methods known for that path, comma separated in the arena, or NULL. */
const struct route *router_find(const struct router *r, struct http_req *req,
                                const char **ret_allowed);
/* The route belongs to a site: another service than Databricks answers. */
bool router_is_elsewhere(const struct router *r, const struct route *route);
/* The known route nearest to the target, as "GET /path". */
const char *router_nearest(const struct router *r, const struct http_req *req);
/* "/path#Name" in two; false: there is no '#', and the path stays as it is. */
bool route_split_call(struct str pattern, struct str *ret_path, struct str *ret_call);
/* All routes in table order, for documentation. */
const struct route *router_at(const struct router *r, size_t index); /* NULL at the end */

#endif

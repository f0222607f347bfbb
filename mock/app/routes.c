/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/app/routes.h"

#include "base/json/json.h"
#include "mock/app/openapi.h"
#include "mock/apps/apps.h"
#include "mock/azure/azure.h"
#include "mock/cloud_id/cloud_id.h"
#include "mock/http/route.h"
#include "mock/kbase/kbase.h"
#include "mock/oidc/account/account.h"
#include "mock/oidc/oidc.h"
#include "mock/sql/sql.h"
#include "mock/statements/statements.h"
#include "mock/workspace/workspace.h"

static const struct route_table *const families[] = {
    &oidc_routes,       &account_routes, &workspace_routes,
    &statements_routes, &sql_routes,     &azure_workspace_routes,
};

/* Other services, each at hosts of its own. */
static const struct route_site *const sites[] = {
    &oidc_login_site, &entra_site,        &imds_site,       &arm_site, &kbase_site,
    &apps_site,       &github_site,       &devops_site,     &gcp_site, &google_issuer_site,
    &idp_site,        &google_oauth_site, &google_iam_site,
};

/* NULL for the families of Databricks itself. */
static const struct route_site *site_at(size_t index)
{
    return index < ARRAY_LEN(families) ? NULL : sites[index - ARRAY_LEN(families)];
}

static const struct route_table *family_at(size_t index)
{
    return index < ARRAY_LEN(families) ? families[index] : site_at(index)->table;
}

struct router *routes_router_new(void)
{
    return router_new_with_sites(families, ARRAY_LEN(families), sites, ARRAY_LEN(sites));
}

static void write_row(struct buf *out, const struct route *route)
{
    buf_printf(out, "%-7s %-62s %-10s %s\n", route->method, route->pattern,
               route_class_name(route->class), route->name);
}

static void write_hosts(struct buf *out, const struct route_site *site)
{
    if (site == NULL) {
        return;
    }
    buf_add_z(out, "Served at");
    for (const char *const *host = site->hosts; *host != NULL; host++) {
        buf_printf(out, "%s `%s`", host == site->hosts ? "" : ",", *host);
    }
    buf_add_z(out, !site->any_host          ? ".\n\n"
                   : site->hosts[0] == NULL ? " any host.\n\n"
                                            : ", and at any host that no service claims.\n\n");
}

static void write_markdown(struct buf *out, const struct route_table *family,
                           const struct route_site *site)
{
    buf_printf(out, "## %s\n\n", family->family);
    write_hosts(out, site);
    buf_add_z(out, "| Method | Path | Name | Class | What | Source |\n");
    buf_add_z(out, "| --- | --- | --- | --- | --- | --- |\n");
    for (size_t i = 0; i < family->count; i++) {
        const struct route *r = &family->routes[i];
        buf_printf(out, "| %s | `%s` | `%s` | %s | %s | %s |\n", r->method, r->pattern, r->name,
                   route_class_name(r->class), r->doc, r->source);
    }
    buf_add_char(out, '\n');
}

static struct json *route_json(const struct route_table *family, const struct route *r)
{
    struct json *o = json_object();
    json_set_string(o, "family", family->family);
    json_set_string(o, "name", r->name);
    json_set_string(o, "method", r->method);
    json_set_string(o, "path", r->pattern);
    json_set_string(o, "class", route_class_name(r->class));
    json_set_string(o, "doc", r->doc);
    json_set_string(o, "source", r->source);
    return o;
}

void routes_write(struct buf *out, enum routes_format format)
{
    if (format == ROUTES_OPENAPI) {
        AUTO_JSON struct json *document = openapi_make(families, ARRAY_LEN(families));
        json_write_pretty(out, document);
        buf_add_char(out, '\n');
        return;
    }
    AUTO_JSON struct json *list = json_array();
    for (size_t f = 0; f < ARRAY_LEN(families) + ARRAY_LEN(sites); f++) {
        const struct route_table *family = family_at(f);
        if (format == ROUTES_MARKDOWN) {
            write_markdown(out, family, site_at(f));
            continue;
        }
        for (size_t i = 0; i < family->count; i++) {
            if (format == ROUTES_JSON) {
                json_push(list, route_json(family, &family->routes[i]));
            } else {
                write_row(out, &family->routes[i]);
            }
        }
    }
    if (format == ROUTES_JSON) {
        json_write_pretty(out, list);
        buf_add_char(out, '\n');
    }
}

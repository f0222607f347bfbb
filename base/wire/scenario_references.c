/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/map.h"
#include "base/text/suggest.h"
#include "base/wire/scenario_google.h"
#include "base/wire/scenario_priv.h"

/* The rules over the whole scenario: what is named in one part has to be there in another. */

struct names {
    const struct json_doc *doc;
    struct arena *arena;
    struct str_list known;
};

static int name_wanted(struct names *n, const struct json *node, const char *name, const char *what,
                       struct err *err)
{
    if (name == NULL || text_is_one_of(name, n->known.items, n->known.count)) {
        return 0;
    }
    (void)json_err(n->doc, node, err, "there is no %s '%s'", what, name);
    suggest_hint(err, str_of(name), n->known.items, n->known.count);
    return -1;
}

static int list_wanted(struct names *principals, const struct json *node, const char *key,
                       const struct str_list *list, struct err *err)
{
    for (size_t i = 0; i < list->count; i++) {
        if (name_wanted(principals, scenario_element(node, key, i), list->items[i], "principal",
                        err) < 0) {
            return -1;
        }
    }
    return 0;
}

static int once(const struct json_doc *doc, const struct json *node, struct map *seen,
                const char *value, struct err *err)
{
    if (value == NULL || map_put(seen, str_of(value), seen) == NULL) {
        return 0;
    }
    return json_err(doc, node, err, "this was given before, and it has to be unique");
}

static int tenants_check(struct names *tenants, const struct json *node, const struct scenario *s,
                         struct err *err)
{
    AUTO_MAP struct map ids = {0};
    const struct json *services = scenario_member(node, "services");
    for (size_t i = 0; i < s->services.tenants.count; i++) {
        const struct scenario_tenant *t =
            SHAPE_LIST_AT(struct scenario_tenant, s->services.tenants, i);
        const struct json *at = scenario_element(services, "tenants", i);
        if (once(tenants->doc, at, &ids, t->tenant_id, err) < 0 ||
            once(tenants->doc, at, &ids, t->domain, err) < 0) {
            return -1;
        }
        *VEC_PUSH(tenants->arena, &tenants->known) = t->tenant_id;
    }
    for (size_t i = 0; i < s->workspaces.count; i++) {
        const struct scenario_workspace *w =
            SHAPE_LIST_AT(struct scenario_workspace, s->workspaces, i);
        const struct json *at = scenario_element(node, "workspaces", i);
        if (name_wanted(tenants, scenario_member(at, "tenant_id"), w->tenant_id, "tenant", err) <
            0) {
            return -1;
        }
    }
    return 0;
}

static int entra_apps_check(struct names *tenants, struct names *principals,
                            const struct json *node, const struct scenario *s, struct err *err)
{
    AUTO_MAP struct map names = {0}, ids = {0};
    const struct json *services = scenario_member(node, "services");
    for (size_t i = 0; i < s->services.entra_apps.count; i++) {
        const struct scenario_entra_app *a =
            SHAPE_LIST_AT(struct scenario_entra_app, s->services.entra_apps, i);
        const struct json *at = scenario_element(services, "entra_apps", i);
        if (tenants->known.count == 0) {
            return scenario_complain(tenants->doc, at, err, "there is no tenant it could be in",
                                     "add tenants: [{tenant_id: UUID}] to services");
        }
        if (once(tenants->doc, scenario_member(at, "name"), &names, a->name, err) < 0 ||
            once(tenants->doc, scenario_member(at, "client_id"), &ids, a->client_id, err) < 0 ||
            name_wanted(tenants, scenario_member(at, "tenant_id"), a->tenant_id, "tenant", err) <
                0 ||
            name_wanted(principals, scenario_member(at, "principal"), a->principal, "principal",
                        err) < 0) {
            return -1;
        }
    }
    return 0;
}

static int apps_check(struct names *principals, struct names *hosts, const struct json *node,
                      const struct scenario *s, struct err *err)
{
    AUTO_MAP struct map names = {0};
    const struct json *services = scenario_member(node, "services");
    for (size_t i = 0; i < s->services.apps.count; i++) {
        const struct scenario_app *a = SHAPE_LIST_AT(struct scenario_app, s->services.apps, i);
        const struct json *at = scenario_element(services, "apps", i);
        if (once(hosts->doc, scenario_member(at, "name"), &names, a->name, err) < 0 ||
            name_wanted(hosts, scenario_member(at, "host"), a->host, "workspace", err) < 0) {
            return -1;
        }
        if (list_wanted(principals, at, "can_use", &a->can_use, err) < 0) {
            return -1;
        }
    }
    return 0;
}

static int unique_check(const struct json_doc *doc, const struct json *node,
                        const struct scenario *s, struct err *err)
{
    AUTO_MAP struct map users = {0}, issuers = {0};
    const struct json *services = scenario_member(node, "services");
    for (size_t i = 0; i < s->services.kbase_users.count; i++) {
        const struct scenario_kbase_user *u =
            SHAPE_LIST_AT(struct scenario_kbase_user, s->services.kbase_users, i);
        const struct json *at = scenario_element(services, "kbase_users", i);
        if (once(doc, scenario_member(at, "user"), &users, u->user, err) < 0 ||
            once(doc, scenario_member(at, "token"), &users, u->token, err) < 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < s->services.issuers.count; i++) {
        const struct scenario_issuer *u =
            SHAPE_LIST_AT(struct scenario_issuer, s->services.issuers, i);
        const struct json *at = scenario_element(services, "issuers", i);
        if (once(doc, scenario_member(at, "name"), &issuers, u->name, err) < 0) {
            return -1;
        }
    }
    return 0;
}

static int doors_check(struct names *principals, const struct json *node, const struct scenario *s,
                       struct err *err)
{
    for (size_t i = 0; i < s->workspaces.count; i++) {
        const struct scenario_door *d =
            &SHAPE_LIST_AT(struct scenario_workspace, s->workspaces, i)->door;
        const struct json *at = scenario_member(scenario_element(node, "workspaces", i), "door");
        if (list_wanted(principals, at, "assigned", &d->assigned, err) < 0 ||
            list_wanted(principals, at, "admins", &d->admins, err) < 0) {
            return -1;
        }
    }
    return 0;
}

static int pat_hosts_check(struct names *hosts, const struct json *node, const struct scenario *s,
                           struct err *err)
{
    for (size_t i = 0; i < s->principals.count; i++) {
        const struct json *at = scenario_element(node, "principals", i);
        if (name_wanted(hosts, scenario_member(at, "pat_host"),
                        SHAPE_LIST_AT(struct scenario_principal, s->principals, i)->pat_host,
                        "workspace", err) < 0) {
            return -1;
        }
    }
    return 0;
}

static int secrets_check(const struct json_doc *doc, const struct json *node,
                         const struct scenario *s, struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    for (size_t i = 0; i < s->workspaces.count; i++) {
        AUTO_MAP struct map seen = {0};
        const struct scenario_workspace *w =
            SHAPE_LIST_AT(struct scenario_workspace, s->workspaces, i);
        const struct json *at = scenario_element(node, "workspaces", i);
        for (size_t k = 0; k < w->secrets.count; k++) {
            const struct scenario_secret *e = SHAPE_LIST_AT(struct scenario_secret, w->secrets, k);
            /* Scope and key are any text: the length keeps "a", "b/c" from "a/b", "c". */
            const char *name = arena_printf(a, "%zu/%s/%s", strlen(e->scope), e->scope, e->key);
            if (once(doc, scenario_element(at, "secrets", k), &seen, name, err) < 0) {
                return -1;
            }
        }
    }
    return 0;
}

int scenario_references_validate(const struct json_doc *doc, const struct json *node,
                                 const struct scenario *s, struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct names tenants = {doc, a, {0}}, principals = {doc, a, {0}}, hosts = {doc, a, {0}};
    for (size_t i = 0; i < s->principals.count; i++) {
        *VEC_PUSH(a, &principals.known) =
            SHAPE_LIST_AT(struct scenario_principal, s->principals, i)->name;
    }
    for (size_t i = 0; i < s->workspaces.count; i++) {
        *VEC_PUSH(a, &hosts.known) =
            SHAPE_LIST_AT(struct scenario_workspace, s->workspaces, i)->host;
    }
    if (doors_check(&principals, node, s, err) < 0 || pat_hosts_check(&hosts, node, s, err) < 0 ||
        tenants_check(&tenants, node, s, err) < 0 ||
        entra_apps_check(&tenants, &principals, node, s, err) < 0 ||
        apps_check(&principals, &hosts, node, s, err) < 0 ||
        scenario_google_check(doc, node, s, &principals.known, err) < 0) {
        return -1;
    }
    return secrets_check(doc, node, s, err) < 0 ? -1 : unique_check(doc, node, s, err);
}

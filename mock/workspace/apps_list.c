/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/access/api.h"
#include "mock/state/mock_state.h"
#include "mock/state/service_store.h"
#include "mock/state/workspace_store.h"
#include "mock/workspace/handlers_priv.h"

/* databricks-sdk-py service/apps.py: where the scenario's apps are. What an app itself answers is
 * in mock/apps. All of them fit on a page. */

static bool is_here(const struct access *a, const struct app_site *site)
{
    return strcmp(site->workspace->workspace_id, a->workspace->workspace_id) == 0;
}

static struct json *status(const char *state)
{
    return json_set_string(json_object(), "state", state);
}

static struct json *description(struct exchange *x, const struct app_site *site)
{
    struct json *o = json_object();
    json_set_string(o, "name", site->spec.name);
    json_set_string(o, "url", arena_printf(x->req->arena, "https://%s", site->host));
    json_set(o, "app_status", status("RUNNING"));
    json_set(o, "compute_status", status("ACTIVE"));
    return o;
}

int apps_list(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    if (!api_enter(x, API_APPS, &a)) {
        return 0;
    }
    struct json *o = json_object(), *list = json_array();
    VEC_FOREACH(const struct app_site, site, &a.state->services->apps) {
        if (is_here(&a, site)) {
            json_push(list, description(x, site));
        }
    }
    json_set(o, "apps", list);
    return api_reply(x, &a, o);
}

int app_get(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    if (!api_enter(x, API_APPS, &a)) {
        return 0;
    }
    struct str name = x->req->captures[0];
    VEC_FOREACH(const struct app_site, site, &a.state->services->apps) {
        if (is_here(&a, site) && str_eq_z(name, site->spec.name)) {
            return api_reply(x, &a, description(x, site));
        }
    }
    struct str shown = str_slice(name, 0, 128);
    return api_refuse(x, &a, 404, "RESOURCE_DOES_NOT_EXIST",
                      "App with name %.*s does not exist or is deleted.", STR_ARG(shown));
}

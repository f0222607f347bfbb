/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/account/account_priv.h"
#include "mock/state/app_store.h"
#include "mock/state/mock_state.h"
#include "mock/state/oidc_state.h"

/* published-apps: what Databricks and its partners publish, here the built-in applications;
 * published-app-integrations: those that the account has switched on, which at first are all. */

static struct json *strings_json(const struct str_list *list)
{
    struct json *o = json_array();
    VEC_FOREACH(const char *, item, list) {
        json_push(o, json_string(*item));
    }
    return o;
}

/* As recorded in dbt-databricks#582. */
static struct json *published_json(const struct oauth_app *app)
{
    struct json *o = json_object();
    json_set_string(o, "app_id", app->integration_id);
    json_set_string(o, "client_id", app->client_id);
    json_set_string(o, "name", app->name);
    json_set_bool(o, "is_confidential_client", false);
    json_set(o, "redirect_urls", strings_json(&app->redirect_urls));
    json_set(o, "scopes", strings_json(&app->scopes));
    return o;
}

static struct json *integration_json(const struct oauth_app *app)
{
    struct json *o = json_object();
    json_set_string(o, "app_id", app->integration_id);
    json_set_string(o, "integration_id", app->integration_id);
    json_set_string(o, "name", app->name);
    json_set(o, "token_access_policy", token_policy_json(&app->policy));
    account_set_time(o, "create_time", app->created_ms);
    return o;
}

static int list(struct exchange *x, bool integrations)
{
    struct account_call c;
    struct account_page page;
    const struct oauth_app *app;
    if (!account_enter(x, &c) || !account_page_take(&c, &page)) {
        return 0;
    }
    struct json *found = json_array();
    size_t seen = 0;
    for (size_t i = 0; (app = app_store_at(c.state->oidc->apps, i)) != NULL; i++) {
        if (!app->built_in || (integrations && !app->published)) {
            continue;
        }
        if (seen >= page.from && seen < page.from + page.size) {
            json_push(found, integrations ? integration_json(app) : published_json(app));
        }
        seen++;
    }
    account_page_reply(&c, &page, "apps", found, seen > page.from + page.size);
    return 0;
}

int published_app_list(struct exchange *x, struct err *err UNUSED)
{
    return list(x, false);
}

int published_integration_list(struct exchange *x, struct err *err UNUSED)
{
    return list(x, true);
}

/* NULL: answered. */
static struct oauth_app *app_wanted(struct account_call *c, struct str id, bool published)
{
    struct oauth_app *app = app_store_integration(c->state->oidc->apps, id);
    if (app == NULL || !app->built_in || app->published != published) {
        bool taken = app != NULL && app->built_in && !published;
        account_refuse(c, taken ? "bad-request" : "resource-does-not-exist",
                       taken ? "The published app integration exists already"
                             : "Published app integration does not exist");
        return NULL;
    }
    return app;
}

/* The token policy of the body; false: answered. */
static bool policy_change(struct account_call *c, const struct json *body, struct oauth_app *app)
{
    struct scenario_token_policy policy = {0};
    bool given;
    if (!token_policy_take(c, body, &policy, &given)) {
        return false;
    }
    if (given) {
        app->policy = policy;
    }
    return true;
}

int published_integration_create(struct exchange *x, struct err *err UNUSED)
{
    struct account_call c;
    AUTO_JSON_DOC struct json_doc doc = {0};
    if (!account_enter(x, &c) || !account_body(&c, &doc)) {
        return 0;
    }
    struct oauth_app *app = app_wanted(&c, str_of(json_get_string(doc.root, "app_id", "")), false);
    if (app == NULL || !policy_change(&c, doc.root, app)) {
        return 0;
    }
    app->published = true;
    app->created_ms = mock_state_now_ms(c.state);
    account_reply(&c, json_set_string(json_object(), "integration_id", app->integration_id));
    return 0;
}

int published_integration_get(struct exchange *x, struct err *err UNUSED)
{
    struct account_call c;
    const struct oauth_app *app =
        account_enter(x, &c) ? app_wanted(&c, x->req->captures[1], true) : NULL;
    if (app != NULL) {
        account_reply(&c, integration_json(app));
    }
    return 0;
}

int published_integration_change(struct exchange *x, struct err *err UNUSED)
{
    struct account_call c;
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct oauth_app *app = account_enter(x, &c) ? app_wanted(&c, x->req->captures[1], true) : NULL;
    if (app != NULL && account_body(&c, &doc) && policy_change(&c, doc.root, app)) {
        account_reply(&c, json_object());
    }
    return 0;
}

int published_integration_delete(struct exchange *x, struct err *err UNUSED)
{
    struct account_call c;
    struct oauth_app *app = account_enter(x, &c) ? app_wanted(&c, x->req->captures[1], true) : NULL;
    if (app != NULL) {
        app->published = false;
        account_reply(&c, json_object());
    }
    return 0;
}

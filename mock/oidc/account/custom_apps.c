/* SPDX-License-Identifier: Apache-2.0 */
#include "base/secret/secret.h"
#include "base/wire/scenario.h"
#include "mock/oidc/account/account_priv.h"
#include "mock/state/app_store.h"
#include "mock/state/mock_state.h"
#include "mock/state/oidc_state.h"
#include "mock/state/principal_store.h"

/* custom-app-integrations: applications that the account registers. */

enum { MS_PER_MINUTE = 60 * 1000, MINUTES_MAX = 10 * 366 * 24 * 60 };

struct policy_member {
    const char *key;
    size_t offset;
};
static const struct policy_member minutes[] = {
    {"access_token_ttl_in_minutes", offsetof(struct scenario_token_policy, access_token_ms)},
    {"refresh_token_ttl_in_minutes", offsetof(struct scenario_token_policy, refresh_token_ms)},
    {"absolute_session_lifetime_in_minutes",
     offsetof(struct scenario_token_policy, absolute_session_ms)},
};

static int64_t *policy_ms(struct scenario_token_policy *policy, size_t i)
{
    return (int64_t *)(void *)((char *)policy + minutes[i].offset);
}

bool token_policy_take(struct account_call *c, const struct json *body,
                       struct scenario_token_policy *policy, bool *ret_given)
{
    const struct json *from = json_get(body, "token_access_policy");
    *ret_given = from != NULL;
    for (size_t i = 0; i < ARRAY_LEN(minutes); i++) {
        const struct json *value = json_get(from, minutes[i].key);
        int64_t number = json_int_or(value, -1);
        if (value == NULL) {
            continue;
        }
        if (number < 1 || number > MINUTES_MAX) {
            account_refuse(c, "invalid-parameter",
                           arena_printf(c->x->req->arena, "%s is invalid", minutes[i].key));
            return false;
        }
        *policy_ms(policy, i) = number * MS_PER_MINUTE;
    }
    policy->single_use_refresh_tokens =
        json_get_bool(from, "enable_single_use_refresh_tokens", false);
    return true;
}

struct json *token_policy_json(const struct scenario_token_policy *policy)
{
    struct scenario_token_policy copy = *policy;
    struct json *o = json_object();
    for (size_t i = 0; i < ARRAY_LEN(minutes); i++) {
        if (*policy_ms(&copy, i) > 0) {
            json_set_int(o, minutes[i].key, *policy_ms(&copy, i) / MS_PER_MINUTE);
        }
    }
    json_set_bool(o, "enable_single_use_refresh_tokens", policy->single_use_refresh_tokens);
    return o;
}

static struct json *strings_json(const struct str_list *list)
{
    struct json *o = json_array();
    VEC_FOREACH(const char *, item, list) {
        json_push(o, json_string(*item));
    }
    return o;
}

/* Never the secret. */
static struct json *app_json(const struct oauth_app *app)
{
    struct json *o = json_object();
    json_set_string(o, "integration_id", app->integration_id);
    json_set_string(o, "client_id", app->client_id);
    json_set_string(o, "name", app->name);
    json_set_bool(o, "confidential", app->client_secret != NULL);
    json_set(o, "redirect_urls", strings_json(&app->redirect_urls));
    json_set(o, "scopes", strings_json(&app->scopes));
    json_set(o, "token_access_policy", token_policy_json(&app->policy));
    account_set_time(o, "create_time", app->created_ms);
    return o;
}

/* What would be reflected into a Location header is looked at here. */
static bool urls_are_right(struct account_call *c, const struct str_list *urls)
{
    VEC_FOREACH(const char *, url, urls) {
        if (!text_is_redirect_url(*url)) {
            account_refuse(c, "invalid-parameter", "redirect_urls has what is no redirect URL");
            return false;
        }
    }
    return true;
}

static bool scopes_are_right(struct account_call *c, const struct str_list *scopes)
{
    VEC_FOREACH(const char *, scope, scopes) {
        if (!text_is_scope(*scope)) {
            account_refuse(c, "invalid-parameter", "scopes has what is no scope");
            return false;
        }
    }
    return true;
}

/* The lists that create and change have in common; false: answered. */
static bool lists_take(struct account_call *c, const struct json *body,
                       const struct str_list **ret_urls, const struct str_list **ret_scopes)
{
    return account_strings(c, body, "redirect_urls", ret_urls) &&
           account_strings(c, body, "scopes", ret_scopes) &&
           (*ret_urls == NULL || urls_are_right(c, *ret_urls)) &&
           (*ret_scopes == NULL || scopes_are_right(c, *ret_scopes));
}

int custom_app_create(struct exchange *x, struct err *err UNUSED)
{
    struct account_call c;
    AUTO_JSON_DOC struct json_doc doc = {0};
    const struct str_list none = {0}, *urls = &none, *scopes = &none;
    struct scenario_oauth_app app = {0};
    struct err why = {0};
    bool given;
    if (!account_enter(x, &c) || !account_body(&c, &doc) ||
        !lists_take(&c, doc.root, &urls, &scopes) ||
        !token_policy_take(&c, doc.root, &app.policy, &given)) {
        return 0;
    }
    app.name = json_get_string(doc.root, "name", "");
    app.confidential = json_get_bool(doc.root, "confidential", false);
    app.redirect_urls = *urls;
    app.scopes = *scopes;
    if (app.name[0] == '\0') {
        account_refuse(&c, "invalid-parameter", "name is missing");
        return 0;
    }
    struct oauth_app *made = oidc_app_add(c.state, &app, &why);
    if (made == NULL) {
        account_refuse(&c, "bad-request", why.msg);
        return 0;
    }
    struct json *o = json_object();
    json_set_string(o, "integration_id", made->integration_id);
    json_set_string(o, "client_id", made->client_id);
    if (made->client_secret != NULL) {
        json_set_string(o, "client_secret", secret_reveal(made->client_secret).ptr);
    }
    account_reply(&c, o);
    return 0;
}

int custom_app_list(struct exchange *x, struct err *err UNUSED)
{
    struct account_call c;
    struct account_page page;
    const struct oauth_app *app;
    if (!account_enter(x, &c) || !account_page_take(&c, &page)) {
        return 0;
    }
    struct json *list = json_array();
    size_t seen = 0;
    for (size_t i = 0; (app = app_store_at(c.state->oidc->apps, i)) != NULL; i++) {
        if (app->built_in) {
            continue;
        }
        if (seen >= page.from && seen < page.from + page.size) {
            json_push(list, app_json(app));
        }
        seen++;
    }
    account_page_reply(&c, &page, "apps", list, seen > page.from + page.size);
    return 0;
}

/* NULL: answered. */
static struct oauth_app *app_named(struct account_call *c)
{
    struct oauth_app *app = app_store_integration(c->state->oidc->apps, c->x->req->captures[1]);
    if (app == NULL || app->built_in) {
        account_refuse(c, "resource-does-not-exist", "OAuth app integration does not exist");
        return NULL;
    }
    return app;
}

int custom_app_get(struct exchange *x, struct err *err UNUSED)
{
    struct account_call c;
    const struct oauth_app *app = account_enter(x, &c) ? app_named(&c) : NULL;
    if (app != NULL) {
        account_reply(&c, app_json(app));
    }
    return 0;
}

/* Lists that are given replace the old ones whole. */
int custom_app_change(struct exchange *x, struct err *err UNUSED)
{
    struct account_call c;
    AUTO_JSON_DOC struct json_doc doc = {0};
    const struct str_list *urls = NULL, *scopes = NULL;
    bool given;
    struct oauth_app *app = account_enter(x, &c) ? app_named(&c) : NULL;
    if (app == NULL || !account_body(&c, &doc)) {
        return 0;
    }
    struct scenario_token_policy policy = {0};
    if (!lists_take(&c, doc.root, &urls, &scopes) ||
        !token_policy_take(&c, doc.root, &policy, &given)) {
        return 0;
    }
    oauth_app_change(app, urls, scopes, given ? &policy : NULL);
    account_reply(&c, json_object());
    return 0;
}

int custom_app_delete(struct exchange *x, struct err *err UNUSED)
{
    struct account_call c;
    struct oauth_app *app = account_enter(x, &c) ? app_named(&c) : NULL;
    if (app != NULL) {
        app_store_remove(c.state->oidc->apps, app);
        account_reply(&c, json_object());
    }
    return 0;
}

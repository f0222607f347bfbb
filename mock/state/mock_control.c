/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/mock_state.h"

#include "base/core/xalloc.h"
#include "base/crypto/jwt.h"
#include "base/text/suggest.h"
#include "mock/state/app_store.h"
#include "mock/state/credential_store.h"
#include "mock/state/entra_token.h"
#include "mock/state/key_ring.h"
#include "mock/state/oidc_state.h"
#include "mock/state/principal_store.h"
#include "mock/state/service_store.h"
#include "mock/state/token_mint.h"
#include "mock/state/workspace_store.h"

#include <stdlib.h>

/* What the control interface asks of the state (base/wire/control.h). */

enum { CANARY_NAME_MAX = 64, CANARY_MIN_BYTES = 8 };

static struct json *workspace_json(const struct workspace *w)
{
    struct json *o = json_object();
    json_set_string(o, "host", w->host);
    json_set_string(o, "workspace_id", w->workspace_id);
    json_set_string(o, "account_id", w->account_id);
    json_set_string(o, "warehouse_id", w->warehouse_id);
    json_set_string(o, "tenant_id", w->tenant_id[0] != '\0' ? w->tenant_id : NULL);
    json_set_string(o, "resource_id", w->resource_id[0] != '\0' ? w->resource_id : NULL);
    struct json *tables = json_array();
    for (size_t i = 0; i < w->table_count; i++) {
        struct json *t = json_object();
        json_set_string(t, "full_name", w->tables[i].full_name);
        json_set_string(t, "table_id", w->tables[i].table_id);
        json_push(tables, t);
    }
    json_set(o, "tables", tables);
    return o;
}

static void set_canary_value(struct json *o, const char *key, const struct mock_state *s,
                             const char *name)
{
    const struct canary *c = name != NULL ? secret_set_named(s->canaries, name) : NULL;
    json_set_string(o, key, c != NULL ? secret_reveal(c->value).ptr : NULL);
}

static struct json *principal_json(const struct mock_state *s, const struct principal *p)
{
    bool service = p->kind == PRINCIPAL_SERVICE;
    struct json *o = json_object();
    json_set_string(o, "name", p->name);
    json_set_string(o, "kind", service ? "service-principal" : "user");
    json_set_string(o, "client_id", service ? p->client_id : NULL);
    set_canary_value(o, "client_secret", s, p->client_secret_name);
    set_canary_value(o, "pat", s, p->pat_name);
    return o;
}

static struct json *app_json(const struct oauth_app *app)
{
    struct json *o = json_object(), *urls = json_array();
    VEC_FOREACH(const char *, url, &app->redirect_urls) {
        json_push(urls, json_string(*url));
    }
    json_set_string(o, "name", app->name);
    json_set_string(o, "client_id", app->client_id);
    json_set_string(o, "client_secret",
                    app->client_secret != NULL ? secret_reveal(app->client_secret).ptr : NULL);
    json_set(o, "redirect_urls", urls);
    return o;
}

struct json *mock_state_credentials(const struct mock_state *s)
{
    struct json *workspaces = json_array(), *principals = json_array();
    const struct workspace *w;
    for (size_t i = 0; (w = workspace_store_at(s->workspaces, i)) != NULL; i++) {
        json_push(workspaces, workspace_json(w));
    }
    const struct principal *p;
    for (size_t i = 0; (p = principal_store_at(s->principals, i)) != NULL; i++) {
        json_push(principals, principal_json(s, p));
    }
    struct json *o = json_object();
    json_set(o, "workspaces", workspaces);
    json_set(o, "principals", principals);
    struct json *apps = json_array();
    const struct oauth_app *app;
    for (size_t i = 0; (app = app_store_at(s->oidc->apps, i)) != NULL; i++) {
        json_push(apps, app_json(app));
    }
    json_set(o, "oauth_apps", apps);
    json_set(o, "services", service_store_credentials(s->services));
    return o;
}

struct json *mock_state_canaries(const struct mock_state *s, struct err *err)
{
    if (s->unlisted > 0) {
        (void)err_set(err, ERR_LIMIT, "the values of %zu access tokens were not kept", s->unlisted);
        err_hint(err, "begin anew with PUT /scenario");
        return NULL;
    }
    struct json *list = json_array();
    for (size_t i = 0; i < secret_set_count(s->canaries); i++) {
        const struct canary *c = secret_set_at(s->canaries, i);
        struct str value = secret_reveal(c->value);
        struct json *o = json_object();
        json_set_string(o, "name", c->name);
        json_set_string(o, "kind", secret_kind_name(c->kind));
        json_set(o, "value", json_string_n(value.ptr, value.len));
        json_push(list, o);
    }
    return list;
}

static struct principal *principal_wanted(const struct mock_state *s, const char *name,
                                          struct err *err)
{
    struct principal *p = principal_store_named(s->principals, str_of(name));
    if (p != NULL) {
        return p;
    }
    struct arena *a = arena_new();
    struct str_list known = {0};
    const struct principal *at;
    for (size_t i = 0; (at = principal_store_at(s->principals, i)) != NULL; i++) {
        *VEC_PUSH(a, &known) = at->name;
    }
    (void)err_set(err, ERR_NOT_FOUND, "no principal is called '%s'", name);
    suggest_hint(err, str_of(name), known.items, known.count);
    arena_free(a);
    return NULL;
}

static int canary_name_check(const struct mock_state *s, const char *name, struct err *err)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    size_t len = strlen(name);
    if (len == 0 || len > CANARY_NAME_MAX || name[strspn(name, allowed)] != '\0') {
        (void)err_set(err, ERR_INVALID, "this cannot be a canary's name");
        err_hint(err, "use at most %d of a-z, 0-9 and '_'", CANARY_NAME_MAX);
        return -1;
    }
    if (secret_set_named(s->canaries, name) != NULL ||
        credential_store_named(s->credentials, str_of(name)) != NULL) {
        (void)err_set(err, ERR_INVALID, "there is a canary called '%s' already", name);
        err_hint(err, "choose another name");
        return -1;
    }
    return 0;
}

static int kind_wanted(const char *name, const char *const *known, size_t count, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(name, known[i]) == 0) {
            return secret_kind_of(name);
        }
    }
    (void)err_set(err, ERR_INVALID, "unknown kind '%s'", name);
    suggest_hint(err, str_of(name), known, count);
    return -1;
}

static const char *const minted_kinds[] = {"access-token", "refresh-token", "pat"};

static int64_t lifetime_of(const struct mock_mint *m, enum secret_kind kind,
                           const struct principal *p)
{
    if (m->lifetime_ms != 0) {
        return m->lifetime_ms;
    }
    if (kind == SECRET_PAT) {
        return CREDENTIAL_NEVER_EXPIRES;
    }
    return kind == SECRET_ACCESS_TOKEN ? p->access_token_lifetime_ms : p->refresh_token_lifetime_ms;
}

static const struct workspace *workspace_wanted(const struct mock_state *s, const char *host,
                                                struct err *err)
{
    const struct workspace *w = host != NULL ? workspace_store_find(s->workspaces, str_of(host))
                                             : workspace_store_at(s->workspaces, 0);
    if (w == NULL) {
        (void)err_set(err, ERR_NOT_FOUND, "there is no workspace at '%s'",
                      host != NULL ? host : "");
        err_hint(err, "load a scenario that has it");
    }
    return w;
}

static const char *issuer_of(struct arena *a, const struct mock_mint *m, const struct workspace *w)
{
    if (m->issuer != NULL) {
        return m->issuer;
    }
    const char *host = m->host != NULL ? m->host : w->host;
    host = strcmp(host, "*") == 0 ? "localhost" : host;
    return m->account ? arena_printf(a, "https://%s/oidc/accounts/%s", host, w->account_id)
                      : arena_printf(a, "https://%s/oidc", host);
}

#define TAMPER_NAME(id, text) text,
static const char *const tamper_names[] = {TOKEN_TAMPER_TABLE(TAMPER_NAME)};
static const char *const format_names[] = {"RS256", "ES256", "opaque"};

static int name_wanted(const char *what, const char *name, const char *const *known, size_t count,
                       size_t *ret_index, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(name, known[i]) == 0) {
            *ret_index = i;
            return 0;
        }
    }
    (void)err_set(err, ERR_INVALID, "unknown %s '%s'", what, name);
    suggest_hint(err, str_of(name), known, count);
    return -1;
}

static bool has_form(const struct mock_mint *m)
{
    return m->claims != NULL || m->tamper != NULL || m->format != NULL;
}

static int form_take(const struct mock_mint *m, int kind, struct token_form *ret, struct err *err)
{
    size_t tamper = 0, format = 0;
    if (kind != SECRET_ACCESS_TOKEN && has_form(m)) {
        return err_set(err, ERR_INVALID, "only access tokens have claims, tamper and format");
    }
    if ((m->claims != NULL && json_type(m->claims) != JSON_OBJECT)) {
        return err_set(err, ERR_INVALID, "claims is an object");
    }
    if ((m->tamper != NULL && name_wanted("tamper", m->tamper, tamper_names,
                                          ARRAY_LEN(tamper_names), &tamper, err) < 0) ||
        (m->format != NULL && name_wanted("format", m->format, format_names,
                                          ARRAY_LEN(format_names), &format, err) < 0)) {
        return -1;
    }
    *ret = (struct token_form){
        .format = m->format, .claims = m->claims, .tamper = (enum token_tamper)tamper};
    return 0;
}

/* As if the user had signed in to the application, which then calls on behalf of it. */
static int entra_mint(struct mock_state *s, const struct mock_mint *request,
                      const struct principal *user, const struct credential **ret_credential,
                      struct str *ret_value, struct err *err)
{
    const struct entra_app *app = NULL;
    VEC_FOREACH(const struct entra_app, each, &s->services->entra_apps) {
        app = strcmp(each->spec.name, request->entra_app) == 0 ? each : app;
    }
    if (app == NULL || user->kind != PRINCIPAL_USER || strcmp(request->kind, "access-token") != 0) {
        return err_set(err, ERR_INVALID,
                       "entra_app is the name of an application, for an access token of a user");
    }
    const struct entra_request r = {.app = app,
                                    .user = user,
                                    .resource = {ENTRA_RES_APP, app->spec.client_id},
                                    .scope = "user_impersonation",
                                    .cloud = entra_cloud_of(STR(""))};
    return entra_token_mint(s, &r, ret_credential, ret_value, err);
}

int mock_state_mint(struct mock_state *s, const struct mock_mint *request,
                    const struct credential **ret_credential, struct str *ret_value,
                    struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    int kind = kind_wanted(request->kind, minted_kinds, ARRAY_LEN(minted_kinds), err);
    if (kind < 0 || (request->name != NULL && canary_name_check(s, request->name, err) < 0)) {
        return -1;
    }
    const struct principal *p = principal_wanted(s, request->principal, err);
    const struct workspace *w = p != NULL ? workspace_wanted(s, request->host, err) : NULL;
    if (p == NULL || w == NULL) {
        return -1;
    }
    if (request->entra_app != NULL) {
        return entra_mint(s, request, p, ret_credential, ret_value, err);
    }
    bool pat = kind == SECRET_PAT;
    struct token_form form;
    if (form_take(request, kind, &form, err) < 0) {
        return -1;
    }
    const struct str_list *scopes = request->scopes.count > 0 ? &request->scopes : &p->scopes;
    struct token_request r = {
        .kind = (enum secret_kind)kind,
        .principal = p,
        .client_id = pat                          ? ""
                     : request->client_id != NULL ? request->client_id
                     : p->client_id[0] != '\0'    ? p->client_id
                                                  : "databricks-cli",
        .audience = pat                ? ""
                    : request->account ? w->account_id
                                       : w->workspace_id,
        .issuer = issuer_of(a, request, w),
        .scope = pat ? "" : str_list_join(a, scopes, " "),
        .lifetime_ms = lifetime_of(request, (enum secret_kind)kind, p),
        .family = kind == SECRET_REFRESH_TOKEN ? token_family_new(s) : 0,
        .name = request->name,
        .form = has_form(request) ? &form : NULL,
    };
    struct credential *made;
    if (token_mint(s, &r, &made, ret_value, err) < 0) {
        return -1;
    }
    *ret_credential = made;
    return 0;
}

static int revoke_named(struct mock_state *s, const char *name, int64_t *ret_count, struct err *err)
{
    struct credential *c = credential_store_named(s->credentials, str_of(name));
    if (c == NULL) {
        (void)err_set(err, ERR_NOT_FOUND, "no credential is called '%s'", name);
        err_hint(err, "GET /canaries lists them");
        return -1;
    }
    *ret_count = c->revoked ? 0 : 1;
    c->revoked = true;
    return 0;
}

int mock_state_revoke(struct mock_state *s, const char *name, const char *principal,
                      const char *kind, int64_t *ret_count, struct err *err)
{
    if ((name != NULL) == (principal != NULL) || (name != NULL && kind != NULL)) {
        (void)err_set(err, ERR_INVALID, "say either 'name' or 'principal' (with 'kind')");
        return -1;
    }
    if (name != NULL) {
        return revoke_named(s, name, ret_count, err);
    }
    int of_kind = -1;
    if (kind != NULL) {
        of_kind = kind_wanted(kind, minted_kinds, ARRAY_LEN(minted_kinds), err);
        if (of_kind < 0) {
            return -1;
        }
    }
    const struct principal *p = principal_wanted(s, principal, err);
    if (p == NULL) {
        return -1;
    }
    *ret_count = credential_store_revoke_of(s->credentials, p, of_kind);
    return 0;
}

int mock_state_canary_add(struct mock_state *s, const char *name, const char *kind,
                          struct str value, struct err *err)
{
    int of_kind = secret_kind_of(kind);
    if (of_kind < 0) {
        return err_set(err, ERR_INVALID, "unknown kind of secret '%s'", kind);
    }
    if (value.len < CANARY_MIN_BYTES) {
        return err_set(err, ERR_INVALID, "a canary has at least %d characters", CANARY_MIN_BYTES);
    }
    if (canary_name_check(s, name, err) < 0) {
        return -1;
    }
    (void)secret_set_add(s->canaries, name, (enum secret_kind)of_kind, value);
    return 0;
}

/* What a retired key signed cannot be verified any more, and so is dead. */
static int64_t revoke_signed_by(struct mock_state *s, const char *kid)
{
    struct credential *c;
    int64_t revoked = 0;
    for (size_t pos = 0; (c = credential_store_next(s->credentials, &pos)) != NULL;) {
        const struct canary *canary = secret_set_named(s->canaries, c->name);
        AUTO_JWT struct jwt jwt = {0};
        struct err ignored = {0};
        if (c->kind != SECRET_ACCESS_TOKEN || c->revoked || canary == NULL ||
            jwt_parse(secret_reveal(canary->value), &jwt, &ignored) < 0) {
            continue;
        }
        if (strcmp(json_get_string(jwt.header, "kid", ""), kid) == 0) {
            c->revoked = true;
            revoked++;
        }
    }
    return revoked;
}

int mock_state_key_retire(struct mock_state *s, const char *kid, int64_t *ret_revoked,
                          struct err *err)
{
    if (key_ring_retire(s->keys, kid, err) < 0) {
        return -1;
    }
    *ret_revoked = revoke_signed_by(s, kid);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/service_store.h"

#include "base/core/map.h"
#include "base/core/xalloc.h"
#include "base/crypto/key.h"
#include "base/secret/secret.h"
#include "mock/state/google_token.h"
#include "mock/state/kbase_store.h"
#include "mock/state/mock_state.h"
#include "mock/state/principal_store.h"
#include "mock/state/service_key.h"
#include "mock/state/workspace_store.h"

#include <stdlib.h>

enum { MINTED_MAX = 200 * 1000, ENTRA_SECRET_BYTES = 25, REQUEST_TOKEN_BYTES = 20, KEY_LINE = 5 };
#define HOUR_MS           3600000
#define FIRST_STRANGER_ID 5000000000001LL

struct service_store *service_store_new(void)
{
    struct service_store *s = xcalloc(1, sizeof(*s));
    s->arena = arena_new();
    s->codes = xcalloc(1, sizeof(*s->codes));
    s->kbase = kbase_store_new();
    return s;
}

void service_store_free(struct service_store *s)
{
    if (s == NULL) {
        return;
    }
    VEC_FOREACH(struct entra_app, app, &s->entra_apps) {
        for (size_t i = 0; i < app->key_count; i++) {
            crypto_key_free(app->keys[i]);
        }
    }
    VEC_FOREACH(struct token_issuer, issuer, &s->issuers) {
        json_free(issuer->claims);
    }
    kbase_store_free(s->kbase);
    map_done(s->codes);
    free(s->codes);
    arena_free(s->arena);
    free(s);
}

/* ---- loading ---- */

static const char *copied(struct arena *a, const char *text)
{
    return text != NULL ? arena_strdup(a, text) : NULL;
}

static struct str_list copied_list(struct arena *a, const struct str_list *from)
{
    struct str_list list = {0};
    for (size_t i = 0; i < from->count; i++) {
        *VEC_PUSH(a, &list) = arena_strdup(a, from->items[i]);
    }
    return list;
}

const struct canary *service_canary_add(struct mock_state *s, const char *base, int kind,
                                        struct str value)
{
    AUTO_FREE char *name = xstrdup(base);
    for (char *p = name; *p != '\0'; p++) {
        bool plain = (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9');
        *p = plain ? *p : '_';
    }
    AUTO_FREE char *numbered = xstrdup(name);
    for (int n = 2; secret_set_named(s->canaries, numbered) != NULL; n++) {
        free(numbered);
        numbered = xasprintf("%s_%d", name, n);
    }
    return secret_set_add(s->canaries, numbered, (enum secret_kind)kind, value);
}

/* The given value, or one made of prefix and random bytes. */
static const struct canary *secret_of(struct mock_state *s, const char *name, const char *given,
                                      const char *prefix, size_t bytes)
{
    AUTO_BUF struct buf value = {0};
    if (given != NULL) {
        buf_add_z(&value, given);
    } else {
        buf_add_z(&value, prefix);
        rng_base64url(&s->rng, &value, bytes);
    }
    return service_canary_add(s, name, SECRET_CLIENT_SECRET, buf_str(&value));
}

int service_count_one(struct mock_state *s, struct err *err)
{
    if (s->services->minted >= MINTED_MAX) {
        (void)err_set(err, ERR_LIMIT, "%d codes and identity tokens were made", MINTED_MAX);
        err_hint(err, "load the scenario again");
        return -1;
    }
    s->services->minted++;
    return 0;
}

/* Somebody the workspace does not know, so that credentials have an owner. */
static const struct principal *stranger(struct service_store *store, const char *name,
                                        const char *client_id)
{
    struct arena *a = store->arena;
    struct principal *p = ARENA_NEW(a, struct principal);
    *p = (struct principal){
        .name = name,
        .label = name,
        .kind = PRINCIPAL_SERVICE,
        .id = arena_printf(a, "%lld", FIRST_STRANGER_ID + (long long)store->strangers++),
        .client_id = client_id,
        .access_token_lifetime_ms = HOUR_MS,
        .refresh_token_lifetime_ms = HOUR_MS,
    };
    return p;
}

static int keys_load(struct entra_app *app, struct arena *a, struct err *err)
{
    const struct json *list = json_get(app->spec.proof.jwks, "keys");
    app->keys = ARENA_ARRAY(a, struct crypto_key *, json_count(list) + 1);
    JSON_FOREACH(jwk, list) {
        struct crypto_key *key = crypto_key_from_jwk(jwk, err);
        if (key == NULL) {
            return err_wrap(err, "a key of the application %s", app->spec.name);
        }
        app->keys[app->key_count++] = key;
    }
    app->spec.proof.jwks = NULL; /* the document goes */
    return 0;
}

/* The principal it is in the workspace: the named one, one with its id, or a stranger. */
static void app_principal(struct mock_state *s, struct entra_app *app)
{
    const char *id = app->spec.client_id;
    const struct principal *p = NULL;
    char uuid[37];
    if (app->spec.principal != NULL) {
        p = principal_store_named(s->principals, str_of(app->spec.principal));
    } else if (id != NULL) {
        p = principal_store_client(s->principals, str_of(id));
    }
    if (id == NULL) {
        bool of_principal = p != NULL && p->client_id[0] != '\0' &&
                            service_entra_app(s->services, str_of(p->client_id)) == NULL;
        id = of_principal ? p->client_id : rng_uuid(&s->rng, uuid);
        app->spec.client_id = arena_strdup(s->services->arena, id);
    }
    app->member = p != NULL;
    if (p == NULL) {
        const char *name = arena_printf(s->services->arena, "entra:%s", app->spec.name);
        p = stranger(s->services, name, app->spec.client_id);
    }
    app->principal = p;
}

static int entra_app_load(struct mock_state *s, const struct scenario_entra_app *from,
                          struct err *err)
{
    struct service_store *store = s->services;
    struct arena *a = store->arena;
    struct entra_app app = {.spec = *from};
    app.spec.name = copied(a, from->name);
    app.spec.client_id = copied(a, from->client_id);
    app.spec.principal = copied(a, from->principal);
    app.spec.redirect_uris = copied_list(a, &from->redirect_uris);
    app.spec.proof.federated_issuer = copied(a, from->proof.federated_issuer);
    app.spec.proof.federated_subject = copied(a, from->proof.federated_subject);
    app.spec.client_secret = NULL;
    app.tenant = from->tenant_id != NULL ? service_tenant(store, str_of(from->tenant_id))
                                         : store->tenants.items;
    app.spec.tenant_id = app.tenant->id;
    app_principal(s, &app);
    if (from->kind == ENTRA_CONFIDENTIAL) {
        AUTO_FREE char *name = xasprintf("%s_entra_secret", from->name);
        app.secret = secret_of(s, name, from->client_secret, "asy8Q~", ENTRA_SECRET_BYTES);
    }
    int result = keys_load(&app, a, err);
    *VEC_PUSH(a, &store->entra_apps) = app;
    return result;
}

static void app_load(struct mock_state *s, const struct scenario_app *from)
{
    struct service_store *store = s->services;
    struct arena *a = store->arena;
    struct app_site site = {.spec = *from};
    site.spec.name = copied(a, from->name);
    site.spec.region = copied(a, from->region);
    site.spec.can_use = copied_list(a, &from->can_use);
    site.spec.api_key = site.spec.host = NULL;
    site.workspace = workspace_store_at(s->workspaces, 0);
    const struct workspace *w;
    for (size_t i = 0; from->host != NULL && (w = workspace_store_at(s->workspaces, i)) != NULL;
         i++) {
        site.workspace = strcmp(w->host, from->host) == 0 ? w : site.workspace;
    }
    site.host = arena_printf(a, "%s-%s.%s.databricksapps.com", from->name,
                             site.workspace->workspace_id, from->region);
    if (from->api_key != NULL || from->has_api_key) {
        AUTO_FREE char *name = xasprintf("%s_app_key", from->name);
        site.api_key = secret_of(s, name, from->api_key, "key-", REQUEST_TOKEN_BYTES);
    }
    *VEC_PUSH(a, &store->apps) = site;
}

static void issuer_load(struct mock_state *s, const struct scenario_issuer *from)
{
    struct service_store *store = s->services;
    struct arena *a = store->arena;
    struct token_issuer issuer = {.spec = *from};
    issuer.spec.name = copied(a, from->name);
    issuer.spec.issuer = copied(a, from->issuer);
    issuer.spec.subject = copied(a, from->subject);
    issuer.spec.audience = copied(a, from->audience);
    issuer.spec.request_token = NULL;
    issuer.claims = from->claims != NULL ? json_copy(from->claims) : NULL;
    issuer.spec.claims = NULL;
    AUTO_FREE char *name = xasprintf("%s_request_token", from->name);
    issuer.request_token = secret_of(s, name, from->request_token, "idreq-", REQUEST_TOKEN_BYTES);
    *VEC_PUSH(a, &store->issuers) = issuer;
}

/* Google's unique ids have 21 digits. */
static void google_account_load(struct mock_state *s, const struct scenario_google_account *from)
{
    struct service_store *store = s->services;
    struct arena *a = store->arena;
    struct google_account account = {.spec = *from};
    account.spec.name = copied(a, from->name);
    account.spec.email = from->email != NULL ? copied(a, from->email)
                                             : arena_printf(a, "%s" GOOGLE_EMAIL_END, from->name);
    account.spec.principal = copied(a, from->principal);
    account.spec.token_creators = copied_list(a, &from->token_creators);
    account.key_id = crypto_key_id(service_key_google(s->service_keys));
    account.unique_id = arena_printf(a, "1%020lld", (long long)(++store->strangers));
    account.principal = from->principal != NULL
                            ? principal_store_named(s->principals, str_of(from->principal))
                            : NULL;
    account.member = account.principal != NULL;
    if (!account.member) {
        account.principal = stranger(store, arena_printf(a, "google:%s", from->name), "");
    }
    AUTO_FREE char *name = xasprintf("%s_private_key", from->name);
    struct str pem = service_key_google_pem(), line = STR("");
    for (int i = 0; i < KEY_LINE && str_split(&pem, '\n', &line); i++) {
    }
    account.private_key = service_canary_add(s, name, SECRET_CLIENT_SECRET, line);
    *VEC_PUSH(a, &store->google_accounts) = account;
}

static void tenants_load(struct service_store *store, const struct scenario_services *from)
{
    for (size_t i = 0; i < from->tenants.count; i++) {
        const struct scenario_tenant *t = SHAPE_LIST_AT(struct scenario_tenant, from->tenants, i);
        *VEC_PUSH(store->arena, &store->tenants) = (struct tenant){
            .id = copied(store->arena, t->tenant_id), .domain = copied(store->arena, t->domain)};
    }
}

int service_store_load(struct mock_state *s, const struct scenario_services *from, struct err *err)
{
    struct service_store *store = s->services;
    store->expired_entra_token = from->expired_entra_token;
    tenants_load(store, from);
    for (size_t i = 0; i < from->entra_apps.count; i++) {
        if (entra_app_load(s, SHAPE_LIST_AT(struct scenario_entra_app, from->entra_apps, i), err) <
            0) {
            return -1;
        }
    }
    for (size_t i = 0; i < from->apps.count; i++) {
        app_load(s, SHAPE_LIST_AT(struct scenario_app, from->apps, i));
    }
    for (size_t i = 0; i < from->issuers.count; i++) {
        issuer_load(s, SHAPE_LIST_AT(struct scenario_issuer, from->issuers, i));
    }
    for (size_t i = 0; i < from->google_accounts.count; i++) {
        google_account_load(
            s, SHAPE_LIST_AT(struct scenario_google_account, from->google_accounts, i));
    }
    for (size_t i = 0; i < from->kbase_users.count; i++) {
        kbase_store_add(s, SHAPE_LIST_AT(struct scenario_kbase_user, from->kbase_users, i));
    }
    return 0;
}

/* ---- finding ---- */

const struct tenant *service_tenant(const struct service_store *s, struct str name)
{
    VEC_FOREACH(const struct tenant, t, &s->tenants) {
        if (str_eq_nocase(name, str_of(t->id)) ||
            (t->domain != NULL && str_eq_nocase(name, str_of(t->domain)))) {
            return t;
        }
    }
    return NULL;
}

const struct entra_app *service_entra_app(const struct service_store *s, struct str client_id)
{
    VEC_FOREACH(const struct entra_app, app, &s->entra_apps) {
        if (str_eq_nocase(client_id, str_of(app->spec.client_id))) {
            return app;
        }
    }
    return NULL;
}

const struct app_site *service_app_at(const struct service_store *s, struct str host)
{
    VEC_FOREACH(const struct app_site, site, &s->apps) {
        if (str_eq_z(host, site->host)) {
            return site;
        }
    }
    return NULL;
}

const struct token_issuer *service_issuer(const struct service_store *s, struct str name)
{
    VEC_FOREACH(const struct token_issuer, i, &s->issuers) {
        if (str_eq_z(name, i->spec.name)) {
            return i;
        }
    }
    return NULL;
}

const struct token_issuer *service_issuer_of_kind(const struct service_store *s, int kind)
{
    VEC_FOREACH(const struct token_issuer, i, &s->issuers) {
        if (i->spec.kind == kind) {
            return i;
        }
    }
    return NULL;
}

const struct google_account *service_google_account(const struct service_store *s, struct str name)
{
    VEC_FOREACH(const struct google_account, account, &s->google_accounts) {
        if (str_eq_z(name, account->spec.email) || str_eq_z(name, account->unique_id)) {
            return account;
        }
    }
    return NULL;
}

const struct google_account *service_google_machine(const struct service_store *s)
{
    VEC_FOREACH(const struct google_account, account, &s->google_accounts) {
        if (account->spec.machine) {
            return account;
        }
    }
    return NULL;
}

/* ---- telling ---- */

static void set_secret(struct json *o, const char *key, const struct canary *c)
{
    json_set_string(o, key, c != NULL ? secret_reveal(c->value).ptr : NULL);
}

static struct json *apps_json(const struct service_store *s)
{
    struct json *list = json_array();
    VEC_FOREACH(const struct app_site, site, &s->apps) {
        struct json *o = json_object();
        json_set_string(o, "name", site->spec.name);
        json_set_string(o, "host", site->host);
        set_secret(o, "api_key", site->api_key);
        json_push(list, o);
    }
    return list;
}

/* The file that Google's console hands out for a key of a service account. */
static struct json *google_key_file(const struct google_account *account)
{
    const char *email = account->spec.email;
    struct json *o = json_object();
    AUTO_FREE char *certificates =
        xasprintf("https://www.googleapis.com/robot/v1/metadata/x509/%s", email);
    struct str pem = service_key_google_pem();
    json_set_string(o, "type", "service_account");
    json_set_string(o, "project_id", "assay-project");
    json_set_string(o, "private_key_id", account->key_id);
    json_set(o, "private_key", json_string_n(pem.ptr, pem.len));
    json_set_string(o, "client_email", email);
    json_set_string(o, "client_id", account->unique_id);
    json_set_string(o, "auth_uri", "https://accounts.google.com/o/oauth2/auth");
    json_set_string(o, "token_uri", GOOGLE_TOKEN_URI);
    json_set_string(o, "auth_provider_x509_cert_url", "https://www.googleapis.com/oauth2/v1/certs");
    json_set_string(o, "client_x509_cert_url", certificates);
    json_set_string(o, "universe_domain", "googleapis.com");
    return o;
}

static struct json *google_json(const struct service_store *s)
{
    struct json *list = json_array();
    VEC_FOREACH(const struct google_account, account, &s->google_accounts) {
        struct json *o = json_object();
        json_set_string(o, "name", account->spec.name);
        json_set_string(o, "email", account->spec.email);
        json_set(o, "key_file", google_key_file(account));
        json_push(list, o);
    }
    return list;
}

struct json *service_store_credentials(const struct service_store *s)
{
    struct json *entra = json_array(), *issuers = json_array();
    VEC_FOREACH(const struct entra_app, app, &s->entra_apps) {
        struct json *o = json_object();
        json_set_string(o, "name", app->spec.name);
        json_set_string(o, "tenant_id", app->tenant->id);
        json_set_string(o, "client_id", app->spec.client_id);
        set_secret(o, "client_secret", app->secret);
        json_push(entra, o);
    }
    VEC_FOREACH(const struct token_issuer, i, &s->issuers) {
        struct json *o = json_object();
        json_set_string(o, "name", i->spec.name);
        set_secret(o, "request_token", i->request_token);
        json_push(issuers, o);
    }
    struct json *o = json_object();
    json_set(o, "entra_apps", entra);
    json_set(o, "kbase_users", kbase_store_credentials(s->kbase));
    json_set(o, "apps", apps_json(s));
    json_set(o, "issuers", issuers);
    json_set(o, "google_accounts", google_json(s));
    return o;
}

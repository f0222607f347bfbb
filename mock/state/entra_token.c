/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/entra_token.h"

#include "base/crypto/digest.h"
#include "base/crypto/jwt.h"
#include "base/secret/secret.h"
#include "mock/state/credential_store.h"
#include "mock/state/mock_state.h"
#include "mock/state/principal_store.h"
#include "mock/state/service_key.h"
#include "mock/state/service_store.h"
#include "mock/state/token_mint.h"

enum { MS_PER_S = 1000, OPAQUE_BYTES = 96, UTI_BYTES = 16 };
#define REFRESH_LIFETIME_MS ((int64_t)90 * 24 * 3600 * MS_PER_S) /* the platform's default */
#define GRAPH               "00000003-0000-0000-c000-000000000000"

/* Microsoft identity platform, national clouds. */
static const char *const public_aliases[] = {"login.windows.net", "login.microsoft.com",
                                             "sts.windows.net", NULL};
static const char *const us_aliases[] = {"login.usgovcloudapi.net", NULL};
static const char *const cn_aliases[] = {"login.chinacloudapi.cn", "login.microsoftonline.cn",
                                         NULL};
static const struct entra_cloud clouds[] = {
    {"login.microsoftonline.com", "https://sts.windows.net", "management.azure.com",
     public_aliases},
    {"login.microsoftonline.us", "https://sts.windows.net", "management.usgovcloudapi.net",
     us_aliases},
    {"login.partner.microsoftonline.cn", "https://sts.chinacloudapi.cn",
     "management.chinacloudapi.cn", cn_aliases},
};

const struct entra_cloud *entra_cloud_of(struct str login_host)
{
    for (size_t i = 0; i < ARRAY_LEN(clouds); i++) {
        if (str_eq_z(login_host, clouds[i].login_host)) {
            return &clouds[i];
        }
        for (const char *const *alias = clouds[i].aliases; *alias != NULL; alias++) {
            if (str_eq_z(login_host, *alias)) {
                return &clouds[i];
            }
        }
    }
    return &clouds[0];
}

static bool is_management(struct str name)
{
    static const char *const known[] = {
        "https://management.core.windows.net",       "https://management.azure.com",
        "https://management.core.usgovcloudapi.net", "https://management.usgovcloudapi.net",
        "https://management.core.chinacloudapi.cn",  "https://management.chinacloudapi.cn"};
    if (name.len > 0 && name.ptr[name.len - 1] == '/') {
        name.len--;
    }
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (str_eq_z(name, known[i])) {
            return true;
        }
    }
    return false;
}

bool entra_resource_find(const struct mock_state *s, struct arena *a, const struct tenant *tenant,
                         struct str name, struct entra_resource *ret)
{
    if (str_eq_z(name, ENTRA_DATABRICKS)) {
        *ret = (struct entra_resource){ENTRA_RES_DATABRICKS, ENTRA_DATABRICKS};
        return true;
    }
    if (is_management(name)) {
        *ret = (struct entra_resource){ENTRA_RES_MANAGEMENT, arena_strndup(a, name.ptr, name.len)};
        return true;
    }
    if (str_eq_z(name, GRAPH) || str_eq_z(name, "https://graph.microsoft.com")) {
        *ret = (struct entra_resource){ENTRA_RES_GRAPH, GRAPH};
        return true;
    }
    struct str id = str_starts(name, STR("api://")) ? str_slice(name, 6, name.len) : name;
    const struct entra_app *app = service_entra_app(s->services, id);
    if (app == NULL || app->tenant != tenant) {
        return false;
    }
    *ret = (struct entra_resource){ENTRA_RES_APP, app->spec.client_id};
    return true;
}

/* A UUID that is always the same for the same two texts. */
static const char *uuid_of(struct arena *a, const char *first, const char *second)
{
    char hex[2 * SHA256_SIZE + 1];
    sha256_hex(str_of(arena_printf(a, "%s\n%s", first, second)), hex);
    return arena_printf(a, "%.8s-%.4s-4%.3s-8%.3s-%.12s", hex, hex + 8, hex + 12, hex + 15,
                        hex + 18);
}

const char *entra_object_id(struct arena *a, const struct tenant *tenant, const char *name)
{
    return uuid_of(a, tenant->id, name);
}

static void set_random(struct mock_state *s, struct json *claims, const char *key, size_t bytes)
{
    AUTO_BUF struct buf text = {0};
    rng_base64url(&s->rng, &text, bytes);
    json_set_string(claims, key, buf_z(&text));
}

static void set_user_claims(struct arena *a, struct json *claims, const struct entra_request *r,
                            bool v2)
{
    const struct tenant *t = r->app->tenant;
    json_set_string(claims, "name", r->user->name);
    json_set_string(claims, "oid", entra_object_id(a, t, r->user->name));
    json_set_string(claims, "sub", uuid_of(a, r->resource.audience, r->user->name));
    if (v2) {
        json_set_string(claims, "preferred_username", r->user->name);
        return;
    }
    json_set_string(claims, "unique_name", r->user->name);
    json_set_string(claims, "upn", r->user->name);
}

static struct json *claims_make(struct mock_state *s, struct arena *a,
                                const struct entra_request *r, int64_t issued_s, int64_t expires_s)
{
    bool v2 = r->resource.kind == ENTRA_RES_APP;
    const struct tenant *t = r->app->tenant;
    const char *sts = arena_printf(a, "%s/%s/", r->cloud->sts_issuer, t->id);
    const char *v2_issuer = arena_printf(a, "https://%s/%s/v2.0", r->cloud->login_host, t->id);
    struct json *c = json_object();
    json_set_string(c, "aud", r->resource.audience);
    json_set_string(c, "iss", v2 ? v2_issuer : sts);
    json_set_int(c, "iat", issued_s);
    json_set_int(c, "nbf", issued_s);
    json_set_int(c, "exp", expires_s);
    json_set_string(c, v2 ? "azp" : "appid", r->app->spec.client_id);
    json_set_string(c, v2 ? "azpacr" : "appidacr", r->app->secret != NULL ? "1" : "0");
    if (r->user != NULL) {
        set_user_claims(a, c, r, v2);
        json_set_string(c, "scp", r->scope);
    } else {
        const char *oid = entra_object_id(a, t, r->app->spec.client_id);
        json_set_string(c, "idp", sts);
        json_set_string(c, "idtyp", "app");
        json_set_string(c, "oid", oid);
        json_set_string(c, "sub", oid);
    }
    json_set_string(c, "tid", t->id);
    set_random(s, c, "uti", UTI_BYTES);
    json_set_string(c, "ver", v2 ? "2.0" : "1.0");
    return c;
}

static const char *free_name(struct mock_state *s, struct arena *a, const char *base)
{
    const char *name = NULL;
    do {
        name = arena_printf(a, "%s_%lld", base, (long long)++s->services->named);
    } while (secret_set_named(s->canaries, name) != NULL);
    return name;
}

/* Puts a value that is made already into the store. */
static int keep(struct mock_state *s, const struct entra_request *r, struct token_request *t,
                const struct credential **ret_credential, struct str *ret_value, struct err *err)
{
    struct credential *made;
    t->principal = r->user != NULL ? r->user : r->app->principal;
    t->client_id = r->app->spec.client_id;
    t->audience = r->resource.audience;
    t->scope = r->scope != NULL ? r->scope : "";
    t->family = r->family;
    if (token_mint(s, t, &made, ret_value, err) < 0) {
        return -1;
    }
    made->tenant = r->app->tenant->id;
    *ret_credential = made;
    return 0;
}

int entra_token_mint(struct mock_state *s, const struct entra_request *r,
                     const struct credential **ret_credential, struct str *ret_value,
                     struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    int64_t now_ms = mock_state_now_ms(s), lifetime_ms = r->app->spec.token_lifetime_ms;
    AUTO_BUF struct buf value = {0};
    AUTO_JSON struct json *claims =
        claims_make(s, a, r, now_ms / MS_PER_S, (now_ms + lifetime_ms) / MS_PER_S);
    if (jwt_sign(service_key_entra(s->service_keys), "JWT", claims, &value, err) < 0) {
        return err_wrap(err, "signing an Entra token");
    }
    struct token_request t = {.kind = SECRET_ACCESS_TOKEN,
                              .lifetime_ms = lifetime_ms,
                              .name = free_name(s, a, "entra_token"),
                              .value = buf_z(&value)};
    return keep(s, r, &t, ret_credential, ret_value, err);
}

int entra_refresh_token_mint(struct mock_state *s, const struct entra_request *r,
                             const struct credential **ret_credential, struct str *ret_value,
                             struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf value = {0};
    buf_add_z(&value, "1.AS");
    rng_base64url(&s->rng, &value, OPAQUE_BYTES);
    struct token_request t = {.kind = SECRET_REFRESH_TOKEN,
                              .lifetime_ms = REFRESH_LIFETIME_MS,
                              .name = free_name(s, a, "entra_refresh_token"),
                              .value = buf_z(&value)};
    return keep(s, r, &t, ret_credential, ret_value, err);
}

int entra_id_token_mint(struct mock_state *s, const struct entra_request *r, const char *nonce,
                        const char **ret_name, struct str *ret_value, struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    int64_t now_s = mock_state_now_ms(s) / MS_PER_S;
    struct entra_request own = *r;
    own.resource = (struct entra_resource){ENTRA_RES_APP, r->app->spec.client_id};
    AUTO_BUF struct buf value = {0};
    AUTO_JSON struct json *claims =
        claims_make(s, a, &own, now_s, now_s + r->app->spec.token_lifetime_ms / MS_PER_S);
    (void)json_remove(claims, "scp");
    (void)json_remove(claims, "azp");
    (void)json_remove(claims, "azpacr");
    if (nonce[0] != '\0') {
        json_set_string(claims, "nonce", nonce);
    }
    if (service_count_one(s, err) < 0 ||
        jwt_sign(service_key_entra(s->service_keys), "JWT", claims, &value, err) < 0) {
        return err_wrap(err, "signing an Entra id token");
    }
    const struct canary *c = secret_set_add(s->canaries, free_name(s, a, "entra_id_token"),
                                            SECRET_ASSERTION, buf_str(&value));
    *ret_name = c->name;
    *ret_value = secret_reveal(c->value);
    return 0;
}
